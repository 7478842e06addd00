"""The layers of Docker's set-up, in the order in which they are fixed."""

from __future__ import annotations

from runbooklab.domain.layer import Layer

_WHAT = "Docker runs programs in containers, sealed off from each other, on networks of their own."

LAYERS: tuple[Layer, ...] = (
    Layer(
        "access",
        "Access to Docker",
        "Access to Docker",
        f"{_WHAT} It cannot be used from here, so nothing in it can be set up or checked.",
        ("docker-access",),
    ),
    Layer(
        "daemon",
        "Engine's configuration",
        "The engine's configuration",
        "The engine reads its settings when it starts. With a mistake in them it does not start.",
        ("docker-daemon-config",),
    ),
    Layer(
        "engine",
        "Engine and host",
        "The engine and its host",
        "The engine runs, and this host does not give it what it needs: room, forwarding, rules.",
        ("docker-storage", "docker-engine"),
    ),
    Layer(
        "compose-file",
        "Compose file",
        "The Compose file",
        "The Compose file says which containers there are to be. Compose refuses it as it is.",
        ("docker-compose-file",),
    ),
    Layer(
        "tools",
        "Client and its plugins",
        "The client's tools",
        "The docker command lacks a part, so what people type does not work.",
        ("docker-client",),
    ),
    Layer(
        "docker-network",
        "Networks",
        "Networks",
        "Containers reach each other through the engine's networks. One is missing, or its "
        "addresses are taken.",
        ("docker-networks",),
    ),
    Layer(
        "mounts",
        "Volumes and mounts",
        "Volumes and bind mounts",
        "A container gets its files from this host. One is missing, is of the wrong kind, or "
        "may not be used.",
        ("docker-mounts",),
    ),
    Layer(
        "resources",
        "Resources",
        "Resources",
        "A container asks for more than this engine can give.",
        ("docker-resources",),
    ),
    Layer(
        "docker",
        "Containers",
        "The containers and their start",
        f"{_WHAT} A container is not there, does not run, or ends again and again.",
        ("docker-containers",),
    ),
    Layer(
        "health",
        "Health checks",
        "Health checks",
        "The engine asks a container regularly whether it is well. The answer is no.",
        ("docker-container-health",),
    ),
    Layer(
        "image",
        "Images",
        "Images",
        "A container is made from an image, which has to be on this engine and fit its machine.",
        ("docker-images",),
    ),
)
