"""What a recipe makes, live: its numbers, what it leaves out, what it keeps, how copies stray."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QScrollArea, QWidget

from engine.strokes.types import Drawing
from studio import theme
from studio.models.recipe_preview import RecipePreview, Rule
from studio.models.samples import EMPTY
from studio.widgets import parts
from studio.widgets.datasets.drawing_strip import DrawingStrip
from studio.widgets.datasets.recipe_funnel import RecipeFunnel
from studio.widgets.histogram import Histogram

N_COPIES = 8
_RULE_PX = 150
_ORIGINAL = "as it was drawn"


class _RuleRow(QWidget):
    """A rule, how much it keeps out, and some of that."""

    def __init__(self) -> None:
        super().__init__()
        self._count = parts.label("", "title")
        self._title = parts.label("", "caption", wrap=True)
        self.strip = DrawingStrip("Left out", least_px=68, most_px=92, one_row=True)
        words = parts.column(self._count, self._title, 0, spacing=0)
        side = QWidget()
        side.setFixedWidth(_RULE_PX)
        side.setLayout(words)
        line = parts.row(side, spacing=theme.SPACE_12)
        line.addWidget(self.strip, 1)
        self.setLayout(line)

    def show_rule(self, rule: Rule, pictures: Mapping[str, Drawing]) -> None:
        """Show a rule with what is known of its examples."""
        self._count.setText(f"{rule.count:,}")
        self._title.setText(f"{rule.title}\n(not asked for)" if rule.is_choice else rule.title)
        self.strip.setAccessibleName(f"Left out: {rule.title}")
        self.strip.show_drawings(_cards(rule.examples, pictures))


class RecipeSheet(QScrollArea):
    """Shows; asks for pictures through whoever fills it.

    Signals:
        opened: Id of a drawing to look at closely.
        copied: Id of the drawing whose copies are to be shown.
        dice_thrown: Other copies of the same drawing.
    """

    opened = Signal(str)
    copied = Signal(str)
    dice_thrown = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pictures: dict[str, Drawing] = {}
        self._preview: RecipePreview | None = None
        self._rules: list[_RuleRow] = []
        self.funnel = RecipeFunnel()
        self.strokes = Histogram("Strokes a drawing")
        self.points = Histogram("Points a drawing")
        for bars in (self.strokes, self.points):
            # They show; ranges are set by the rules at the left.
            bars.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            bars.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._beside = parts.label("", "muted", wrap=True)
        self._problem = parts.label("", "error", wrap=True)
        self._none_left_out = parts.label("Nothing: every drawing that is asked for goes in.", "muted")
        self.kept = DrawingStrip("Kept", most_px=152)
        self.dice = parts.tool("dice", "Other chances")
        self.copies = DrawingStrip("Copies as training sees them")
        self._lay_out()
        self.kept.chosen.connect(self.copied)
        self.kept.opened.connect(self.opened)
        self.dice.clicked.connect(self.dice_thrown)
        self.show_preview(None)

    def _lay_out(self) -> None:
        bars = parts.row(spacing=theme.SPACE_24)
        for histogram in (self.strokes, self.points):
            bars.addWidget(histogram, 1)
        self._left_out = parts.column(parts.label("Left out", "heading"), self._none_left_out)
        kept_hint = parts.label("click one to see its copies, double click to look closely", "caption")
        copies_hint = parts.label("anew at every pass, never stored", "caption")
        content = parts.column(self._problem, self.funnel, self._beside, spacing=theme.SPACE_12)
        content.setContentsMargins(theme.SPACE_24, theme.SPACE_16, theme.SPACE_24, theme.SPACE_24)
        content.addLayout(bars)
        content.addLayout(self._left_out)
        examples = parts.column(spacing=theme.SPACE_12)
        examples.setContentsMargins(0, theme.SPACE_4, 0, 0)
        examples.addLayout(parts.row(parts.label("Kept", "heading"), kept_hint, 0))
        examples.addWidget(self.kept)
        copies_title = parts.label("As training sees it", "heading")
        examples.addLayout(parts.row(copies_title, copies_hint, 0, self.dice))
        examples.addWidget(self.copies)
        self._examples = QWidget()
        self._examples.setLayout(examples)
        content.addWidget(self._examples)
        content.addStretch(1)
        inside = QWidget()
        inside.setLayout(content)
        inside.setAutoFillBackground(False)
        self.setWidget(inside)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)

    # -- what it shows ---------------------------------------------------------------------------------

    @property
    def preview(self) -> RecipePreview | None:
        """The numbers shown."""
        return self._preview

    @property
    def rules(self) -> Sequence[_RuleRow]:
        """The rows of rules in sight."""
        return [row for row in self._rules if not row.isHidden()]

    def show_preview(self, preview: RecipePreview | None) -> None:
        """Show other numbers; pictures that are there already stay."""
        self._preview = preview
        self.say_problem("")
        self.funnel.show_preview(preview)
        shown = preview or RecipePreview()
        self.strokes.set_values(shown.strokes)
        self.points.set_values(shown.lengths)
        self._beside.setText(_difference(shown))
        self._beside.setVisible(shown.base is not None)
        rules = [rule for rule in shown.rules if rule.count]
        self._none_left_out.setVisible(preview is not None and not rules)
        while len(self._rules) < len(rules):
            self._add_rule_row()
        for row, rule in zip(self._rules, rules, strict=False):
            row.show_rule(rule, self._pictures)
            row.show()
        for row in self._rules[len(rules) :]:
            row.hide()
        self.kept.show_drawings(_cards(shown.examples, self._pictures))
        self._examples.setVisible(bool(shown.examples))

    def clear(self) -> None:
        """Forget everything: another project comes."""
        self._pictures = {}
        self.show_preview(None)
        self.copies.show_drawings([])

    def show_pictures(self, pictures: Mapping[str, Drawing]) -> None:
        """Fill the sheets that are still white, or draw them as the recipe has them now."""
        self._pictures = dict(pictures)
        if self._preview is not None:
            for row, rule in zip(self.rules, [r for r in self._preview.rules if r.count], strict=True):
                row.show_rule(rule, self._pictures)
            self.kept.show_drawings(_cards(self._preview.examples, self._pictures))

    def show_copies(self, id_: str, copies: Sequence[Drawing]) -> None:
        """Show a drawing, and beside it how copies of it stray."""
        original = (id_, f"{_name(id_)}, {_ORIGINAL}", self._pictures.get(id_, EMPTY))
        strayed = [(f"{id_} copy {n}", f"copy {n} of {_name(id_)}", one) for n, one in enumerate(copies, 1)]
        self.copies.show_drawings([original, *strayed])
        self.kept.choose(id_)

    def show_straying(self) -> None:
        """Bring the copies into sight: how they stray is being changed."""
        self.ensureWidgetVisible(self.copies, 0, theme.SPACE_24)

    def say_problem(self, sentence: str) -> None:
        """Say why there are no newer numbers; the empty sentence takes it back."""
        self._problem.setText(sentence)
        self._problem.setVisible(bool(sentence))

    def neighbour(self, id_: str, step: int) -> str:
        """The drawing before or after one in the strip it lies in; empty for none."""
        for strip in (self.kept, *(row.strip for row in self.rules)):
            ids = strip.ids
            if id_ in ids and 0 <= ids.index(id_) + step < len(ids):
                return ids[ids.index(id_) + step]
        return ""

    def _add_rule_row(self) -> None:
        row = _RuleRow()
        row.strip.clicked.connect(self._on_rule_strip_clicked)
        row.strip.opened.connect(self.opened)
        self._rules.append(row)
        self._left_out.addWidget(row)

    def _on_rule_strip_clicked(self) -> None:
        strip = self.sender()
        if isinstance(strip, DrawingStrip):
            self.opened.emit(strip.current_id)


def _cards(ids: Sequence[str], pictures: Mapping[str, Drawing]) -> list[tuple[str, str, Drawing]]:
    return [(id_, _name(id_), pictures.get(id_, EMPTY)) for id_ in ids]


def _name(id_: str) -> str:
    return id_.replace("/", " · ")


def _difference(preview: RecipePreview) -> str:
    """How it differs from the version before."""
    base = preview.base
    if base is None:
        return ""
    counts = ((base.added, "new"), (base.removed, "gone"), (base.changed, "drawn differently"))
    words = ", ".join(f"{count:,} {word}" for count, word in counts if count)
    return f"Beside {base.id}: {words or 'the same drawings'}."
