"""The usual mistakes in a URL, each with what was seen of it."""

from __future__ import annotations

from collections.abc import Iterator

from runbooklab.domain.judgement import absent, critical, ok, table, warning
from runbooklab.domains.address.evidence import Evidence
from runbooklab.domains.address.readings.client import in_container
from runbooklab.domains.address.records import RedisAddress
from runbooklab.domains.container.readings.containers import container, container_names, tcp_bindings
from runbooklab.model.conclusions import Judgement
from runbooklab.observe.net.addresses import host_is_loopback
from runbooklab.words import listed, short


def config_common_mistakes(e: Evidence) -> Judgement:
    return judged(e, answered=False, fails=False)


def judged(e: Evidence, *, answered: bool, fails: bool) -> Judgement:
    """The mistakes that are seen; ``answered``: what is meant answers there, ``fails``: the client fails."""
    address = e.address.value
    if address is None:
        return absent(e, e.address, "The Redis URL")
    rows = list(_mistakes(e, address, answered=answered))
    if not rows:
        return ok(
            "The URL shows none of the usual mistakes: scheme, host, port, credentials and database fit."
        )
    shown = (table(("Mistake", "What was seen"), rows),)
    return (critical if address.problem or fails else warning)(rows[0][1], tables=shown)


def _mistakes(e: Evidence, address: RedisAddress, *, answered: bool) -> Iterator[tuple[str, str]]:
    """Each usual mistake that is seen: its name, and a sentence on what was seen."""
    if address.problem == "scheme-invalid":
        yield "Missing redis:// prefix", f"{address.text} does not begin with redis://, rediss:// or unix://."
        return
    if address.problem:
        yield "Malformed URL", f"{address.text} cannot be taken apart: {short(address.message).rstrip('.')}."
        return
    yield from _host_mistakes(e, address)
    if not answered:
        yield from _port_mistakes(e, address)
    if address.username and not address.has_password:
        yield (
            "Password as user name",
            "The URL has a user name and no password: a password alone is written :password@, with a colon.",
        )
    if address.remark:
        yield "Odd, and read all the same", f"{address.remark[:1].upper()}{address.remark[1:]}."
    if address.unexpanded:
        yield (
            "Variable not replaced",
            f"The credentials in the URL hold the text of the variable {address.unexpanded}, which nobody "
            "has replaced by its value.",
        )
    config = e.config.value
    if address.source == "config" and config and config.password_beside:
        yield (
            "Password beside the URL",
            f"The URL has no password, and {config.password_beside} is not read by a client that is made "
            "from the URL: a password belongs into the URL.",
        )
    stated = (address.db_in_url, address.db_in_config)
    if None not in stated and stated[0] != stated[1]:
        yield (
            "Two databases",
            f"The URL names database {stated[0]} and the configuration's db says {stated[1]}.",
        )


def _host_mistakes(e: Evidence, address: RedisAddress) -> Iterator[tuple[str, str]]:
    if in_container(e) and host_is_loopback(address.host):
        yield (
            "localhost inside a container",
            f"The orchestrator runs in container {e.target.orchestrator_container}, "
            f"where {address.host} is that container itself.",
        )
    unresolved = e.name.value is not None and e.name.value.outcome in ("not-found", "temporary-failure")
    if not in_container(e) and unresolved and address.host in container_names(e):
        yield (
            "Container name used from the host",
            f"{address.host} is the name of a container, which only other containers can resolve.",
        )


def _port_mistakes(e: Evidence, address: RedisAddress) -> Iterator[tuple[str, str]]:
    found = container(e)
    if found is None or in_container(e) or not host_is_loopback(address.host):
        return
    ports = sorted({binding.host_port for binding in tcp_bindings(found) if binding.host_port})
    if ports and address.port not in ports:
        yield (
            "Wrong port",
            f"The URL says port {address.port}, and container {found.name} is published on "
            f"{listed([str(port) for port in ports])}.",
        )
