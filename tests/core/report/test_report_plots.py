"""Plots: nothing but shapes and escaped text."""

from __future__ import annotations

import subprocess
import sys

from bs4 import BeautifulSoup

from report_samples import HOSTILE
from runbooklab.model.drawing import Bar, BarPlot
from runbooklab.report.plots import NAME_LIMIT, plot


def test_a_bar_has_its_name_and_its_value() -> None:
    """One shape a bar beside the background; the sentence is said to those who see none of it."""
    drawn = plot(
        BarPlot("Latency", "It took long.", (Bar("first", 1.0, "1 ms"), Bar("second", 9.5, "9.5 ms")))
    )
    assert drawn.picture.count("<rect") == 1 + 2
    assert "second  9.5 ms" in drawn.picture
    assert 'aria-label="Latency: It took long."' in drawn.picture


def test_hostile_names_stay_text() -> None:
    """A bar's name makes no element; what cannot be seen is written out, and a long name is cut."""
    bars = (Bar(f"<b>\x1b\u202e{HOSTILE}", 1.0, "1"), Bar("x" * 99, 2.0, "2"))
    drawn = plot(BarPlot("Thing", HOSTILE, bars)).picture
    parsed = BeautifulSoup(drawn, "html.parser")
    assert {tag.name for tag in parsed.find_all()} == {"svg", "g", "rect", "line", "text"}
    assert "\u202e" not in drawn
    assert "x" * (NAME_LIMIT + 1) not in drawn


def test_bars_of_zero_are_drawn() -> None:
    """A plot without any height is drawn all the same."""
    assert plot(BarPlot("Thing", "Nothing.", (Bar("none", 0.0, "0"),))).picture.count("<rect") == 2


def test_a_plot_is_drawn_in_a_notebook_too() -> None:
    """Leather hands over no text if it is imported where IPython runs."""
    code = (
        "from IPython.core.interactiveshell import InteractiveShell\n"
        "InteractiveShell(warn_venv=False)\n"
        "from runbooklab.report.plots import BarPlot, plot\n"
        "from runbooklab.model.drawing import Bar\n"
        "print(plot(BarPlot('Latency', 'Long.', (Bar('first', 1.0, '1 ms'),))).picture)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "first  1 ms" in done.stdout, done.stderr
