"""Values that come from JSON files and command lines, held against the values they replace."""

from __future__ import annotations

from typing import Any

from engine.errors import UserError


def typed_like(usual: Any, value: Any, what: str) -> Any:
    """A plain value of the type of the usual one.

    Args:
        usual: What stands there when nobody says anything: a flag, a number or a text.
        value: What somebody says.
        what: What the error calls it, `recipe's min_points`.

    Returns:
        `value`; a float where `usual` is one.

    Raises:
        UserError: if it is of another type.
    """
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if isinstance(usual, bool):
        fits = isinstance(value, bool)
    elif isinstance(usual, float):
        fits, value = is_number, float(value) if is_number else value
    elif isinstance(usual, int):
        fits = is_number and isinstance(value, int)
    else:
        fits = isinstance(value, type(usual))
    if not fits:
        raise UserError(f"The {what} cannot be {value!r}.", f"Its default is {usual!r}.")
    return value
