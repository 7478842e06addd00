"""The worker's port: does anything listen, where, and is the way there open."""

from __future__ import annotations

from runbooklab.domain.cause import RuledOut, Ruling, Supported, Untested
from runbooklab.domain.preconditions import why_missing
from runbooklab.domains.container.readings.restarts import is_looping
from runbooklab.domains.grpc.causes.names import network_not_shared
from runbooklab.domains.grpc.probes.table import CONTAINERS, INSIDES, OWNERS
from runbooklab.domains.grpc.readings import places
from runbooklab.domains.grpc.readings.as_container import as_container
from runbooklab.domains.grpc.readings.worker import Worker
from runbooklab.observe.docker.records import Container
from runbooklab.words import age, listed

_PORT = ("worker-port",)
_EVERY = "0.0.0.0"  # noqa: S104 # what Docker means by no address
_LISTENER = ("worker-port", "worker-listener")


def _fails(w: Worker) -> bool:
    """Whether the connection fails in a way that has to do with who listens: refused, or cut off at once."""
    return w.is_refused or w.is_cut_off


def _works(w: Worker) -> RuledOut:
    return RuledOut(f"{w.end.address} takes connections, and something answers.")


def not_listening(w: Worker) -> Ruling:
    if w.gateway_error:
        return _not_behind(w)
    if not _fails(w):
        return _works(w)
    if w.container is not None and w.container.state != "running":
        return RuledOut(f"Container {w.container.name} is {w.container.state}.")
    if w.container is None and w.e.containers.value is None and _is_asked(w):
        return Untested(why_missing(w.e, CONTAINERS))
    if w.container is not None and not w.on_host_network:
        return _not_listening_inside(w, w.container)
    if not w.is_refused:
        return RuledOut(f"{w.end.address} takes connections.")
    if w.leads_here and w.e.owners.value is None:
        return Untested(why_missing(w.e, OWNERS))
    if w.owners:
        return RuledOut(f"Something listens on port {w.end.port} of this host.")
    if not w.leads_here and w.known is not None and w.known.owners.get(places.plain(w.end.host)):
        return Untested(why_missing(w.e, INSIDES))
    where = "on this host" if w.leads_here else f"at {w.end.host}"
    return Supported(
        f"{w.end.address} refuses the connection {w.client}: nothing listens on port {w.end.port} {where}.",
        _PORT,
        0.92 if w.leads_here else 0.8,
        f"No worker listens at {w.end.address}.",
    )


def _not_behind(w: Worker) -> Supported:
    """A proxy answers at the address, and says that it does not reach the worker."""
    program = next((each for each in w.programs if each.pid), None)
    by = f" (process {program.pid}, {program.process})" if program is not None else ""
    return Supported(
        f"What answers at {w.end.address}{by} is a proxy that says {w.gateway_error}: it does not reach the"
        " worker behind it.",
        ("worker-answer",),
        0.85,
        f"The proxy at {w.end.address}{by} does not reach the worker behind it: {w.gateway_error}.",
    )


def _is_asked(w: Worker) -> bool:
    """Whether Docker could have been asked, and was not."""
    access = w.e.docker.value
    return access is None or access.outcome in ("ok", "unresponsive", "permission-denied")


def _not_listening_inside(w: Worker, found: Container) -> Ruling:
    listeners = w.inner_listeners
    if listeners is None:
        return Untested(why_missing(w.e, INSIDES))
    if listeners:
        ports = sorted({each.port for each in listeners})
        return RuledOut(f"Container {found.name} listens on {listed([str(port) for port in ports])}.")
    since = age(found.started_at, w.e.gathered_at)
    return Supported(
        f"Container {found.name} has been running for {since}, and nothing listens in it.",
        _LISTENER,
        0.93,
        f"The worker in container {found.name} does not listen on any port (it has been running for"
        f" {since}).",
        parameters={"container": found.name},
    )


