from dataclasses import dataclass

from engine.trace.memo import Memo


@dataclass(frozen=True)
class Settings:
    factor: float = 1.0


def test_a_step_is_repeated_only_when_inputs_or_settings_changed():
    calls = []

    def step(values, settings):
        calls.append(settings.factor)
        return [v * settings.factor for v in values]

    memo, values = Memo(), [1.0, 2.0]
    first = memo(step, values, settings=Settings(2))
    assert memo(step, values, settings=Settings(2)) is first
    assert memo(step, values, settings=Settings(3)) == [3.0, 6.0]
    assert memo(step, list(values), settings=Settings(3)) == [3.0, 6.0]
    assert calls == [2, 3, 3]
