"""The layers of the way to a port: what is set up, what runs, what takes connections, what answers."""

from __future__ import annotations

from runbooklab.domain.layer import Layer
from runbooklab.domains.environment.layers import LAYERS as SURROUNDINGS

LAYERS: tuple[Layer, ...] = (
    *SURROUNDINGS,
    Layer(
        "docker",
        "Docker",
        "The container and its start",
        "What should have the port runs in a container, a sealed-off program under Docker, and does not run.",
        is_rung=False,
    ),
    Layer(
        "tcp",
        "TCP connection",
        "The port and its owner",
        "A port takes connections for one program at a time; this one is not there for the one it is meant "
        "for.",
        ("port-reachable", "port-owner"),
    ),
    Layer(
        "access",
        "Access to Docker",
        "Access to Docker",
        "What is needed to look at the container is not open to this run.",
        ("docker-access",),
        is_rung=False,
        explains_missing=True,
    ),
)
