"""The layers of a call to a worker, in the order in which they are fixed; the ladder has a rung for each."""

from __future__ import annotations

from runbooklab.domain.layer import Layer

_WHAT_IT_IS = "The orchestrator calls its workers over gRPC, which speaks HTTP/2 on a TCP connection."

LAYERS: tuple[Layer, ...] = (
    Layer(
        "access",
        "Access to Docker",
        "Access to Docker",
        "Docker cannot be asked, so what it knows of the workers' containers is missing.",
        ("docker-access",),
        is_rung=False,
        explains_missing=True,
    ),
    Layer(
        "worker",
        "Worker process",
        "The worker's container and process",
        f"{_WHAT_IT_IS} The worker itself does not run, or does not go on.",
        ("worker-orchestrator", "worker-container"),
    ),
    Layer(
        "name",
        "Address and name",
        "Address and name",
        f"{_WHAT_IT_IS} The address that it is given leads nowhere, or to the wrong place.",
        ("worker-name",),
    ),
    Layer(
        "proxy",
        "Proxy",
        "Proxy",
        f"{_WHAT_IT_IS} A proxy that is set for something else takes the calls.",
        ("worker-proxy",),
    ),
    Layer(
        "tcp",
        "TCP connection",
        "Port and connection",
        f"{_WHAT_IT_IS} No connection to the worker's port comes about.",
        ("worker-port",),
    ),
    Layer(
        "answer",
        "What answers",
        "What answers at the port",
        f"{_WHAT_IT_IS} Something takes the connection that does not speak HTTP/2 with the orchestrator.",
        ("worker-answer",),
    ),
    Layer(
        "tls",
        "TLS",
        "TLS",
        f"{_WHAT_IT_IS} The two sides do not agree on TLS, or do not trust each other.",
        ("worker-tls",),
    ),
    Layer(
        "http2",
        "HTTP/2",
        "HTTP/2",
        f"{_WHAT_IT_IS} The connection stands, and its rules are in the way.",
        ("worker-http2",),
    ),
    Layer(
        "authentication",
        "Authentication",
        "Authentication",
        f"{_WHAT_IT_IS} The worker does not accept who calls.",
        ("worker-authentication",),
    ),
    Layer(
        "service",
        "Service",
        "Service",
        f"{_WHAT_IT_IS} The worker does not offer the service that is called.",
        ("worker-service", "worker-identity"),
    ),
    Layer(
        "health",
        "Health",
        "Health",
        f"{_WHAT_IT_IS} The worker says that it does not serve.",
        ("worker-health",),
    ),
    Layer(
        "capacity",
        "Capacity and limits",
        "Capacity and limits",
        f"{_WHAT_IT_IS} The worker answers, and some calls are too many, too large or too long.",
        ("worker-capacity", "worker-limits"),
    ),
)
