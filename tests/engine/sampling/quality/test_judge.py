import numpy as np
import pytest

from engine.errors import UserError
from engine.sampling.quality.judge import CONTROLS, FIGURES, Judge, RealDrawings
from tests.engine.sampling.quality.hand import QuickEye, drawings, pages


def real(n_train=200, n_held=160):
    return RealDrawings(drawings(n_train, 1), pages(n_train, "p"), drawings(n_held, 2), pages(n_held, "q"))


def always(n):
    return True


@pytest.fixture(scope="module")
def judge():
    made = Judge(real(), QuickEye(), always)
    assert made.prepare(200)
    return made


def suspect(judge, name):
    return set(judge.rows[name].suspect(judge.rows["real"]))


def test_real_drawings_are_as_they_should_be(judge):
    found = judge.rows["real"].values
    assert abs(found["kid"]) < 3 * judge.rows["real"].errors["kid"]
    assert found["density"] == pytest.approx(1.0, abs=0.3)
    assert found["coverage"] > 0.85
    assert found["memorised"] < 0.05
    assert suspect(judge, "real") == set()


def test_every_cheat_is_found_out(judge):
    copies, ten, shuffled = (judge.rows[name].values for name in CONTROLS[1:])
    assert copies["memorised"] == 1.0
    assert copies["coverage"] >= judge.rows["real"].values["coverage"]
    assert suspect(judge, "copies") == {"memorised"}
    assert ten["density"] > 1.2
    assert ten["coverage"] < 0.8
    assert {"coverage", "density", "kid"} <= suspect(judge, "ten")
    assert shuffled["w_turning"] > 1
    assert {"w_turning", "w_crossings"} <= suspect(judge, "shuffled")
    assert not {"w_strokes", "w_points", "memorised"} & suspect(judge, "shuffled")


def test_another_who_draws_with_the_same_hand_passes(judge):
    row = judge.judge(drawings(120, 3))
    assert row.suspect(judge.rows["real"]) == ()


def test_facts_are_flat_and_whole(judge):
    facts = judge.facts(judge.judge(drawings(30, 4)))
    names = [
        f"{prefix}{name}{end}"
        for prefix in ("", *(f"{c}_" for c in CONTROLS))
        for name in FIGURES
        for end in ("", "_sd")
    ]
    assert set(facts) == {
        *names, "suspect", "copies_suspect", "ten_suspect", "shuffled_suspect", "real_drawings", "real_from",
    }  # fmt: skip
    assert facts["copies_suspect"] == ["memorised"]
    assert (facts["real_drawings"], facts["real_from"]) == (160, "held-out pages")


def test_the_seed_reproduces(judge):
    again = Judge(real(), QuickEye(), always)
    again.prepare(200)
    assert again.rows == judge.rows


def test_where_hardly_any_are_held_out_half_of_the_training_set_stands_in():
    made = Judge(real(100, 5), QuickEye(), always)
    assert made.prepare(50)
    assert made.facts(made.rows["real"])["real_from"] == "half of train"
    assert made.rows["real"].values["memorised"] < 0.05
    assert made.rows["copies"].values["memorised"] == 1.0


def test_too_few_and_empty_ones_do_not_count():
    few = real(35, 4)
    few.train.extend([np.zeros((0, 3), np.float32)] * 20)
    few.train_pages.extend(pages(20, "e"))
    with pytest.raises(UserError, match="needs 40 real drawings; there are 39"):
        Judge(few, QuickEye(), always)


@pytest.mark.parametrize("patience", [0, 3, 8, 14])
def test_it_stops_when_asked(patience):
    asked = []

    def go_on(n):
        asked.append(n)
        return len(asked) <= patience

    made = Judge(real(50, 30), QuickEye(), go_on)
    assert not made.prepare(80)
    assert len(asked) == patience + 1
    assert sum(asked) <= made.n_measured()


def test_a_stopped_judge_gives_no_row(judge, monkeypatch):
    monkeypatch.setattr(judge, "_go_on", lambda n: False)
    assert judge.judge(drawings(40, 3)) is None


def test_what_a_wild_machine_draws_can_be_judged(judge):
    odd = [
        np.zeros((0, 3), np.float32),
        np.array([[1, 1, 1]], np.float32),
        np.array([[9e8, 1, 0], [0, 0, 1]], np.float32),
    ]
    row = judge.judge(odd * 10)
    assert all(np.isfinite(value) for value in row.values.values())
    assert "coverage" in row.suspect(judge.rows["real"])
