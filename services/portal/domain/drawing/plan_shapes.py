"""What a site's plan is made from, and what it is made of: points of a drawing, y downwards."""

from dataclasses import dataclass

from services.portal.domain.drawing.site_layout import Point
from services.portal.domain.drawing.tone import Tone

Place = tuple[float, float]
"""A point of the plan: x and y."""


@dataclass(frozen=True, kw_only=True)
class BuildingIn:
    code: str
    word: str
    at: Point | None = None


@dataclass(frozen=True, kw_only=True)
class SpotIn:
    word: str
    at: Point


@dataclass(frozen=True, kw_only=True)
class JobIn:
    """A job at a building, else at a point; one with neither is not on the plan."""

    priority: str
    tone: Tone
    building: str | None = None
    at: Point | None = None


@dataclass(frozen=True, kw_only=True)
class TechnicianIn:
    """`word` is one sign, such as the first of the name."""

    word: str
    building: str | None = None
    at: Point | None = None
    free: bool = False


@dataclass(frozen=True, kw_only=True)
class House:
    x: float
    y: float
    width: float
    height: float
    mid_x: float
    text_y: float
    text: float
    word: str
    hot: bool


@dataclass(frozen=True, kw_only=True)
class Word:
    x: float
    y: float
    word: str


@dataclass(frozen=True, kw_only=True)
class JobMark:
    path: str
    x: float
    y: float
    text_y: float
    number: int
    tone: Tone


@dataclass(frozen=True, kw_only=True)
class Face:
    x: float
    y: float
    text_y: float
    word: str
    free: bool


@dataclass(frozen=True, kw_only=True)
class Stop:
    x: float
    y: float
    text_y: float
    number: int


@dataclass(frozen=True, kw_only=True)
class Way:
    path: str
    now: bool


@dataclass(frozen=True, kw_only=True)
class Plan:
    width: float
    height: float
    roads: str
    houses: tuple[House, ...]
    spots: tuple[Word, ...]
    marks: tuple[JobMark, ...]
    faces: tuple[Face, ...]
    ways: tuple[Way, ...] = ()
    stops: tuple[Stop, ...] = ()
