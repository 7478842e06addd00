"""Small plots of horizontal bars.

Leather draws them as plain SVG shapes; ``page.css`` gives them their colours, so they follow light and dark.
"""

from __future__ import annotations

import io
import re

from markupsafe import Markup
from msgspec import Struct

from runbooklab.model.drawing import BarPlot
from runbooklab.redaction import visible

#: Longest name of a bar, in characters: there is no room for more.
NAME_LIMIT = 13

#: In pixels: as wide as a narrow phone leaves room for.
_WIDTH, _ROW, _MARGINS = 340, 24, 70


class Plot(Struct, frozen=True):
    """A picture, what it shows in a word, and what it says in a sentence."""

    title: str
    says: str
    picture: Markup


def plot(content: BarPlot) -> Plot:
    """Horizontal bars from zero, each with its name and its value before it."""
    import leather  # type: ignore[import-untyped] # it ships no types; 50 ms, and most reports need none

    chart = leather.Chart()
    chart.add_bars([(bar.value, f"{visible(bar.name)[:NAME_LIMIT]}  {bar.words}") for bar in content.bars])
    chart.add_x_scale(0, max(bar.value for bar in content.bars) or 1)
    chart.add_x_axis(ticks=[0], tick_formatter=lambda *_: "")
    height = _ROW * len(content.bars) + _MARGINS
    page = io.StringIO()  # what it returns is no text in a process that has IPython
    chart.to_svg(page, width=_WIDTH, height=height)
    drawn = page.getvalue()
    shapes = _LONG_NUMBER.sub(r"\1", drawn[drawn.index("<g>") :])
    head = Markup('<svg class="plot" viewBox="0 0 {} {}" width="{}" role="img" aria-label="{}: {}">')
    picture = head.format(_WIDTH, height, _WIDTH, content.title, visible(content.says))
    return Plot(content.title, content.says, picture + Markup(shapes))  # noqa: S704 # Leather escapes its texts


_LONG_NUMBER = re.compile(r"\b([0-9]+\.[0-9])[0-9]+\b")