def not_published(w: Worker) -> Ruling:
    if not _fails(w):
        return _works(w)
    found = w.container
    if found is None:
        return (
            Untested(why_missing(w.e, CONTAINERS)) if w.known is None else RuledOut("No container is known.")
        )
    if not w.by_host_port or found.state != "running":
        return RuledOut(f"{w.end.address} leads to no port of this host, or {found.name} does not run.")
    bindings = places.tcp_bindings(found)
    own = [each for each in bindings if each.host_port == w.end.port]
    if own and not all(_misses(w, each.host_ip) for each in own):
        return RuledOut(f"Port {w.end.port} of this host leads to container {found.name}.")
    if own and not any(_same_family(w, each.host_ip) for each in own):
        return RuledOut(f"Port {w.end.port} is published on the other family of addresses.")
    if bindings and not own:
        return RuledOut(f"Container {found.name} is published, at another port.")
    if w.programs:
        return RuledOut(f"Process {w.programs[0].process} listens on port {w.end.port}.")
    listeners = w.inner_listeners
    inside = sorted({each.port for each in listeners}) if listeners else []
    runs = f"it listens on port {listed([str(port) for port in inside])} inside" if inside else "it runs"
    where = f"it is published on {own[0].host_ip} alone" if own else "it publishes no port to this host"
    if listeners is not None and not listeners:
        return RuledOut(f"Nothing listens in container {found.name}.")
    return Supported(
        f"Container {found.name}: {runs}, and {where}; {w.end.address} refuses the connection.",
        _LISTENER,
        0.95,
        f"The port of the worker's container {found.name} is not published: {where}.",
        parameters={"container": found.name},
    )


def _same_family(w: Worker, host_ip: str) -> bool:
    """Whether one of the addresses that are called is of the published address' family."""
    return any(places.family(host_ip or _EVERY) == places.family(each) for each in w.addresses)


def _misses(w: Worker, host_ip: str) -> bool:
    """Whether none of the addresses that are called is the published one."""
    return not any(places.takes(host_ip or _EVERY, each) for each in w.addresses)


def port_mismatch(w: Worker) -> Ruling:
    """The container listens, on another port than the one that the address leads to."""
    if not _fails(w):
        return _works(w)
    found = w.container
    if found is None:
        return (
            Untested(why_missing(w.e, CONTAINERS)) if w.known is None else RuledOut("No container is known.")
        )
    if found.state != "running" or w.on_host_network:
        return RuledOut(f"Container {found.name} is {found.state}, or has this host's network.")
    bindings = places.tcp_bindings(found)
    if w.by_host_port and bindings and w.inner_port == 0:
        published = listed([f"{each.host_port} to {each.container_port}" for each in bindings])
        return Supported(
            f"Port {w.end.port} of this host is not container {found.name}'s: it publishes {published}.",
            _LISTENER,
            0.93,
            f"The worker {found.name} is published at another port than {w.end.port}: {published}.",
            parameters={"container": found.name},
        )
    listeners = w.inner_listeners
    if listeners is None:
        return Untested(why_missing(w.e, INSIDES))
    if w.inner_port == 0:
        return RuledOut(f"Container {found.name} publishes no port.")
    ports = sorted({each.port for each in listeners})
    if w.inner_port in ports or not ports:
        return RuledOut(f"Port {w.inner_port} is listened on in container {found.name}, or none is.")
    through = (
        f"docker-proxy forwards port {w.end.port} to {w.inner_port}"
        if w.by_host_port
        else (f"the address leads to port {w.inner_port}")
    )
    has = listed([str(port) for port in ports])
    return Supported(
        f"In container {found.name} port {has} is listened on, not {w.inner_port}: {through}.",
        _LISTENER,
        0.95,
        f"The worker {found.name} listens on port {has}, and {w.end.address} leads to its port"
        f" {w.inner_port}.",
        parameters={"container": found.name},
    )


