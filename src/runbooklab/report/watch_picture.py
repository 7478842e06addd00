"""The picture of a watch: a small plot for each number, and a line for each thing while it was there.

One SVG of plain shapes without style or script, in the colour of the text around it: it looks right in
light and dark, in JupyterLab, in an export and on the report's page.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby, pairwise

from runbooklab.model.watched import Curve, Presence, Watched
from runbooklab.redaction import visible
from runbooklab.report.watched import in_words, sentence
from runbooklab.words import short

#: Lines of things that are drawn; those that came or went are drawn first.
MOST_LINES = 12
#: A watch under way is drawn as if it had lasted this long, in seconds: else its first looks would leap.
LEAST_SPAN_S = 10.0
#: A number that moves between these shares of its most is drawn close up, from below its least.
TINY_SHARE, CLOSE_SHARE = 0.02, 0.2
#: Characters of a name that there is room for.
_NAME = 38

#: In pixels: two plots stand side by side, each as wide as a narrow phone leaves room for.
_WIDTH, _GAP, _HEAD, _PLOT, _FOOT, _LINE = 340, 28, 20, 44, 16, 16
_PAGE = 2 * _WIDTH + _GAP


def picture(watched: Watched) -> str:
    """The SVG; "" if nothing was seen."""
    if not watched.curves and not watched.silences:
        return ""
    span_s = max(
        watched.lasted_s, min(watched.asked_s, LEAST_SPAN_S) if watched.state == "running" else 0.001
    )
    parts: list[str] = []
    row = _HEAD + _PLOT + _FOOT
    for number, curve in enumerate(watched.curves):
        at = (number % 2 * (_WIDTH + _GAP), number // 2 * row)
        parts.append(_moved(at, _plot(watched, curve, span_s)))
    height = (len(watched.curves) + 1) // 2 * row
    lines = _lines(watched)
    if lines:
        parts.append(_moved((0, height), _presence(watched, lines, span_s)))
        height += _HEAD + _LINE * len(lines) + _FOOT
    if not watched.curves:
        parts.append(_moved((0, height), f"{_silences(watched, span_s, _PLOT)}{_axis(span_s, _PLOT)}"))
        height += _PLOT + _FOOT
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_PAGE} {height}" width="{_PAGE}" '
        f'role="img" aria-label="{_text(sentence(watched))}" fill="currentColor" font-size="12" '
        f'font-family="system-ui, sans-serif">{"".join(parts)}</svg>'
    )


def _moved(at: tuple[int, int], content: str) -> str:
    return f'<g transform="translate({at[0]} {at[1]})">{content}</g>'


def _text(text: str) -> str:
    return escape(visible(text))


# --- plots -----------------------------------------------------------------------------------


def _plot(watched: Watched, curve: Curve, span_s: float) -> str:
    """One number: its name, last value and range above a line that is broken if it was not seen."""
    seen = [value for value in curve.values if value is not None]
    least, most = min(seen), max(seen)
    heights = _Heights(least, most)
    points = [
        (_x(moment, span_s), heights.y(value)) if value is not None else None
        for moment, value in zip(watched.moments, curve.values, strict=True)
    ]
    now = in_words(seen[-1], curve.unit)
    about = (
        f"{in_words(least, curve.unit)} to {in_words(most, curve.unit)}" if least != most else "all the time"
    )
    head = (
        f'<text y="13" font-weight="600">{_text(curve.name)} {_text(now)}</text>'
        f'<text x="{_WIDTH}" y="13" text-anchor="end" opacity="0.7">{_text(about)}</text>'
    )
    path = _path(points, stepped=curve.unit == "count")
    return head + _moved((0, _HEAD), _silences(watched, span_s, _PLOT) + path + _axis(span_s, _PLOT))


class _Heights:
    """From a number to its place in a plot: from zero, unless all are far from it and close together.

    A change too small to matter is no jump: then it is from zero, too.
    """

    def __init__(self, least: float, most: float) -> None:
        is_close = TINY_SHARE * most <= most - least <= CLOSE_SHARE * most
        self._from = least - (most - least) / 4 if is_close else 0.0
        self._to = max(most, self._from + 1e-9)

    def y(self, value: float) -> float:
        return _PLOT - (value - self._from) / (self._to - self._from) * (_PLOT - 4)


def _x(moment_s: float, span_s: float) -> float:
    return min(moment_s / span_s, 1.0) * _WIDTH


Point = tuple[float, float]


def _path(points: Sequence[Point | None], stepped: bool) -> str:
    """A line through points next to each other; a point that has no neighbour is a dot."""
    drawn = []
    for known, run in groupby(points, key=lambda point: point is not None):
        row = [point for point in run if point is not None]
        if known and len(row) == 1:
            drawn.append(f'<circle cx="{row[0][0]:.1f}" cy="{row[0][1]:.1f}" r="2"/>')
        elif known:
            corners = " ".join(f"{x:.1f},{y:.1f}" for x, y in _corners(row, stepped))
            drawn.append(
                f'<polyline points="{corners}" fill="none" stroke="currentColor" stroke-width="1.5"/>'
            )
    return "".join(drawn)


def _corners(row: Sequence[Point], stepped: bool) -> Iterator[Point]:
    yield row[0]
    for (_, before), (x, y) in pairwise(row):
        if stepped and y != before:
            yield x, before
        yield x, y


def _axis(span_s: float, height: int) -> str:
    """The time: its beginning and its end."""
    end = f"{span_s:.0f} s" if span_s >= 1 else f"{span_s:.1f} s"
    return (
        f'<line x2="{_WIDTH}" y1="{height}" y2="{height}" stroke="currentColor" opacity="0.3"/>'
        f'<text y="{height + 12}" font-size="10" opacity="0.7">0</text>'
        f'<text x="{_WIDTH}" y="{height + 12}" font-size="10" text-anchor="end" opacity="0.7">{end}</text>'
    )


def _silences(watched: Watched, span_s: float, height: int) -> str:
    """A band wherever there was no answer."""
    bands = []
    for silence in watched.silences:
        start = _x(silence.from_s, span_s)
        # The last one may have just begun: it is shown all the same.
        width = max(_x(silence.until_s, span_s) - start, 3.0)
        words = f'<text x="{start + 3:.1f}" y="11" font-size="10" opacity="0.8">no answer</text>'
        bands.append(
            f'<rect x="{start:.1f}" width="{width:.1f}" height="{height}" opacity="0.12">'
            f"<title>{_text(silence.why)}</title></rect>{words if width > 55 else ''}"
        )
    return "".join(bands)


# --- what was there --------------------------------------------------------------------------


def _lines(watched: Watched) -> list[Presence]:
    """Those to draw: the ones that came or went, then others, as far as there is room."""
    moved = {coming.name for coming in watched.comings}
    chosen = sorted(watched.presences, key=lambda presence: (presence.name not in moved, presence.name))
    return chosen[:MOST_LINES]


def _presence(watched: Watched, lines: Sequence[Presence], span_s: float) -> str:
    """A row for each thing: its line is drawn while it was there, beside its name."""
    left = len(watched.presences) + watched.more_present - len(lines)
    more = f'<tspan font-weight="400" opacity="0.7"> and {left:,} more</tspan>' if left else ""
    head = f'<text y="13" font-weight="600">{_text(watched.thing.capitalize())}s that were there{more}</text>'
    height = _LINE * len(lines)
    rows = [_silences(watched, span_s, height)]
    for number, presence in enumerate(lines):
        middle = number * _LINE + _LINE / 2
        for start, end in presence.spans:
            x, until = _x(start, span_s), max(_x(end, span_s), _x(start, span_s) + 3)
            rows.append(
                f'<line x1="{x:.1f}" x2="{until:.1f}" y1="{middle}" y2="{middle}" stroke="currentColor" '
                'stroke-width="4" opacity="0.75"/>'
            )
        name = short(presence.name, _NAME)
        rows.append(f'<text x="{_WIDTH + _GAP}" y="{middle + 4}">{_text(name)}</text>')
    return head + _moved((0, _HEAD), "".join(rows) + _axis(span_s, height))
