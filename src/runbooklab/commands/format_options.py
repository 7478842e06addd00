"""Options for the files to write besides ``report.html``, and what they mean."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from runbooklab.commands.output import to_stderr

F = TypeVar("F", bound=Callable[..., Any])

#: ``--format`` -> the file it asks for.
FORMATS = {"html": "report.html", "md": "report.md", "pdf": "report.pdf"}


def _each(context: click.Context, option: click.Parameter, given: tuple[str, ...]) -> frozenset[str]:
    """The formats that are named, in options of their own or with commas."""
    names = [name.strip().lower() for text in given for name in text.split(",")]
    if unknown := [name for name in names if name not in FORMATS]:
        raise click.BadParameter(f"{unknown[0]!r} is none of {', '.join(FORMATS)}", context, option)
    return frozenset(names)


def format_options(command: F) -> F:
    """The options ``--format`` and ``--postmortem``."""
    options = (
        click.option(
            "--format", "formats", multiple=True, callback=_each, metavar="FORMAT[,FORMAT]",
            help="md: the short text for a chat or a ticket, also on stdout. pdf: the report printed,"
            " which needs a Chromium. html is always written.",
        ),
        click.option("--postmortem", is_flag=True, help="Draft a postmortem in Markdown: postmortem.md."),
    )  # fmt: skip
    for option in reversed(options):
        command = option(command)
    return command


def text_names(formats: frozenset[str], postmortem: bool) -> tuple[str, ...]:
    """The Markdown files that are asked for."""
    return (*(["report.md"] if "md" in formats else []), *(["postmortem.md"] if postmortem else []))


def with_whole_path(text: bytes, page: Path | None) -> bytes:
    """``report.md`` for reading anywhere on this machine: it names its report by the absolute path."""
    from runbooklab.report.short_text import report_link

    if page is None:
        return text
    beside, whole = report_link(FORMATS["html"]), report_link(str(page.absolute()))
    return text.replace(beside.encode(), whole.encode())


def print_report(page: Path | bytes, to: Path) -> bool:
    """Print a report that was drawn here to PDF; if that fails, one line on stderr says why."""
    from runbooklab.execution import NotPrinted, print_page, print_pdf

    try:
        if isinstance(page, bytes):
            print_page(page, to)
        else:
            print_pdf(page, to)
    except NotPrinted as reason:
        to_stderr(f"runbook: {reason}")
        return False
    return True