def bind_loopback_only(w: Worker) -> Ruling:
    if not _fails(w):
        return _works(w)
    listeners = w.target_listeners
    if listeners is None:
        return Untested(why_missing(w.e, INSIDES))
    if not listeners:
        return RuledOut(f"Nothing listens on the port that {w.end.address} leads to.")
    if not all(places.is_loopback(each) for each in listeners):
        return RuledOut(f"{listed(sorted(set(map(places.plain, listeners))))} is listened on.")
    inside = w.container is not None and not w.on_host_network
    if not inside and all(places.is_loopback(each) for each in w.addresses):
        return RuledOut("The address that is called is a loopback address too.")
    bound = listed(sorted(set(map(places.plain, listeners))))
    where = f"in container {w.container.name}" if inside and w.container is not None else "on this host"
    return Supported(
        f"Port {w.inner_port if inside else w.end.port} is listened on at {bound} alone {where}, which takes "
        "no connection from elsewhere.",
        _LISTENER,
        0.95,
        f"The worker listens on {bound} only {where}, so that nobody outside can reach it.",
        parameters={"container": w.container.name} if inside and w.container is not None else {},
    )


def family_mismatch(w: Worker) -> Ruling:
    """Refused on the one family of addresses, listened on the other."""
    if not _fails(w):
        return _works(w)
    listeners = w.target_listeners
    if listeners is None:
        return Untested(why_missing(w.e, OWNERS if w.leads_here else INSIDES))
    bound = sorted(set(map(places.plain, listeners)))
    called = {places.family(each) for each in w.addresses}
    if not bound or not called:
        return RuledOut("Nothing listens there, or nothing was called.")
    if w.is_cut_off and w.beyond == "connected":
        return RuledOut("The container takes a connection at its own address.")
    others = [each for each in bound if places.family(each) not in called]
    if len(others) != len(bound):
        return RuledOut(f"{listed(bound)} is listened on.")
    loopback = all(places.is_loopback(each) for each in bound)
    if loopback and not all(places.is_loopback(each) for each in w.addresses):
        return RuledOut(f"{listed(bound)} is a loopback address, whatever its family.")
    return Supported(
        f"{listed(list(w.addresses))} is called, and {listed(bound)} alone is listened on: "
        f"{places.family(bound[0])}, not {listed(sorted(called))}.",
        _LISTENER,
        0.95,
        f"The worker listens on {places.family(bound[0])} only ({listed(bound)}), and {w.end.address} is "
        f"{listed(sorted(called))}.",
    )


def _v6_only(w: Worker) -> bool:
    """Whether all that listens there is of IPv6."""
    return all(places.family(each) == "IPv6" for each in w.target_listeners or ())


def _accepts(w: Worker) -> bool | None:
    """Whether a listener is there that should take the connection; None if that is not known."""
    listeners = w.target_listeners
    if listeners is None or (w.container is None and w.owners and not w.programs):
        return None  # docker-proxy alone says nothing of the container behind it
    forwarded = w.container is not None and w.by_host_port
    if forwarded:
        if w.owners and not any(
            places.takes(each.address, called) for each in w.owners for called in w.addresses
        ):
            return False
        return any(not places.is_loopback(each) for each in listeners) or None
    return any(places.takes(each, address) for each in listeners for address in w.addresses)


def _behind_proxy(w: Worker, *outcomes: str) -> bool:
    """Whether docker-proxy takes the connection, and what is behind it fails though a listener is there."""
    if not w.connects or w.frozen or w.is_paused:
        return False
    listeners = w.inner_listeners or ()
    there = any(each.port == w.inner_port and not places.is_loopback(each.address) for each in listeners)
    return there and not w.greets and w.beyond in outcomes


