"""The layers of a port: what the host allows, what the file asks for, who has it, who answers."""

from __future__ import annotations

from runbooklab.domain.layer import Layer

LAYERS: tuple[Layer, ...] = (
    Layer(
        "port-host",
        "Host",
        "What this host allows",
        "This host does not let a service listen there.",
        ("bind-address",),
    ),
    Layer(
        "port-file",
        "Compose file",
        "The Compose file's ports",
        "The Compose file asks for ports that cannot be had as they are written.",
        ("port-compose",),
    ),
    Layer(
        "port-holder",
        "Owner",
        "Who has the port",
        "A port belongs to one program at a time; this one is another's.",
        ("port-owners",),
    ),
    Layer(
        "port-container",
        "Container",
        "The container that is to have the port",
        "The container that is to have the port does not run.",
        ("port-bindings",),
    ),
    Layer(
        "port-way",
        "Way in",
        "The way to the service",
        "The port is its service's, and connections do not reach it.",
        ("port-answers", "port-redirects"),
    ),
    Layer(
        "port-later",
        "Later",
        "What may go wrong later",
        "The port works now, and may be lost to another program.",
        ("port-kernel",),
        is_rung=False,
    ),
)
