"""How pages are to be traced: the project's settings, a page's own, and pages asked for anyway."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import Any, TypeVar

from engine.errors import UserError
from engine.project.atomic import write_json
from engine.project.project import Project
from engine.trace.settings import TraceSettings

_Section = TypeVar("_Section")

_RANGES = (
    ("_share", (0.0, 1.0)),
    ("_deg", (0.0, 180.0)),
    ("_megapixels", (0.1, 20.0)),
    ("bias", (-100.0, 100.0)),
    ("", (0.0, 100.0)),
)
"""What values a setting may have, by how its name ends."""


@dataclass(frozen=True, slots=True)
class TraceChoices:
    """What the artist chose about tracing.

    Attributes:
        default: For every page without settings of its own.
        pages: Page id -> the page's own.
        anyway: Pages to trace although they are no line ink.
    """

    default: TraceSettings = field(default_factory=TraceSettings)
    pages: Mapping[str, TraceSettings] = field(default_factory=dict)
    anyway: frozenset[str] = frozenset()

    def of(self, page_id: str) -> TraceSettings:
        """How one page is to be traced."""
        return self.pages.get(page_id, self.default)


def load_choices(project: Project) -> TraceChoices:
    """What was chosen in a project; the defaults where nothing was.

    Raises:
        UserError: if the file cannot be read or holds something else.
    """
    path = project.layout.tracing
    try:
        record = json.loads(path.read_text("utf-8"))
        pages = {str(page): settings_from_json(own) for page, own in record.get("pages", {}).items()}
        anyway = frozenset(str(page) for page in record.get("anyway", []))
        return TraceChoices(settings_from_json(record.get("default", {})), pages, anyway)
    except FileNotFoundError:
        return TraceChoices()
    except (OSError, ValueError, AttributeError, TypeError, UserError) as error:
        reason = error.message if isinstance(error, UserError) else str(error)
        raise UserError(
            f"{path} cannot be used: {reason}", "Put it right, or delete it: pages are traced as usual then."
        ) from error


def save_choices(project: Project, choices: TraceChoices) -> None:
    """Write down what was chosen; only what differs from the program's own settings.

    Raises:
        UserError: if the project is open for reading only, or the disk refuses.
    """
    if not project.writable:
        raise UserError(f"{project.layout.root} is open for reading only.", "Open it for writing.")
    record = {
        "default": settings_to_json(choices.default),
        "pages": {page: settings_to_json(own) for page, own in sorted(choices.pages.items())},
        "anyway": sorted(choices.anyway),
    }
    write_json(project.layout.tracing, record)


def settings_to_json(settings: TraceSettings) -> dict[str, Any]:
    """The settings that differ from the program's own, nested by section, JSON-ready.

    What the artist never touched is left out: better defaults of a later version reach it.
    """
    record: dict[str, Any] = {}
    usual = dict(settings_values(TraceSettings()))
    for path, value in settings_values(settings):
        if value != usual[path]:
            *sections, name = path.split(".")
            into = record
            for section in sections:
                into = into.setdefault(section, {})
            into[name] = list(value) if isinstance(value, tuple) else value
    return record


def settings_from_json(record: Any) -> TraceSettings:
    """Read what `settings_to_json` wrote; what is not named keeps its usual value.

    Raises:
        UserError: naming the setting that does not exist or cannot have its value.
    """
    if not isinstance(record, dict):
        raise UserError("Settings are an object of sections.", 'Such as {"ink": {"seed_share": 0.4}}.')
    settings = TraceSettings()
    for path, value in _leaves(record, ""):
        settings = with_value(settings, path, value)
    return settings


def settings_values(settings: object, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Every setting with its full name, such as `ink.seed_share`."""
    for one in fields(settings):  # type: ignore[arg-type]
        value = getattr(settings, one.name)
        if is_dataclass(value):
            yield from settings_values(value, f"{prefix}{one.name}.")
        else:
            yield f"{prefix}{one.name}", value


def range_of(path: str) -> tuple[float, float]:
    """The least and the greatest value of a setting."""
    return next(limits for ending, limits in _RANGES if path.endswith(ending))


def with_value(settings: TraceSettings, path: str, value: Any) -> TraceSettings:
    """The same settings with one of them changed.

    Args:
        settings: The others.
        path: Its full name, such as `ink.seed_share`.
        value: A number; a list of them where the setting is a pair.

    Raises:
        UserError: if there is no such setting, or it cannot have this value; the text names its range.
    """
    return _with(settings, path.split("."), path, value)


def _with(section: _Section, names: list[str], path: str, value: Any) -> _Section:
    known = [one.name for one in fields(section)]  # type: ignore[arg-type]
    if names[0] not in known:
        raise UserError(
            f"There is no setting {path}.", f"Instead of {names[0]} there are {', '.join(known)}."
        )
    old = getattr(section, names[0])
    if is_dataclass(old) != (len(names) > 1):
        raise UserError(f"{path} is no single setting.", "Name a section and a setting: ink.seed_share.")
    new = _with(old, names[1:], path, value) if len(names) > 1 else _checked(old, path, value)
    return replace(section, **{names[0]: new})  # type: ignore[type-var]


def _checked(old: Any, path: str, value: Any) -> Any:
    """A value fit for a setting, of its type."""
    low, high = range_of(path)
    if isinstance(old, tuple):
        if isinstance(value, list | tuple) and len(value) == len(old):
            return tuple(_checked(a, path, b) for a, b in zip(old, value, strict=True))
        raise UserError(f"{path} cannot be {value!r}.", f"It is {len(old)} numbers from {low:g} to {high:g}.")
    what = "a whole number" if isinstance(old, int) else "a number"
    fits = isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high
    if not fits or (isinstance(old, int) and value != int(value)):
        raise UserError(f"{path} cannot be {value!r}.", f"It is {what} from {low:g} to {high:g}.")
    return type(old)(value)


def _leaves(record: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, Any]]:
    for name, value in record.items():
        if isinstance(value, dict):
            yield from _leaves(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value
