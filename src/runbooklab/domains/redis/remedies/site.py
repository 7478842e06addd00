"""This target's names, ports and addresses, as commands need them."""

from __future__ import annotations

import re
from typing import ClassVar

from runbooklab.domains.address.readings.client import in_container
from runbooklab.domains.address.records import DEFAULT_PORT
from runbooklab.domains.address.remedies import again as environment
from runbooklab.domains.address.remedies.again import Again, of_runbook
from runbooklab.domains.address.remedies.config_file import config_path
from runbooklab.domains.container.meant import container_name
from runbooklab.domains.container.readings.containers import (
    bindings,
    known_containers,
    names_of,
    orchestrator,
)
from runbooklab.domains.container.remedies import site as docker
from runbooklab.domains.container.shell import command
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.readings.client import client_addresses
from runbooklab.domains.redis.readings.conversation import failed_stage, info
from runbooklab.domains.redis.readings.destination import from_elsewhere, outside_docker, to_this_host
from runbooklab.domains.redis.readings.listeners import redis_port
from runbooklab.observe.net.addresses import HOST_NAMES, host_is_loopback, is_any, is_ip, is_loopback

#: What the runbook starts if nothing says otherwise.
DEFAULT_IMAGE = "redis:7-alpine"
DEFAULT_CONFIG = "configs/orchestrator.yaml"


#: Address of the default bridge if the engine's configuration says nothing (Docker manual: bridge).
USUAL_GATEWAY = "172.17.0.1"
#: Observes the target again.
RUN_AGAIN = "runbook run redis-connection"
#: Parameters beside the URL that say what is observed.
PLACES = (*environment.PLACES, "worker_key_pattern", "expected_workers", "needs_write")


