"""Plans for the worker's container and process."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from runbooklab.domain.steps import Steps
from runbooklab.domains.container.meant import BUILT_IN_NETWORKS
from runbooklab.domains.container.remedies import containers
from runbooklab.domains.container.remedies.made_with import as_published
from runbooklab.domains.container.remedies.recreate import Change, any_program, recreated
from runbooklab.domains.container.remedies.site import Site as ContainerSite
from runbooklab.domains.grpc.inspections import command, listeners
from runbooklab.domains.grpc.readings import places
from runbooklab.domains.grpc.remedies.rebind import rebound
from runbooklab.domains.grpc.remedies.site import Site
from runbooklab.observe.docker.records import Container
from runbooklab.words import listed


def of_container(plan: Callable[[ContainerSite], Steps]) -> Callable[[Site], Steps]:
    """A plan of any container, for the worker's; the run is confirmed by this runbook."""

    def made(site: Site) -> Steps:
        steps = plan(site.container_site)
        return replace(steps, confirm=(*steps.confirm[:1], site.again()))

    return made


start_container = of_container(containers.start_container)
unpause_container = of_container(containers.unpause_container)
stop_crash_loop = of_container(containers.stop_crash_loop)
raise_memory_limit = of_container(containers.raise_memory_limit)
restart_container = of_container(containers.restart_container)


def run_container(site: Site) -> Steps:
    name = site.name
    known = site.e.containers.value
    service = next((each for each in (known.found if known else ()) if each.name == name), None)
    if service is not None:
        return start_container(site)
    return Steps(
        commands=(
            (
                f': "${{IMAGE:?the image of the worker}}" && {command("docker", "run", "-d", "--name", name)}'
                ' "$IMAGE"'
            ),
        ),
        changes=(
            f"Creates and starts the container {name}. Only a person knows its image, ports and networks: set"
            " IMAGE, and add what it needs as options before it; if Compose defines it, use docker compose"
            " up instead."
        ),
        confirm=(site.log, site.again()),
        undo=(command("docker", "rm", "-f", name),),
    )


def resume(site: Site) -> Steps:
    pid = site.worker.frozen_pid
    if not pid:
        return Steps(
            ("ps -eo pid,stat,wchan:20,cmd",), "Nothing: it shows which process is in state T or D.", "none"
        )
    if "state D" in site.worker.frozen:
        return Steps(
            (command("sudo", "cat", f"/proc/{pid}/wchan", f"/proc/{pid}/stack"),),
            "Nothing: it shows what the process waits for. A process in state D takes no signal; look at its"
            " device.",
            "none",
        )
    return Steps(
        commands=(command("kill", "-CONT", str(pid)),),
        changes=f"Lets process {pid} of the worker at {site.address} go on where it was stopped.",
        confirm=(site.again(),),
        undo=(command("kill", "-STOP", str(pid)),),
        act=f"Let process {pid} go on",
    )


def start_worker(site: Site) -> Steps:
    if site.worker.gateway_error:
        return Steps(
            commands=(listeners(site.e),),
            changes=(
                f"Nothing yet: it shows which program the proxy at {site.address} is. Its configuration"
                " (grpc_pass and upstream in nginx, server in HAProxy, a cluster in Envoy) names the worker's"
                " own address: start the worker there, or correct that address; with it as worker_address"
                " this runbook says what is wrong."
            ),
            risk="none",
            confirm=(site.again(),),
        )
    if site.found is not None and site.found.state == "running":
        return restart_container(site)
    if site.found is not None:
        return start_container(site)
    return Steps(
        commands=(listeners(site.e), "systemctl list-units --all '*worker*' '*tts*'", "docker ps --all"),
        changes=(
            f"Nothing yet: it shows that nothing has port {site.port}, and which units and containers there"
            " are. Start the worker as its unit, script or Compose file does, so that it listens at"
            f" {site.address}."
        ),
        risk="none",
        confirm=(site.again(),),
    )


