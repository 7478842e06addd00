"""Observing a target: all probes run together, within one deadline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runbooklab.lazy_exports import lazy_exports

if TYPE_CHECKING:
    from runbooklab.observe.context import Context, NotObserved, PlainError
else:
    __getattr__ = lazy_exports(
        __name__,
        {
            "context": ("Context", "NotObserved", "PlainError"),
        },
    )

__all__ = [
    "Context",
    "NotObserved",
    "PlainError",
]
