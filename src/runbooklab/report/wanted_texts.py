"""Which Markdown files a run is to have, and what they tell beyond the run."""

from __future__ import annotations

from msgspec import Struct

from runbooklab.model.conclusions import AuditEntry


class WantedTexts(Struct, frozen=True):
    """``names`` of files: ``report.md``, ``postmortem.md``. ``acts`` of notebooks of the run's incident."""

    names: tuple[str, ...] = ()
    acts: tuple[AuditEntry, ...] = ()


NO_TEXTS = WantedTexts()
