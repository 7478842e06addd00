"""The probes that every run has, whatever its subject."""

from __future__ import annotations

from runbooklab.domain.probe import AnyProbe, Probe
from runbooklab.model.error_text import ErrorText

#: The error text that a person gave with the target.
ERROR_TEXT = Probe(
    "error-text", ErrorText, run="runbooklab.observe.error_text:error_text", looks_at="an error text"
)

PROBES: tuple[AnyProbe, ...] = (ERROR_TEXT,)
