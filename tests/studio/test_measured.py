"""Figures measured of a run, in words."""

from engine.sampling.quality.judge import FIGURES
from studio.models.measured import figures_of, measured_text

LOSSES = {
    "data": "faces/v001", "split": "valid", "drawings": 118, "step": 40, "measured": "yesterday",
    "nats_per_point": 6.843, "xy": 6.55, "pen": 0.29, "bound_per_point": 6.843, "code_nats": None,
    "information_gain": 1.06, "warnings": ["The moves are short."],
}  # fmt: skip
QUALITY = {
    **LOSSES, "samples": 500, "temperature": 1.0, "real_drawings": 194, "ended": 0.94, "suspect": ["kid"],
    **dict.fromkeys(FIGURES, 0.25), **{f"real_{key}": 0.125 for key in FIGURES},
}  # fmt: skip


def rows(evaluation):
    return {figure.title: figure for group in figures_of(evaluation) for figure in group.figures}


def test_every_figure_of_quality_is_shown_beside_real_drawings():
    assert len([figure for figure in rows(QUALITY).values() if figure.real]) == len(FIGURES)
    assert len(rows(QUALITY)) == len(FIGURES) + 1 + len(rows(LOSSES))
    assert all(figure.meaning for figure in rows(QUALITY).values())


def test_what_is_worse_than_chance_is_suspect_and_so_are_drawings_without_an_end():
    assert {title for title, figure in rows(QUALITY).items() if figure.is_suspect} == {
        "Look", "Ended by itself",
    }  # fmt: skip
    assert not rows({**QUALITY, "ended": 0.95, "suspect": []})["Ended by itself"].is_suspect
    assert rows({**QUALITY, "suspect": ["memorised"]})["By heart"].is_suspect


def test_only_what_was_measured_is_shown():
    assert figures_of({}) == ()
    shown = rows(LOSSES)
    assert list(shown) == ["Surprise", "by moves", "by lifts", "Gain"]
    assert (shown["Surprise"].value, shown["Surprise"].real) == ("6.843", "")
    assert "Gain" not in rows({**LOSSES, "information_gain": None})
    assert rows({**LOSSES, "code_nats": 20.0})["with its code"].value == "6.843"


def test_it_is_said_what_was_measured_when_and_whether_that_is_old():
    text = measured_text(QUALITY, 40)
    assert text.startswith(
        "118 drawings held out of faces/v001; 500 of its own at variability 1, held against 194"
    )
    assert "At step 40, yesterday." in text and text.endswith("The moves are short.")
    assert "measure again" not in text and "step 60): measure again" in measured_text(QUALITY, 60)
    assert "; none of its own." in measured_text(LOSSES, 40)
