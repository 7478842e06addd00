"""The plan for a Redis that listens where its client does not connect to. It opens Redis to nobody unsaid.

Protected mode stays as it is: where it, or the way in, calls for a password, the password comes first.
"""

from __future__ import annotations

from msgspec.structs import replace

from runbooklab.domain.steps import Steps
from runbooklab.domains.container.remedies.made_with import as_published, host_address
from runbooklab.domains.container.shell import ASK, PASSWORD, SHELL, TYPED
from runbooklab.domains.redis.readings.listeners import inside_answers
from runbooklab.domains.redis.remedies.at_start import config_is_gone, set_at_start
from runbooklab.domains.redis.remedies.credentials import client_url_edit, set_password
from runbooklab.domains.redis.remedies.running import address_of_client, setting_value
from runbooklab.domains.redis.remedies.settings import keep
from runbooklab.domains.redis.remedies.site import Site
from runbooklab.observe.net.addresses import host_is_loopback
from runbooklab.words import listed

#: What Redis listens on if nothing else was seen, for the undo.
LOOPBACKS = "127.0.0.1 -::1"


def redis_answers_inside(site: Site) -> bool:
    """Whether Redis takes commands in its container."""
    return inside_answers(site.e)


def bind_all_interfaces(site: Site) -> Steps:
    """Listen where the client connects to, after a password if others could come in that way too."""
    wanted = addresses_to_bind(site)
    where = f"on {address_of_client(site)} too" if _on_host(site) else "on all addresses of its container"
    why = f"Makes Redis listen {where}. {_who(site)}"
    if not _has_password(site) and needs_password_first(site):
        return _after_a_password(site, wanted, why)
    if config_is_gone(site):
        return set_at_start(site, (("bind", wanted),), why)
    return Steps(
        commands=(site.cli("CONFIG", "SET", "bind", wanted),),
        changes=f"{why} {keep(site, 'bind', wanted)}{site.auth_note}",
        risk="medium",
        confirm=(site.cli("CONFIG", "GET", "bind"), site.ping),
        undo=(site.cli("CONFIG", "SET", "bind", bound_before(site)),),
        appliable=site.by_exec,
        act=f"Make {site.redis_name} listen where its client connects",
    )


def addresses_to_bind(site: Site) -> str:
    """The setting ``bind``: in a network of its own all that is there, on this host what the client needs."""
    if not _on_host(site):
        return "* -::*"
    return " ".join(dict.fromkeys((*LOOPBACKS.split(), address_of_client(site))))


def bound_before(site: Site) -> str:
    """What ``bind`` was, as CONFIG GET, the command or the file said it."""
    config = site.e.server_config.value
    return site.setting("bind") or (config.settings.get("bind", "") if config else "") or LOOPBACKS


def needs_password_first(site: Site) -> bool:
    """Whether more than this host and the container's networks could come in, or protected mode is on."""
    config = site.e.server_config.value
    protected = site.setting("protected-mode") or (
        config.settings.get("protected-mode", "") if config else ""
    )
    return protected == "yes" or bool(opened(site))


def opened(site: Site) -> list[str]:
    """Where a Redis that listens everywhere could be reached beyond loopback: addresses, or ports."""
    if _on_host(site):
        address = address_of_client(site)
        return [] if host_is_loopback(address) else [address]
    ports = as_published(site.found) if site.found is not None else ()
    return [port for port in ports if not host_is_loopback(host_address(port)[0].strip("[]") or "*")]


def _has_password(site: Site) -> bool:
    config = site.e.server_config.value
    given = site.found is not None and setting_value(site.found, "requirepass")
    return site.needs_password or bool(given or (config and config.settings.get("requirepass")))


def _on_host(site: Site) -> bool:
    """Whether its addresses are this host's: a process of it, or a container with its network."""
    return site.found is None or site.found.network_mode == "host"


def _who(site: Site) -> str:
    """Who can reach it then, as a sentence."""
    beyond = opened(site)
    if _on_host(site):
        return (
            f"Whoever reaches {listed(beyond)} reaches it then." if beyond else "Only this host reaches it."
        )
    networks = [net.network for net in site.found.networks] if site.found else []
    inner = f"The containers on {listed(networks)} reach it" if networks else "Its host reaches it"
    ports = as_published(site.found) if site.found is not None else ()
    outer = f", and who reaches its port, published as {listed(ports)}" if ports else ""
    password = "" if _has_password(site) or needs_password_first(site) else ", without a password"
    return f"{inner} then{outer}{password}."


def _after_a_password(site: Site, wanted: str, why: str) -> Steps:
    """The password first, and the address with it: at no moment is Redis open without one."""
    why = (
        f"Sets the password that you type, as Redis asks for none and would be open without one. {why} The "
        "client's URL needs the password too, as redis://:PASSWORD@HOST."
    )
    if config_is_gone(site):
        steps = set_at_start(site, (("requirepass", PASSWORD), ("bind", wanted)), why)
        return replace(steps, commands=(ASK, *steps.commands, *client_url_edit(site)), appliable=False)
    set_it = TYPED + site.cli_with_secret(SHELL.variable, "CONFIG", "SET", "requirepass")
    given = f'REDISCLI_AUTH="{PASSWORD}" '
    return Steps(
        commands=(
            ASK,
            set_it,
            TYPED + given + site.admin_cli("CONFIG", "SET", "bind", wanted),
            *client_url_edit(site),
        ),
        changes=f"{why} {keep(site, 'bind', wanted)} The same goes for requirepass.",
        risk="medium",
        confirm=set_password(site).confirm,
        undo=(
            given + site.admin_cli("CONFIG", "SET", "bind", bound_before(site)),
            given + site.admin_cli("CONFIG", "SET", "requirepass", ""),
        ),
    )
