"""Variants of containers without a network of their own, and of renamed commands: see ``cause_samples``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cause_samples_network import orchestrated
from evidence_samples import (
    address,
    alter_container,
    change,
    down,
    healthy,
    log,
    refused,
    stages,
    talk,
)
from runbooklab.domains.address.records import NameResolution
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.records.server import ServedFile, ServerConfig
from runbooklab.observe.docker.records import Attachment, PortBinding

NOT_FOUND = NameResolution("redis-tts", "not-found")
NONE = (Attachment("none"),)


def on_host(base: Evidence, **more: Any) -> Evidence:
    return alter_container(
        base, network_mode="host", networks=(Attachment("host"),), ports=(), ports_asked=(), **more
    )


def mapping_ignored() -> Evidence:
    base = on_host(refused(address=address("redis://localhost:7000", port=7000)))
    return alter_container(base, ports_asked=(PortBinding(6379, "tcp", "127.0.0.1", 7000),))


def auth_renamed(code: str = "ERR", message: str = "ERR unknown command 'AUTH'") -> Evidence:
    return healthy(
        address=address("redis://:***secret-1a2b3c4d***@localhost:6379", has_password=True),
        redis=talk(stages=stages("auth", code=code, message=message)),
    )


MODES: dict[str, Callable[[], Evidence]] = {
    "network-none": lambda: alter_container(refused(), network_mode="none", networks=NONE, ports=()),
    "network-none/orchestrator": lambda: orchestrated(healthy(), networks=NONE, name=NOT_FOUND),
    "redis-on-host-network": lambda: orchestrated(on_host(healthy()), name=NOT_FOUND),
    "redis-on-host-network/mapping-ignored": mapping_ignored,
    "network-container-gone": lambda: down(
        network_mode="container:4f6f",
        networks=(),
        error="cannot join network of a non running container: 4f6f",
        exit_code=128,
    ),
    "command-renamed": auth_renamed,
    "command-renamed/of-valkey-9": lambda: auth_renamed("NOAUTH", "Authentication required."),
    "published-address-unavailable": lambda: down(
        exit_code=128,
        error="Error starting userland proxy: listen tcp4 10.9.9.9:6379: cannot assign requested address",
    ),
    "redis-data-permission": lambda: change(
        down(exit_code=1, user="999:999"),
        logs=log("1:M # Can't open or create append-only dir appendonlydir: Permission denied"),
        server_config=ServerConfig(files=(ServedFile("dir", "/data", "directory", 0, 0, 0o755),)),
    ),
}
