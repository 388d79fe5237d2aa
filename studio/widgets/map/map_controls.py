"""How the map is made: clusters, projection, scope, model, and the button that makes it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QComboBox, QFormLayout, QFrame, QLineEdit, QSpinBox, QWidget

from engine.curate.projection import available_methods
from studio import theme
from studio.widgets import parts

_CLUSTERINGS = {"K-Means": "kmeans", "HDBSCAN": "hdbscan"}
_PROJECTIONS = {"t-SNE": "tsne", "PCA": "pca", "UMAP": "umap"}
SELECTED, SHOWN = "selected", "shown"
_SCOPES = {
    "Everything": "all",
    "What is not rejected": "not rejected",
    "What is accepted": "accepted",
    "What is undecided": "undecided",
    "What the filters show": SHOWN,
    "What is selected": SELECTED,
}
_MODELS = ("efficientnet-lite0", "open_clip:ViT-B-32/laion2b_s34b_b79k")
_AUTO = 0


@dataclass(frozen=True, slots=True)
class MapChoice:
    """What the artist asks for; fields as in `engine.curate.maps.MapSettings`.

    Attributes:
        scope: One of its scopes, or `SHOWN` or `SELECTED`.
    """

    model: str
    k: int = 16
    projection: str = "tsne"
    clustering: str = "kmeans"
    scope: str = "all"


class MapControls(QFrame):
    """A few choices and a button.

    Signals:
        wanted: A `MapChoice` to make the map by.
    """

    wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self._clustering = _choices(
            _CLUSTERINGS, "How look-alikes are grouped; HDBSCAN finds how many there are"
        )
        self._clustering.currentIndexChanged.connect(self._on_clustering_changed)
        self._k = QSpinBox()
        self._k.setRange(_AUTO, 64)
        self._k.setSpecialValueText("as many as fit")
        self._k.setValue(16)
        self._k.setToolTip("Number of clusters; below 1 the silhouette finds how many fit best")
        self._projection = _choices(_PROJECTIONS, "How likeness becomes places on the map")
        self._dim_what_is_missing()
        self._scope = _choices(_SCOPES, "What is on the map")
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
        self._fold = parts.button(
            "", "tune", "quiet", "How the map is made: clusters, projection, scope, model"
        )
        self._fold.setCheckable(True)
        self._fold.toggled.connect(self._on_fold_toggled)
        self._make = parts.button("Make the map", "map")
        self._make.clicked.connect(self._on_make_clicked)
        self._lay_out()

    def _dim_what_is_missing(self) -> None:
        """UMAP is an extra: where it is not installed it can be seen, with the way to get it, not chosen."""
        model, there = self._projection.model(), available_methods()
        for row in range(self._projection.count()):
            if self._projection.itemData(row) not in there and isinstance(model, QStandardItemModel):
                model.item(row).setEnabled(False)
                model.item(row).setToolTip("Not installed: uv sync --extra umap")

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(theme.SPACE_12)
        form.setVerticalSpacing(theme.SPACE_4)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        rows = (
            ("Clustering", self._clustering),
            ("Clusters", self._k),
            ("Projection", self._projection),
            ("Of", self._scope),
            ("Model", self._model),
        )
        for name, box in rows:
            form.addRow(parts.label(name, "muted"), box)
        inner = parts.column(spacing=theme.SPACE_8)
        inner.addLayout(form)
        inner.addWidget(self._make)
        self._sheet = QWidget()
        self._sheet.setLayout(inner)
        self._sheet.hide()
        layout = parts.column(self._fold, self._sheet, spacing=theme.SPACE_8, margins=theme.SPACE_8)
        self.setLayout(layout)

    def show_choice(self, choice: MapChoice) -> None:
        """Show how the present map was made."""
        self._k.setValue(choice.k)
        for box, key in (
            (self._clustering, choice.clustering),
            (self._projection, choice.projection),
            (self._scope, choice.scope),
        ):
            box.setCurrentIndex(max(0, box.findData(key)))
        self._model.setCurrentText(choice.model)
        self._word.setCursorPosition(0)
        self._fold.setChecked(False)
        many = f" {choice.k}" if choice.k and choice.clustering == "kmeans" else ""
        self._fold.setText(f"{self._clustering.currentText()}{many} · {self._projection.currentText()}")

    def set_state(self, *, has_map: bool, busy: bool) -> None:
        """Name the button after what it will do now; while there is no map, every choice is open."""
        if not has_map:
            self._fold.setChecked(True)
        self._make.setText("Making the map…" if busy else "Make it again" if has_map else "Make the map")
        self._make.setEnabled(not busy)

    def choice(self) -> MapChoice:
        """What is chosen now."""
        return MapChoice(
            self._model.currentText().strip() or _MODELS[0],
            self._k.value(),
            str(self._projection.currentData()),
            str(self._clustering.currentData()),
            str(self._scope.currentData()),
        )

    def _on_clustering_changed(self, _index: int) -> None:
        self._k.setEnabled(self._clustering.currentData() == "kmeans")

    def _on_fold_toggled(self, open_: bool) -> None:
        self._sheet.setVisible(open_)

    def _on_make_clicked(self) -> None:
        self.wanted.emit(self.choice())


def _choices(words: dict[str, str], tip: str) -> QComboBox:
    box = QComboBox()
    for text, key in words.items():
        box.addItem(text, key)
    box.setToolTip(tip)
    return box
