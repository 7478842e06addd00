"""Plans for the address, the way there and what has the port."""

from __future__ import annotations

from msgspec.structs import replace

from runbooklab.domain.steps import Steps
from runbooklab.domains.endpoint.remedies.free import After, container_stopped, freed
from runbooklab.domains.grpc.inspections import command, listeners, proxies
from runbooklab.domains.grpc.readings import places
from runbooklab.domains.grpc.readings.rules import stopping, words_of
from runbooklab.domains.grpc.readings.same_program import strangers
from runbooklab.domains.grpc.records import FirewallRule
from runbooklab.domains.grpc.remedies.site import Site
from runbooklab.observe.host.records import Listener
from runbooklab.words import listed


def _better_address(site: Site) -> str:
    """An address at which the worker can be called; "" if none is known."""
    worker, found = site.worker, site.worker.named or site.worker.container
    if found is None:
        return ""
    if worker.from_container:
        return f"{found.name}:{_inner_port(site)}"
    bound = next(iter(places.tcp_bindings(found)), None)
    if bound is not None:
        host = (
            "localhost"
            if places.is_any(bound.host_ip) or places.is_loopback(bound.host_ip)
            else bound.host_ip
        )
        return f"{host}:{bound.host_port}"
    address = next((net.ip for net in found.networks if net.ip), "")
    return f"{address}:{_inner_port(site)}" if address else ""


def _inner_port(site: Site) -> int:
    ports = [each.port for each in site.worker.inner_listeners or ()]
    return site.port if site.port in ports or not ports else ports[0]


def fix_address(site: Site) -> Steps:
    new = _better_address(site)
    if not new or new == site.address:
        return Steps(
            commands=("docker ps --all", listeners(site.e)),
            changes=(
                f"Nothing yet: it shows the containers and who has port {site.port}. Then advertise the"
                " address at which the orchestrator can call the worker: its container's or service's name"
                " and its own port from another container, localhost and the published port from this host."
            ),
            risk="none",
            confirm=(site.again(),),
        )
    return Steps(
        commands=(site.again(worker_address=new),),
        changes=(
            f"Nothing yet: it shows whether the worker answers at {new}. If so, advertise {new} instead of "
            f"{site.address}: in the worker's settings if it registers itself (then restart it), else in the "
            "orchestrator's."
        ),
        risk="none",
        confirm=(site.again(worker_address=new),),
    )


def native_resolver(site: Site) -> Steps:
    return Steps(
        commands=("export GRPC_DNS_RESOLVER=native",),
        changes=(
            "Lets gRPC ask the system's resolver, which knows the name, in programs started from this shell."
            " Set the variable where the orchestrator gets its environment, and restart it."
        ),
        confirm=(site.again(),),
        undo=("unset GRPC_DNS_RESOLVER",),
    )


def except_from_proxy(site: Site) -> Steps:
    walk = site.worker.walk
    proxy = walk.proxy if walk is not None else None
    name, _, old = proxy.exceptions.partition("=") if proxy is not None else ("", "", "")
    variable = name or "no_proxy"
    value = ",".join(filter(None, (old, site.worker.end.host)))
    client = site.e.target.orchestrator_container
    where = (
        f"in container {client}: in the Compose file or the docker run that made it, then make it again"
        if client
        else ("where the orchestrator gets its environment, and restart it")
    )
    return Steps(
        commands=(f"export {variable}={command(value)}",) if not client else (proxies(site.e),),
        changes=(
            f"gRPC then calls {site.worker.end.host} without the proxy; all else keeps it. Set"
            f" {variable}={value} {where}."
        ),
        confirm=(site.again(),),
        undo=(
            (f"export {variable}={command(old)}",)
            if old and not client
            else (f"unset {variable}",)
            if not client
            else ()
        ),
    )


def remove_firewall_rule(site: Site) -> Steps:
    rules = stopping(site.worker)
    if not rules:
        return _search_rules(site)
    shown = [f"{rule.text}{f' in {rule.container}' if rule.container else ''}" for rule in rules]
    return Steps(
        commands=tuple(_changed(rule, "-D") for rule in rules),
        changes=(
            f"Removes what stops the worker's port: {listed(shown, 3)}. Whatever it kept out besides gets in"
            " too. What a firewall service wrote comes back with it: change it there."
        ),
        risk="high",
        confirm=(site.again(),),
        undo=tuple(_changed(rule, "-I") for rule in reversed(rules)),
    )


def _changed(rule: FirewallRule, action: str) -> str:
    """The command that removes a rule, or puts it back: only root could read it, so root types this."""
    inside = ("nsenter", "-t", str(rule.pid), "-n") if rule.pid else ()
    return command(*inside, rule.program, action, *words_of(rule)[1:])


def _search_rules(site: Site) -> Steps:
    return Steps(
        commands=(
            f"sudo iptables -S | grep -n -e {command(str(site.port))} -e DROP -e REJECT",
            'sudo iptables -D "$CHAIN" "$NUMBER"',
        ),
        changes=(
            "The first command shows the rules; remove the one that stops the worker's port with the second:"
            " CHAIN and NUMBER as iptables -L --line-numbers shows them (inside a container's network:"
            " nsenter -t PID -n before it). What a firewall service wrote, change there."
        ),
        risk="medium",
        confirm=("sudo iptables -S", site.again()),
    )


def free_port(site: Site) -> Steps:
    after = After((), "", site.again())
    reached, named = site.worker.reached, site.worker.named
    if reached is not None and (named is None or reached.name != named.name) and not site.worker.programs:
        return container_stopped(site.port, reached.name, "", after)
    program = next((each for each in site.worker.programs if each.pid), None)
    owner = Listener(program.address, program.port, "tcp", program.pid, program.process) if program else None
    return freed(site.port, owner, after)


def end_second_server(site: Site) -> Steps:
    apart = strangers(site.worker.programs)
    after = After((), "", site.again())
    wanted = site.settings.service
    second = max(apart, key=lambda each: each.pid or 0) if apart else next(iter(site.worker.programs), None)
    owner = (
        Listener(second.address, second.port, "tcp", second.pid, second.process, second.command)
        if second
        else None
    )
    steps = freed(site.port, owner, after)
    commands = " and ".join(f"{each.pid}: {each.command}" for each in apart)
    both = (
        f" Two programs have it ({commands}): end the one that does not offer {wanted or 'the service'}."
        if apart
        else ""
    )
    no_share = " So that it does not happen again, let servers open their port with grpc.so_reuseport=0."
    return replace(
        steps, commands=(listeners(site.e), *steps.commands), changes=f"{steps.changes}{both}{no_share}"
    )


def is_published(site: Site) -> bool:
    """Whether the worker's container has a port of this host."""
    return site.found is not None and bool(places.tcp_bindings(site.found))