def read_log(site: Site) -> Steps:
    if site.found is None:
        return Steps(
            ("journalctl -n 50 --no-pager",),
            "Nothing: it shows what services wrote last.",
            "none",
            confirm=(site.again(),),
        )
    return Steps(
        (site.log,),
        f"Nothing: it shows what the worker in {site.name} wrote last. Fix what it names "
        "(a model that is still loading needs time alone).",
        "none",
        confirm=(site.again(),),
    )


def raise_cpu(site: Site) -> Steps:
    by_quota = "--cpu-quota" in _given(site.found)
    new = ("--cpu-period", "100000", "--cpu-quota", "200000") if by_quota else ("--cpus", "2")
    return Steps(
        commands=(command("docker", "update", *new, site.name),),
        changes=(
            f"Lets container {site.name} use up to 2 processors; it goes on running. Choose fewer if the host"
            " needs them. If Compose defines it, write cpus there too: its next up undoes this otherwise."
        ),
        confirm=(site.again(),),
        undo=(command("docker", "update", *_limits(site.found), site.name),),
    )


def _given(found: Container | None) -> dict[str, str]:
    return {each.option: each.value for each in (found.options if found else None) or ()}


def _limits(found: Container | None) -> tuple[str, ...]:
    """The limits of processors that it has now, as options of ``docker update``."""
    known = _given(found)
    now = [(name, known[name]) for name in ("--cpus", "--cpu-period", "--cpu-quota") if name in known]
    return tuple(word for pair in now for word in pair) or ("--cpus", "1")


# --- the orchestrator's -----------------------------------------------------------------------------


def start_orchestrator(site: Site) -> Steps:
    name = _client(site)
    return Steps(
        commands=(command("docker", "start", name),),
        changes=f"Starts the existing container {name} with its own settings and data.",
        confirm=(command("docker", "logs", "--tail", "20", name), site.again()),
        undo=(command("docker", "stop", name),),
        appliable=True,
        act=f"Start {name}",
    )


def unpause_orchestrator(site: Site) -> Steps:
    name = _client(site)
    return Steps(
        commands=(command("docker", "unpause", name),),
        changes=f"Lets the processes of container {name} continue where they were paused.",
        confirm=(site.again(),),
        undo=(command("docker", "pause", name),),
        appliable=True,
        act=f"Unpause {name}",
    )


def inspect_orchestrator(site: Site) -> Steps:
    name = _client(site)
    return Steps(
        ("docker ps --all", command("docker", "logs", "--tail", "50", name)),
        "Nothing: it shows which containers there are, and what the orchestrator wrote last.",
        "none",
        confirm=(site.again(),),
    )


def _client(site: Site) -> str:
    look = site.e.orchestrator.value
    found = look.found if look is not None else None
    return found.name if found is not None else site.e.target.orchestrator_container or "orchestrator"


# --- made again -----------------------------------------------------------------------------------


def publish(site: Site) -> Steps:
    found = site.found
    if found is None:
        return Steps(("docker ps --all",), "Nothing: it shows the containers and their ports.", "none")
    inside = _listened(site) or site.port
    own = [each for each in as_published(found) if not each.endswith(f":{inside}")]
    new = f"{_host_ip(site)}{site.port}:{inside}"
    change = Change(f"publish the port as {new!r}", published=(*own, new))
    why = f"Publishes port {inside} of container {site.name} as {new}, on this host alone."
    if site.worker.leads_here:
        return _again(site, found, change, why)
    here = f"localhost:{site.port}"  # it is called by a name that this host does not know
    steps = _again(site, found, change, f"{why} Then advertise {here} instead of {site.address}.")
    return replace(steps, confirm=(*steps.confirm[:-1], site.again(worker_address=here)))


