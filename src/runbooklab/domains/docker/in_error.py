"""What one line of an error text says of Docker: which container it is about."""

from __future__ import annotations

from runbooklab.domains.docker.evidence import Evidence
from runbooklab.domains.docker.target import Target
from runbooklab.model.error_text import ErrorText
from runbooklab.observe.error_places import container_of


def in_error(line: str, text: ErrorText) -> Evidence:
    """The evidence that ``line`` holds."""
    return Evidence(target=Target({"container": container_of(line)}))
