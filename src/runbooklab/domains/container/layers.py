"""Docker's layers, in the order in which they are fixed."""

from __future__ import annotations

from runbooklab.domain.layer import Layer

_WHAT_IT_IS = "Docker runs programs in containers, sealed off from each other, on networks of their own."

LAYERS: tuple[Layer, ...] = (
    Layer(
        "access",
        "Access to Docker",
        "Access to Docker",
        f"{_WHAT_IT_IS} It cannot be used from here, so nothing in it can be set up or checked.",
        ("docker-access",),
        is_rung=False,
    ),
    Layer(
        "network",
        "Docker network",
        "The network",
        f"{_WHAT_IT_IS} The network that is named is not there, or the container is not on it.",
        ("docker-network",),
        is_rung=False,
    ),
    Layer(
        "docker",
        "Docker",
        "The container and its start",
        f"{_WHAT_IT_IS} The container that is named is not there, does not run, or is not healthy.",
        ("container", "container-health"),
        is_rung=False,
    ),
)