def _host_ip(site: Site) -> str:
    """The address to publish on: loopback, or the one that is called."""
    called = [places.plain(each) for each in site.worker.addresses]
    own = next((each for each in called if not places.is_loopback(each) and not places.is_any(each)), "")
    return f"[{own}]:" if ":" in own else f"{own or '127.0.0.1'}:"


def _listened(site: Site) -> int:
    """The port that the worker listens on inside: the usual one, else the first; 0 if none is known."""
    found = site.worker.inner_listeners or ()
    ports = [each.port for each in found if not places.is_loopback(each.address)] or [
        each.port for each in found
    ]
    return next((port for port in ports if port == site.port), ports[0] if ports else 0)


def fix_port(site: Site) -> Steps:
    """The published port led to the one that is listened on; or the address corrected."""
    found, inside = site.found, _listened(site)
    bound = places.binding_to(found, site.port) if found is not None else None
    if found is None or bound is None or not inside:
        port = inside or site.port
        bindings = places.tcp_bindings(found) if found is not None else ()
        if site.worker.by_host_port and bindings:
            port = bindings[0].host_port or port
        new = f"{site.worker.end.host}:{port}"
        return Steps(
            commands=(site.again(worker_address=new),),
            changes=(
                f"Nothing yet: it shows whether the worker answers at {new}. If so, advertise {new} instead"
                f" of {site.address}: in the worker's settings if it registers itself, else in the"
                " orchestrator's."
            ),
            risk="none",
        )
    kept = tuple(
        f"{each.rpartition(':')[0]}:{inside}" if f":{bound.host_port}:" in f":{each}" else each
        for each in as_published(found)
    )
    return _again(
        site,
        found,
        Change(f"lead port {bound.host_port} to port {inside}", published=kept),
        f"Leads port {bound.host_port} of this host to port {inside} of container {site.name}.",
    )


def bind_all(site: Site) -> Steps:
    found = site.found
    words = rebound(found, site.worker.inner_port) if found is not None else None
    if found is None or words is None:
        shown = command("docker", "inspect", "-f", "{{json .Config.Cmd}} {{json .Config.Env}}", site.name)
        return Steps(
            commands=(shown if found is not None else listeners(site.e),),
            changes=(
                "Nothing yet: it shows how the worker is started. Let it listen on 0.0.0.0 or [::] instead of"
                " its loopback address; inside a container that opens it to the container's networks alone."
            ),
            risk="none",
            confirm=(site.again(),),
        )
    return _again(
        site,
        found,
        words,
        f"Lets the worker in container {site.name} listen on all addresses of the container.",
    )


def _again(site: Site, found: Container, change: Change, why: str) -> Steps:
    return recreated(found, site.look, change, why, any_program(found, site.again()))


# --- networks -------------------------------------------------------------------------------------


def connect_network(site: Site) -> Steps:
    client, found = site.worker.orchestrator, site.found
    own = sorted({net.network for net in client.networks} - BUILT_IN_NETWORKS) if client is not None else []
    wanted = site.e.target.docker_network
    theirs = sorted({net.network for net in found.networks} - BUILT_IN_NETWORKS) if found is not None else []
    if own:
        network, joins = (wanted if wanted in own else own[0]), site.name
    elif theirs and client is not None:
        network, joins = theirs[0], client.name
    else:
        network, joins = wanted or "tts-network", ""
    names = [joins] if joins else [site.name, *([client.name] if client is not None else [])]
    make = () if joins else (command("docker", "network", "create", network),)
    return Steps(
        commands=(*make, *(command("docker", "network", "connect", network, name) for name in names)),
        changes=(
            f"Puts {listed(names)} on the network {network}; no container is stopped. If Compose defines"
            " them, write the network there too: its next up undoes this otherwise."
        ),
        confirm=(command("docker", "network", "inspect", network), site.again()),
        undo=tuple(command("docker", "network", "disconnect", network, name) for name in names),
        appliable=True,
        act=f"Put {listed(names)} on {network}",
    )
