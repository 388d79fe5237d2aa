"""The form of a new run, and the table behind it."""

from dataclasses import asdict, fields

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from engine.models.registry import FAMILIES, model_names
from engine.training.settings import TrainSettings
from studio.training.training_parameters import (
    CHOSEN_APART,
    GROUPS,
    MODEL_BY_ITSELF,
    MODEL_SETTINGS,
    SETTINGS,
    Setting,
    settings_of,
)
from studio.widgets.training.model_choice import StartChoice
from studio.widgets.training.setting_row import SettingRow
from studio.widgets.training.training_form import DatasetChoice, TrainingForm


@pytest.fixture
def form(qtbot):
    shown = TrainingForm()
    qtbot.addWidget(shown)
    shown.show_datasets([DatasetChoice("faces/v001", 162, 33000)])
    shown.resize(312, 900)
    shown.show()
    return shown


def test_every_setting_of_a_run_has_a_meaning_and_the_reverse():
    keys = [setting.key for setting in CHOSEN_APART] + [s.key for _, group in GROUPS for s in group]
    assert sorted(keys) == sorted(field.name for field in fields(TrainSettings))


def test_every_field_of_every_model_has_a_meaning_and_the_reverse():
    keys = [setting.key for setting in (*MODEL_SETTINGS, *MODEL_BY_ITSELF)]
    known = {field.name for kind in FAMILIES.values() for field in fields(kind.config_class)}
    assert sorted(keys) == sorted(known)


def test_what_is_usual_fits_into_the_fields(qtbot):
    usual = asdict(TrainSettings())
    for key, setting in SETTINGS.items():
        row = SettingRow(setting, usual[key])
        qtbot.addWidget(row)
        assert row.value == usual[key], key
        assert not row.is_changed


@pytest.mark.parametrize("name", model_names())
def test_every_preset_fits_into_the_fields_and_is_no_change(form, name):
    form.choice.show_model(name)
    form._on_choice_changed()
    assert form.settings == {"model": name, "minutes": 10}
    TrainSettings.from_json(form.settings)


BASE_START = StartChoice("base", "Base model", "It can draw already.")
RUN_START = StartChoice("run001", "run001", "It has learnt.")


def test_the_base_model_is_proposed_until_something_is_chosen(form, qtbot):
    with qtbot.waitSignal(form.changed):
        form.show_starts([BASE_START, RUN_START])
    assert form.settings["start_from"] == "base"
    form.choice.starts.setCurrentIndex(0)
    form.show_starts([BASE_START])
    assert "start_from" not in form.settings, "fresh was chosen, and stays"
    assert form.choice.families.isVisible()


@pytest.mark.parametrize("chosen", ["sketchrnn/quick", "transformer/standard"])
def test_nothing_is_proposed_over_a_choice(form, chosen):
    form.choice.show_model(chosen)
    form.show_starts([BASE_START])
    assert "start_from" not in form.settings
    form.show_settings({"start_from": "run001"})
    form.show_starts([BASE_START, RUN_START])
    assert "start_from" not in form.settings, "it was not offered when it was asked for"
    form.show_settings({"start_from": "run001"})
    assert form.settings["start_from"] == "run001"


def test_only_what_was_changed_is_told(form):
    form._more.click()
    row = form.drawer.rows["learning_rate"]
    assert row.field.text() == "as suits it"
    row.field.setValue(0.004)
    form.drawer.rows["device"].field.setCurrentText("cpu")
    assert form.settings["learning_rate"] == pytest.approx(0.004)
    assert form.settings["device"] == "cpu"
    assert row.reset.isVisible()
    QApplication.processEvents()
    QTest.mouseClick(row.reset, Qt.MouseButton.LeftButton)
    assert "learning_rate" not in form.settings
    assert not row.reset.isVisible()


def test_settings_are_found_by_name_key_and_meaning(form):
    form._more.click()
    drawer = form.drawer
    for words, key in (("averaging", "ema_decay"), ("ema_de", "ema_decay"), ("gets nothing forget", None)):
        drawer.search.clear()
        QTest.keyClicks(drawer.search, words)
        shown = [name for name, row in {**drawer.rows, **drawer.model_rows}.items() if row.isVisible()]
        assert shown == ([key] if key else [])
        assert drawer._nothing.isVisible() == (key is None)
    drawer.search.clear()
    assert all(row.isVisible() for row in drawer.rows.values())


def test_only_settings_of_the_chosen_model_are_offered(form):
    form._more.click()
    for family, kind in FAMILIES.items():
        form.choice.show_model(family)
        form._on_choice_changed()
        shown = {key for key, row in form.drawer.model_rows.items() if row.isVisible()}
        assert shown == {f.name for f in fields(kind.config_class)} - {one.key for one in MODEL_BY_ITSELF}


def test_the_wheel_over_a_field_scrolls_the_form(form, qtbot):
    from PySide6.QtCore import QPoint, QPointF
    from PySide6.QtGui import QWheelEvent

    row = form.drawer.rows["seed"]
    place = QPointF(5, 5)
    event = QWheelEvent(
        place, place, QPoint(0, 120), QPoint(0, 120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    row.field.wheelEvent(event)
    assert row.value == 0 and not event.isAccepted()


def test_values_read_as_people_say_them():
    assert Setting("a", "A", "", zero="never").text_of(0) == "never"
    assert Setting("a", "A", "").text_of(33000) == "33,000"
    assert Setting("a", "A", "").text_of(True) == "yes"
    told = settings_of({"model": "sketchrnn/quick", "model_changes": {"dropout": 0.4}, "unknown": 7})
    assert told["model dropout"] == ("Dropout", "0.4")
    assert told["learning_rate"] == ("Learning rate", "as suits it")
    assert told["unknown"] == ("unknown", "7")
    assert settings_of({"model": "gone/quick"})["model"] == ("Model", "gone/quick")
