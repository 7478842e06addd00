"""What the tests of a package that adds a domain import."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runbooklab.lazy_exports import lazy_exports

if TYPE_CHECKING:
    from runbooklab.testing.conformance import check_domain
    from runbooklab.testing.mistake import Mistake, Mistakes
else:
    __getattr__ = lazy_exports(
        __name__,
        {
            "conformance": ("check_domain",),
            "mistake": ("Mistake", "Mistakes"),
        },
    )

__all__ = [
    "Mistake",
    "Mistakes",
    "check_domain",
]
