"""The probes of the service's surroundings, one row each."""

from __future__ import annotations

from msgspec.structs import replace

from runbooklab.domain.probe import AnyProbe, Probe
from runbooklab.domains.address.records import ConfigFile, NameResolution, RedisAddress
from runbooklab.domains.container.probes import table as docker

_HERE = "runbooklab.domains.address.probes"

CONFIG = Probe(
    "config", ConfigFile, run=f"{_HERE}.config:config", looks_at="the orchestrator's configuration"
)
ADDRESS = Probe("address", RedisAddress, run=f"{_HERE}.address:address", looks_at="the Redis URL")
NAME = Probe("name", NameResolution, run=f"{_HERE}.name:name", looks_at="the host name")
#: Docker's own looks for a container by its name; the address says more.
CONTAINER = replace(docker.CONTAINER, run=f"{_HERE}.container:container")

PROBES: tuple[AnyProbe, ...] = (CONFIG, ADDRESS, NAME, CONTAINER)
