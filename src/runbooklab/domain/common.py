"""The probes that every run has, whatever its subject."""

from __future__ import annotations

from msgspec.structs import replace

from runbooklab.domain.probe import Probe
from runbooklab.domain.sign import SignTable
from runbooklab.model.error_text import ErrorText

#: The error text that a person gave along with the target.
ERROR_TEXT: Probe[ErrorText] = Probe(
    "error-text",
    ErrorText,
    run="runbooklab.observe.error_text:error_text",
    looks_at="an error text",
)


def error_text(table: SignTable) -> Probe[ErrorText]:
    """The probe of the error text, with the signs of the domains in use."""
    return replace(ERROR_TEXT, run=lambda ctx: ERROR_TEXT.load()(ctx, table))  # type: ignore[call-arg] # it takes the table too
