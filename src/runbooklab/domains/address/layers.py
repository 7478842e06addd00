"""The layers of the service's surroundings: what is read first, and the name that it leads to."""

from __future__ import annotations

from runbooklab.domain.layer import Layer

LAYERS: tuple[Layer, ...] = (
    Layer(
        "configuration",
        "Configuration",
        "Configuration and URL",
        "The service's own settings do not say in a usable way where it finds what it needs.",
        ("orchestrator-config", "redis-url"),
    ),
    Layer(
        "name",
        "Name resolution",
        "Names",
        "The settings lead to a name, and that name leads nowhere from this host.",
        ("name-resolution",),
    ),
)
