"""All parameters of tracing in one frozen value."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from functools import cache

from engine.strokes.join import JoinSettings
from engine.strokes.separate import SeparateSettings
from engine.strokes.splice import SpliceSettings
from engine.trace.annotations import AnnotationSettings
from engine.trace.binding import BindingSettings
from engine.trace.centring import CentringSettings
from engine.trace.crossings import CrossingSettings
from engine.trace.ink import InkSettings
from engine.trace.pairing import PairingSettings
from engine.trace.paper import PaperSettings

_VERSION = 3
"""Raised whenever the same settings give another trace: derived files are keyed by it."""


@dataclass(frozen=True, slots=True)
class GraphSettings:
    """The skeleton's graph.

    Attributes:
        spur_pens: Side branches that reach no more pen widths out of the ink are artefacts of thinning.
        solid_share: With more of the ink than this in areas far wider than the line, the page is no line ink.
        tint_share: With more of the sheet than this under paint, neither.
    """

    spur_pens: float = 0.4
    solid_share: float = 0.025
    tint_share: float = 0.135


@dataclass(frozen=True, slots=True)
class SimplifySettings:
    """How finely traces are kept.

    Attributes:
        epsilon_px: Farthest a dropped point lies from the line, full image px.
    """

    epsilon_px: float = 0.2


@dataclass(frozen=True, slots=True)
class TraceSettings:
    """Parameters of every step; lengths mostly in pen widths, so that they hold for every pen and scan."""

    paper: PaperSettings = field(default_factory=PaperSettings)
    binding: BindingSettings = field(default_factory=BindingSettings)
    ink: InkSettings = field(default_factory=InkSettings)
    annotations: AnnotationSettings = field(default_factory=AnnotationSettings)
    graph: GraphSettings = field(default_factory=GraphSettings)
    crossings: CrossingSettings = field(default_factory=CrossingSettings)
    pairing: PairingSettings = field(default_factory=PairingSettings)
    centring: CentringSettings = field(default_factory=CentringSettings)
    join: JoinSettings = field(default_factory=JoinSettings)
    splice: SpliceSettings = field(default_factory=SpliceSettings)
    separate: SeparateSettings = field(default_factory=SeparateSettings)
    simplify: SimplifySettings = field(default_factory=SimplifySettings)


@cache
def settings_key(settings: TraceSettings) -> str:
    """A short hash that is the same for equal settings in every process and release."""
    text = json.dumps({"version": _VERSION, **asdict(settings)}, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
