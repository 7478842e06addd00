"""What a check says if there is no URL that can be used."""

from __future__ import annotations

from runbooklab.domain.judgement import absent, skipped
from runbooklab.domains.address.evidence import Evidence
from runbooklab.model.conclusions import Judgement


def no_url(e: Evidence) -> Judgement | None:
    """The judgement of every check that needs a usable URL, if there is none; else None."""
    if e.address.value is None:
        return absent(e, e.address, "The Redis URL")
    if e.address.value.problem:
        return skipped("Nothing was tried: the Redis URL cannot be used as it is written.")
    return None