def firewall_drop(w: Worker) -> Ruling:
    if _behind_proxy(w, "timeout"):
        name = w.container.name if w.container is not None else ""
        return Supported(
            f"docker-proxy takes the connection, and packets to container {name} itself are dropped: port"
            f" {w.inner_port} is listened on there, and a connection to its own address times out.",
            _PORT,
            0.93,
            f"A firewall drops what is sent to container {name}.",
        )
    if not w.times_out:
        return RuledOut(f"A connection to {w.end.address} does not time out.")
    if w.is_down or w.frozen:
        return RuledOut(w.frozen or "Its container does not run.")
    if isinstance(network_not_shared(w), Supported):
        return RuledOut("The two containers share no network.")
    accepts = _accepts(w)
    if accepts is None:
        return Untested(f"Whether something listens at {w.end.address} is not known.")
    if not accepts:
        return RuledOut(f"Nothing listens at {w.end.address}.")
    return Supported(
        f"Packets to {w.end.address} are dropped {w.client}: the connection times out, and a listener is"
        " there.",
        _PORT,
        0.92,
        f"A firewall drops what is sent to the worker at {w.end.address}.",
    )


def firewall_reject(w: Worker) -> Ruling:
    if _behind_proxy(w, "refused", "no-route") and not _v6_only(w):
        name = w.container.name if w.container is not None else ""
        return Supported(
            f"docker-proxy takes the connection, and container {name} itself rejects it ({w.beyond}): port"
            f" {w.inner_port} is listened on there.",
            _PORT,
            0.9,
            f"A firewall rejects connections to container {name}.",
        )
    if not (w.has_no_route or w.is_refused):
        return RuledOut(f"{w.end.address} is neither refused nor without a route.")
    if w.is_down or isinstance(network_not_shared(w), Supported):
        return RuledOut("Its container does not run, or shares no network with the orchestrator's.")
    if (view := as_container(w)) is not None and is_looping(view.e):
        return RuledOut("Its container starts and ends again and again, and its listener with it.")
    accepts = _accepts(w)
    if accepts is None:
        return Untested(f"Whether something listens at {w.end.address} is not known.")
    only_v6 = w.is_refused and all(places.family(each) == "IPv6" for each in w.target_listeners or ())
    if not accepts or (only_v6 and any(places.family(each) == "IPv4" for each in w.addresses)):
        return RuledOut(f"Nothing listens at {w.end.address} that would take the connection.")
    how = "No route to host" if w.has_no_route else "Connection refused"
    return Supported(
        f"{w.end.address} is rejected {w.client} ({how}), and a listener is there.",
        _PORT,
        0.92 if w.has_no_route else 0.85,
        f"A firewall rejects connections to the worker at {w.end.address}.",
    )


def proxy_captures(w: Worker) -> Ruling:
    proxy = w.walk.proxy if w.walk is not None else None
    if proxy is None:
        return RuledOut("gRPC uses no proxy for it: none is set in lower case.")
    if proxy.bypassed_by:
        return RuledOut(
            f"{proxy.exceptions.partition('=')[0]} has {proxy.bypassed_by}, which matches {w.end.host}."
        )
    if proxy.outcome in ("tunnel", "needs-credentials"):
        return RuledOut(f"The proxy {proxy.url} gives a tunnel, or wants its credentials.")
    if not proxy.outcome:
        return Untested(f"The proxy {proxy.url} was not tried.")
    does = {
        "refused-code": f"answers {proxy.message}",
        "not-connected": f"takes no connection ({proxy.message})",
        "unresolved": f"cannot be found ({proxy.message})",
        "no-answer": "answers nothing that a proxy would",
    }[proxy.outcome]
    exceptions = f", and {proxy.exceptions} does not match {w.end.host}" if proxy.exceptions else ""
    return Supported(
        f"gRPC takes {proxy.variable}={proxy.url} for {w.end.address}{exceptions}; the proxy {does}.",
        ("worker-proxy",),
        0.95 if w.greets or w.speaks_tls else 0.8,
        f"The calls to {w.end.address} go to the proxy {proxy.url} ({proxy.variable}), which {does}.",
    )
