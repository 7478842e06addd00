"""This target's container and network, as commands need them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any, ClassVar

from msgspec import Struct

from runbooklab.domains.container.evidence import Evidence
from runbooklab.domains.container.meant import BUILT_IN_NETWORKS, container_name, is_default
from runbooklab.domains.container.readings.containers import container, orchestrator
from runbooklab.domains.container.readings.networks import network_names
from runbooklab.domains.container.shell import command
from runbooklab.domains.container.target import REDIS_CONTAINER
from runbooklab.model.parameter import Parameter, Target
from runbooklab.observe.docker.records import Container

#: What the runbook is about if nothing says otherwise.
DEFAULT_CONTAINER = REDIS_CONTAINER.preset
#: Parameters that say what is observed.
PLACES = ("redis_container", "orchestrator_container", "docker_network")


class Site(Struct, frozen=True, dict=True):
    """The target as a plan sees it: everything has a usable value, observed or by default."""

    e: Evidence
    #: Observes the target again, with the parameters' defaults.
    run: ClassVar[str] = "runbook run docker-setup"

    @cached_property
    def found(self) -> Container | None:
        return container(self.e)

    @property
    def name(self) -> str:
        """The container's name."""
        return container_name(self.e) or DEFAULT_CONTAINER

    @property
    def network(self) -> str:
        """The network that the container and its client are to share."""
        client = orchestrator(self.e)
        look = self.e.network.value
        wanted = look.found.name if look and look.found else self.e.target.docker_network
        if client is not None and wanted not in network_names(client):
            own = sorted(network_names(client) - BUILT_IN_NETWORKS)
            return own[0] if own else self._network_to_make(wanted)
        return wanted if look and look.found else self._network_to_make(wanted)

    def _network_to_make(self, wanted: str) -> str:
        """``wanted``, unless nobody chose it and the container is not the runbook's own either."""
        chosen = not is_default(self.e.target, "docker_network") or self.name == DEFAULT_CONTAINER
        return wanted if wanted and chosen else f"{self.name}-network"

    @property
    def client(self) -> str:
        """Name of the client's container; "" if it runs on this host."""
        return self.e.target.orchestrator_container

    @property
    def logs(self) -> str:
        return command("docker", "logs", "--tail", "20", self.name)

    @property
    def works(self) -> str:
        """The command that shows whether it works now."""
        return command("docker", "ps", "--all", "--filter", f"name={self.name}")

    @property
    def alias(self) -> tuple[str, ...]:
        """Options for the name that the container is to have on a network, besides its own."""
        return ()

    @property
    def run_again(self) -> str:
        """The same run again, with the parameters that it was given."""
        return again(self.run, given(self.e.target, PLACES))


def given(target: Target, names: Iterable[str]) -> dict[str, tuple[Any, Any]]:
    """Parameters by name: the value and what the runbook has if nobody gives one."""
    rows: dict[str, Parameter[Any]] = {name: getattr(type(target), name) for name in names}
    return {name: (getattr(target, name), row.preset or row.default) for name, row in rows.items()}


def again(run: str, parameters: Mapping[str, tuple[Any, Any]]) -> str:
    """The command ``run`` with each parameter whose value is not the default."""
    words = run.split()
    for name, (value, default) in parameters.items():
        words += ("-p", name, _as_typed(value)) if value != default else ()
    return command(*words)


def _as_typed(value: object) -> str:
    """A parameter's value as ``-p`` takes it."""
    return str(value).lower() if isinstance(value, bool) else str(value)
