"""The layers of the way to a port: what is set up, what runs, what takes connections, what answers."""

from __future__ import annotations

from msgspec.structs import replace

from runbooklab.domain.layer import Layer
from runbooklab.domains.address.layers import LAYERS as SURROUNDINGS
from runbooklab.domains.container.layers import LAYERS as DOCKER

_DOCKER = {layer.name: layer for layer in DOCKER}

LAYERS: tuple[Layer, ...] = (
    *SURROUNDINGS,
    _DOCKER["network"],
    _DOCKER["docker"],
    Layer(
        "tcp",
        "TCP connection",
        "The port and its owner",
        "A port takes connections for one program at a time; this one is not there for the one it is meant "
        "for.",
        ("port-reachable", "port-owner"),
    ),
    # It explains why evidence is missing, and never why a port is not its container's.
    replace(_DOCKER["access"], explains_missing=True),
)
