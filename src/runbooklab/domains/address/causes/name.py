"""The name in the URL, on this host."""

from __future__ import annotations

from runbooklab.domain.cause import RuledOut, Ruling, Supported
from runbooklab.domain.preconditions import needs
from runbooklab.domains.address.evidence import Evidence
from runbooklab.domains.address.probes.table import ADDRESS, NAME
from runbooklab.domains.address.readings.address import NOWHERE
from runbooklab.domains.address.readings.client import in_container
from runbooklab.domains.container.meant import container_name
from runbooklab.domains.container.readings.containers import container_names


@needs(NAME, ADDRESS)
def hostname_unresolvable(e: Evidence) -> Ruling:
    name = e.name.value
    assert name is not None
    if name.outcome not in NOWHERE:
        return RuledOut("The URL's host is an address, or a name that this host resolves.")
    if in_container(e):
        return RuledOut("The client is in a container, where other names are known than on this host.")
    if name.host in container_names(e) or name.host == container_name(e):
        return Supported(
            f"{name.host} is the name of a container; this host cannot resolve it, only containers on the "
            "same network can.",
            ("name-resolution",),
            0.95,
            f"The URL uses the container name {name.host}, which means nothing outside Docker's networks.",
        )
    if name.outcome == "temporary-failure":
        return Supported(
            f"The name server did not answer for {name.host}: {name.message}.", ("name-resolution",), 0.7
        )
    return Supported(
        no_such_name(name.host, name.message),
        ("name-resolution",),
        0.95,
        f"The host name {name.host} in the URL does not exist.",
    )


def no_such_name(host: str, message: str) -> str:
    """The proof that a name leads nowhere; ``message`` is the resolver's own."""
    said = f" ({message})" if message else ""
    return f"The host name {host} does not resolve{said}, and no container goes by that name."
