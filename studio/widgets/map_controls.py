"""How the map is made: clusters, projection, model, and the button that makes it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QFrame, QLineEdit, QSpinBox, QWidget

from studio import theme
from studio.widgets import parts

_PROJECTIONS = {"t-SNE": "tsne", "PCA": "pca"}
_MODELS = ("efficientnet-lite0", "open_clip:ViT-B-32/laion2b_s34b_b79k")


@dataclass(frozen=True, slots=True)
class MapChoice:
    """What the artist asks for; fields as in `engine.curate.maps.make_map`."""

    model: str
    k: int
    projection: str


class MapControls(QFrame):
    """Three choices and a button.

    Signals:
        wanted: A `MapChoice` to make the map by.
    """

    wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self._k = QSpinBox()
        self._k.setRange(2, 64)
        self._k.setValue(8)
        self._k.setToolTip("Number of clusters (K-Means)")
        self._projection = QComboBox()
        self._projection.addItems(list(_PROJECTIONS))
        self._projection.setToolTip("How likeness becomes places on the map")
        self._model = QComboBox()
        self._word = QLineEdit()
        self._model.setLineEdit(self._word)
        self._model.addItems(list(_MODELS))
        self._model.setMinimumContentsLength(8)
        self._model.setToolTip(
            "What looks at the pages: the model that comes with the program, "
            "or open_clip:MODEL/TAG, open_clip:MODEL@FILE, open_clip:FOLDER"
        )
        self._word.setCursorPosition(0)
        self._make = parts.button("Make the map", "map")
        self._make.clicked.connect(self._on_make_clicked)
        form = QFormLayout()
        form.setHorizontalSpacing(theme.SPACE_12)
        form.setVerticalSpacing(theme.SPACE_4)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for name, field in (("Clusters", self._k), ("Projection", self._projection)):
            form.addRow(parts.label(name, "muted"), field)
        layout = parts.column(spacing=theme.SPACE_8, margins=theme.SPACE_12)
        layout.addLayout(form)
        layout.addWidget(self._model)
        layout.addWidget(self._make)
        self.setLayout(layout)

    def show_choice(self, choice: MapChoice) -> None:
        """Show how the present map was made."""
        self._k.setValue(choice.k)
        self._projection.setCurrentText(
            next((name for name, key in _PROJECTIONS.items() if key == choice.projection), "t-SNE")
        )
        self._model.setCurrentText(choice.model)
        self._word.setCursorPosition(0)

    def set_state(self, *, has_map: bool, busy: bool) -> None:
        """Name the button after what it will do now."""
        self._make.setText("Making the map…" if busy else "Make it again" if has_map else "Make the map")
        self._make.setEnabled(not busy)

    def choice(self) -> MapChoice:
        """What is chosen now."""
        model = self._model.currentText().strip() or _MODELS[0]
        return MapChoice(model, self._k.value(), _PROJECTIONS[self._projection.currentText()])

    def _on_make_clicked(self) -> None:
        self.wanted.emit(self.choice())
