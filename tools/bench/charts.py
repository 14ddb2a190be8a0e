"""Pictures of figures, drawn as plain SVG: readable in light and dark, with a title and a description for who hears.

Groups of bars from the left, each with its figure behind it, on one scale: logarithmic where they are far apart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import log10

_WIDTH, _LABEL, _ROW, _GAP, _TOP = 860, 230, 18, 14, 76
_COLOURS = (
    ("#1f4e8c", "#8ab4f0"),
    ("#2e7d5b", "#7fd1ab"),
    ("#a35a00", "#f0b35e"),
    ("#7a3b8f", "#cf9be0"),
    ("#8c1f3a", "#f28aa2"),
)
_STYLE = """
text { font: 13px system-ui, sans-serif; fill: #1c2430 }
.t { font-weight: 600; font-size: 16px }
.s { fill: #4d5766 }
rect.b { fill: #ffffff }
%s
@media (prefers-color-scheme: dark) {
text { fill: #e6e9ee }
.s { fill: #a9b3c1 }
rect.b { fill: #14181f }
%s
}
"""


@dataclass(frozen=True)
class Picture:
    """A file beside the page, and the words for it."""

    name: str
    svg: str
    words: str

    def __str__(self) -> str:
        return f"![{self.words}](pictures/bench/{self.name}.svg)"


@dataclass(frozen=True)
class Bars:
    """Some bars that belong together, by what each stands for."""

    name: str
    values: Mapping[str, float]


def drawn(name: str, title: str, words: str, bars: Sequence[Bars], *, is_log: bool = False) -> Picture:
    """A picture of them; groups of the same name become one."""
    groups = _together(bars)
    series = list(dict.fromkeys(kind for values in groups.values() for kind in values))
    most = max((value for values in groups.values() for value in values.values()), default=0.0) or 1.0
    parts, at = list(_legend(series)), _TOP + 20 * len(series)
    for group, values in groups.items():
        parts.append(f'<text x="8" y="{at + 13}">{escape(group)}</text>')
        for kind, value in values.items():
            parts.append(_bar(at, series.index(kind), value, _length(value, most, is_log=is_log)))
            at += _ROW
        at += _GAP
    return Picture(name, _framed(title, words, parts, at), words)


def _together(bars: Sequence[Bars]) -> dict[str, dict[str, float]]:
    groups: dict[str, dict[str, float]] = {}
    for one in bars:
        if one.values:
            groups.setdefault(one.name, {}).update(one.values)
    return groups


def _length(value: float, most: float, *, is_log: bool) -> float:
    share = log10(1 + value) / log10(1 + most) if is_log else value / most
    return max(1.0, share * (_WIDTH - _LABEL - 90))


def _bar(at: int, place: int, value: float, length: float) -> str:
    colour = place % len(_COLOURS)
    shown = f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
    return (
        f'<rect class="c{colour}" x="{_LABEL}" y="{at}" width="{length:.1f}" height="{_ROW - 4}"/>'
        f'<text class="s" x="{_LABEL + length + 6:.1f}" y="{at + 12}">{shown}</text>'
    )


def _legend(series: Sequence[str]) -> list[str]:
    return [
        f'<rect class="c{place % len(_COLOURS)}" x="{_LABEL}" y="{_TOP - 20 + 20 * place}" width="14" height="12"/>'
        f'<text x="{_LABEL + 22}" y="{_TOP - 9 + 20 * place}">{escape(name)}</text>'
        for place, name in enumerate(series)
    ]


def _framed(title: str, words: str, parts: Sequence[str], height: int) -> str:
    light, dark = ("\n".join(f".c{n} {{ fill: {pair[i]} }}" for n, pair in enumerate(_COLOURS)) for i in (0, 1))
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img" aria-labelledby="t d">'
        f'<title id="t">{escape(title)}</title><desc id="d">{escape(words)}</desc>'
        f'<style>{_STYLE % (light, dark)}</style><rect class="b" width="{_WIDTH}" height="{height}"/>'
        f'<text class="t" x="8" y="24">{escape(title)}</text><text class="s" x="8" y="44">{escape(words)}</text>'
    )
    return "\n".join((head, *parts, "</svg>", ""))
