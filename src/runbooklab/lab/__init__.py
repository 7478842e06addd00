"""Faults injected into real containers, networks and processes of our own, and fixed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runbooklab.lazy_exports import lazy_exports

if TYPE_CHECKING:
    from runbooklab.lab.fault import Fault, Healthy
    from runbooklab.lab.lab import Lab, WithoutDocker
    from runbooklab.lab.testbed import NotReady, Situation, Testbed, Unavailable
else:
    __getattr__ = lazy_exports(
        __name__,
        {
            "fault": ("Fault", "Healthy"),
            "lab": ("Lab", "WithoutDocker"),
            "testbed": ("NotReady", "Situation", "Testbed", "Unavailable"),
        },
    )

__all__ = [
    "Fault",
    "Healthy",
    "Lab",
    "NotReady",
    "Situation",
    "Testbed",
    "Unavailable",
    "WithoutDocker",
]