class Site(docker.Site, frozen=True):
    """The target as a plan sees it: everything has a usable value, observed or by default."""

    e: Evidence
    run: ClassVar[str] = RUN_AGAIN

    @property
    def image(self) -> str:
        return self.found.image if self.found and self.found.image else DEFAULT_IMAGE

    @property
    def config(self) -> str:
        return config_path(self.e)

    @property
    def url_host(self) -> str:
        return self.e.address.value.host if self.e.address.value else ""

    @property
    def host_port(self) -> int:
        """The port of this host at which clients look for Redis."""
        address = self.e.address.value
        of_host = not in_container(self.e) or to_this_host(self.e)
        if address and not address.problem and address.scheme != "unix" and of_host:
            return address.port
        ports = (
            [binding.host_port for binding in bindings(self.found) if binding.host_port] if self.found else []
        )
        return ports[0] if ports else DEFAULT_PORT

    @property
    def port_inside(self) -> int:
        return redis_port(self.e)

    @property
    def redis_name(self) -> str:
        """The Redis in a sentence: its container's name, else host and port."""
        address, (host, port) = self.e.address.value, self.place_on_host
        at = address.socket_path if address is not None and address.scheme == "unix" else f"{host}:{port}"
        return self.name if self.by_exec else f"Redis at {at}"

    @property
    def by_parameter(self) -> bool:
        """Whether the URL was given as the parameter redis_url: no file that is known here has it."""
        address = self.e.address.value
        return address is not None and address.source == "parameter"

    # --- talking to Redis

    @property
    def by_exec(self) -> bool:
        """Whether Redis is talked to inside its container, by its own redis-cli or from its network."""
        if self.found is not None:
            return True
        return self.e.container.value is None and not outside_docker(self.e) and bool(container_name(self.e))

    @property
    def needs_password(self) -> bool:
        address, inside, failed = self.e.address.value, self.e.inside.value, failed_stage(self.e)
        return (
            (address is not None and address.has_password)
            or (inside is not None and inside.code == "NOAUTH")
            or (failed is not None and failed.code == "NOAUTH")
        )

    def cli(self, *words: str) -> str:
        """A command to Redis, inside its container or from this host.

        If Redis wants a password, it is taken from REDISCLI_AUTH, which never shows in a process list.
        """
        return self._redis_cli(self._user, self.needs_password, words)

    def cli_at_url(self, *words: str) -> str:
        """A command to the Redis that the URL leads to from this host, by this host's redis-cli.

        A URL that cannot be used here, or is one for inside Docker only, gives the command of :meth:`cli`.
        """
        address = self.e.address.value
        if address is None or address.problem or from_elsewhere(self.e):
            return self.cli(*words)
        unix = address.scheme == "unix"
        place = ("-s", address.socket_path) if unix else ("-h", address.host, "-p", str(address.port))
        return command("redis-cli", *self._user, *place, *self.tls_words, *words)

    def cli_with_secret(self, variable: str, *words: str) -> str:
        """The same with the value of a shell's variable as its last word: no process list shows it."""
        line = self.cli("-x", *words)
        return f'printf %s "${variable}" | ' + re.sub(r"^docker exec ", "docker exec -i ", line)

    def admin_cli(self, *words: str) -> str:
        """The same as the default user, whose password is in REDISCLI_AUTH if it has one."""
        return self._redis_cli((), True, words)

    def _redis_cli(self, user: tuple[str, ...], with_password: bool, words: tuple[str, ...]) -> str:
        tls = self.tls_words
        if self.by_exec:
            auth = ("-e", "REDISCLI_AUTH") if with_password else ()
            port = ("-p", str(self.port_inside)) if self.port_inside != DEFAULT_PORT else ()
            if self._entered:
                return command(*self._entered, "redis-cli", *user, *port, *tls, *words)
            return command("docker", "exec", *auth, self.name, "redis-cli", *user, *port, *tls, *words)
        address = self.e.address.value
        if address is not None and address.scheme == "unix":
            return command("redis-cli", *user, "-s", address.socket_path, *words)
        far = self.is_on_host and not host_is_loopback(self.url_host)
        host = "127.0.0.1" if far else self.url_host or "localhost"
        return command("redis-cli", *user, "-h", host, "-p", str(self.host_port), *tls, *words)

    @property
    def _entered(self) -> tuple[str, ...]:
        """Into the container's network with this host's redis-cli, if its image has none."""
        inside, found = self.e.inside.value, self.found
        lacks = inside is not None and inside.ping.outcome == "no-tool"
        words = (
            ("sudo", "--preserve-env=REDISCLI_AUTH", "nsenter", "-t", str(found.pid), "-n") if found else ()
        )
        return words if lacks and found is not None and found.pid else ()

    @property
    def tls_words(self) -> tuple[str, ...]:
        """What redis-cli needs to speak TLS, if Redis does: the certificate is not what is checked."""
        return ("--tls", "--insecure") if self._speaks_tls else ()

    @property
    def _speaks_tls(self) -> bool:
        address, tls = self.e.address.value, self.e.tls.value
        asked = address is not None and address.scheme == "rediss"
        return asked and not (tls is not None and tls.outcome == "not-tls")

    @property
    def _user(self) -> tuple[str, ...]:
        address = self.e.address.value
        return ("--user", address.username) if address and address.username and address.has_password else ()

    @property
    def auth_note(self) -> str:
        """How the password gets to the commands, if one is needed."""
        return (
            " Put the password into REDISCLI_AUTH first (read -rs REDISCLI_AUTH; export REDISCLI_AUTH)."
            * (self.needs_password)
        )

    @property
    def ping(self) -> str:
        """A ping from where the orchestrator is, to where its URL leads, or should lead."""
        address = self.e.address.value
        if address is not None and address.scheme == "unix":
            return command("redis-cli", "-s", address.socket_path, "ping")
        if self.client:
            return self.ping_at(*self.place_in_docker)
        host = self.url_host if self.url_host and not self._is_inner_name else "localhost"
        return self.ping_at(host, self.host_port)

    def ping_at(self, host: str, port: int) -> str:
        """A ping from where the orchestrator is, to the place given."""
        if self.client and self._client_has_no_cli:
            return self.run_again
        auth = ("-e", "REDISCLI_AUTH") if self.needs_password else ()
        there = ("docker", "exec", *auth, self.client) if self.client else ()
        return command(*there, "redis-cli", *self._user, "-h", host, "-p", str(port), *self.tls_words, "ping")

    @property
    def _client_has_no_cli(self) -> bool:
        """Whether the orchestrator's image is known to have no redis-cli."""
        view = self.e.orchestrator_view.value
        return view is not None and view.ping is not None and view.ping.outcome == "no-tool"

    @property
    def run_again(self) -> str:
        """The check that a client's URL works now, with the parameters that this run was given."""
        return self._again.line

    @property
    def next_run(self) -> Again:
        return Again(RUN_AGAIN, self.run_with_url)

    def run_with_url(self, url: str) -> str:
        """The same run with ``url`` ("" for the configuration's); other parameters stay as given."""
        return self._again.at_url(url)

    @property
    def _again(self) -> Again:
        return of_runbook(self.e, "redis-connection", PLACES)

    @property
    def _is_inner_name(self) -> bool:
        """Whether the URL's host is a name that exists inside Docker only."""
        return self.url_host == self.name or (
            self.found is not None and self.url_host in names_of(self.found)
        )

    @property
    def works(self) -> str:
        """A ping shows whether Redis works now."""
        return self.ping

    @property
    def alias(self) -> tuple[str, ...]:
        """The name that the URL has, for Redis to be found by."""
        host = self.url_host
        is_name = host and host not in (self.name, "localhost") and not host[0].isdigit() and ":" not in host
        return ("--alias", host) if self.client and is_name and "." not in host else ()

    # --- where Redis is

    @property
    def place_in_docker(self) -> tuple[str, int]:
        """Host and port of Redis for a client in another container."""
        address = self.e.address.value
        if self.found is None:
            known = address is not None and self.url_host and not host_is_loopback(self.url_host)
            if known and address is not None and not address.problem:
                unknown = self.url_host in HOST_NAMES and not client_addresses(self.e)
                return (self.host_for_client if unknown else self.url_host), address.port
            return (self.url_host if known else self.name), DEFAULT_PORT
        if self.found.network_mode == "host":
            return self.host_for_client, self.port_inside
        host = self.url_host if self.url_host in names_of(self.found) else self.found.name
        return host, self.port_inside

    @property
    def is_on_host(self) -> bool:
        """Whether Redis is a process of this host, or shares its network."""
        on_host = self.found is None or self.found.network_mode == "host"
        return on_host and to_this_host(self.e)

    @property
    def host_for_client(self) -> str:
        """The name or address by which the orchestrator's container reaches this host.

        What the URL's name leads to in there, as it was tried or as the container was given it (--add-host);
        else the gateway of its network: the names of Docker Desktop exist on no other engine.
        """
        client = orchestrator(self.e)
        options = (client.options if client else None) or ()
        given = [option.value.partition(":") for option in options if option.option == "--add-host"]
        named = {name: address for name, _, address in given}.get(self.url_host, "")
        tried = [address for address in client_addresses(self.e) if not is_loopback(address)]
        if self.url_host in HOST_NAMES and (tried or is_ip(named)):
            return tried[0] if tried else named
        if named == "host-gateway":
            return self._bridge_gateway
        gateways = [net.gateway for net in client.networks if net.gateway] if client else []
        return next(iter(gateways), "") or self.url_host or HOST_NAMES[0]

    @property
    def _bridge_gateway(self) -> str:
        """This host's address on Docker's default bridge, which the engine calls host-gateway."""
        joined = (net for each in known_containers(self.e) for net in each.networks)
        return next((net.gateway for net in joined if net.network == "bridge" and net.gateway), USUAL_GATEWAY)

    @property
    def url_is_to_name_redis(self) -> bool:
        """Whether the right URL names Redis' container."""
        return (
            bool(self.client) and self.found is not None and self.place_in_docker[0] in names_of(self.found)
        )

    @property
    def place_on_host(self) -> tuple[str, int]:
        """Host and port of Redis for a client on this host."""
        if self.found is None:
            return "localhost", self.host_port
        if self.found.network_mode == "host":
            return "localhost", self.port_inside
        published = [
            binding for binding in bindings(self.found) if binding.protocol == "tcp" and binding.host_port
        ]
        binding = next(
            (binding for binding in published if binding.container_port == self.port_inside), None
        ) or next(iter(published), None)
        if binding is None or binding.host_port is None:
            return "localhost", self.host_port
        near = is_any(binding.host_ip) or binding.host_ip == "127.0.0.1"
        return ("localhost" if near else binding.host_ip), binding.host_port

    @property
    def place(self) -> tuple[str, int]:
        """Host and port that belong into the orchestrator's URL."""
        return self.place_in_docker if self.client else self.place_on_host

    @property
    def info(self) -> dict[str, str]:
        return info(self.e)

    def setting(self, name: str) -> str:
        """A setting as CONFIG GET gave it; "" if it was not seen."""
        talk = self.e.redis.value
        return talk.settings.get(name, "") if talk else ""
