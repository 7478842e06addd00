"""What a container was made with, as ``docker create`` takes it.

What may be secret is read from ``docker inspect`` when the command is pasted, so that it is neither in it
nor is dropped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from pathlib import PurePosixPath

from runbooklab.domains.container.readings.containers import bindings
from runbooklab.domains.container.remedies.attachments import has_ports
from runbooklab.domains.container.shell import command, quoted
from runbooklab.observe.docker.records import Container, Mount, RunOption
from runbooklab.observe.net.addresses import is_any
from runbooklab.redaction import TOKEN

#: Reads the environment of a container as ``docker run --env-file`` takes it.
_ENVIRONMENT = "{{range .Config.Env}}{{println .}}{{end}}"
#: Variables that nearly every image sets.
BY_IMAGE = frozenset({"PATH"})


def known_options(found: Container) -> Iterator[RunOption]:
    """All but the words of the command; of old evidence, the few that it has."""
    if found.options is not None:
        yield from (option for option in found.options if option.option)
        return
    if found.restart_policy not in ("", "no"):
        yield RunOption("--restart", found.restart_policy)
    if found.memory_limit_bytes:
        yield RunOption("--memory", str(found.memory_limit_bytes))


def own_words(found: Container) -> tuple[RunOption, ...]:
    """The words after the image that the container was made with; none if they are the image's."""
    if found.options is not None:
        return tuple(option for option in found.options if not option.option)
    words = found.command
    if words and PurePosixPath(words[0]).name == "docker-entrypoint.sh":
        words = words[1:]
    return tuple(RunOption("", word) for word in words)


def as_published(found: Container) -> tuple[str, ...]:
    """The container's ports as ``-p`` takes them, each at its own address.

    None of a container that shares another's network, or the host's: Docker keeps what it was asked for there
    and publishes nothing, so on a network of its own it would be open where it never was.
    """
    if not has_ports(found):
        return ()
    known = dict.fromkeys(bindings(found))
    everywhere = {(port.host_port, port.container_port) for port in known if port.host_ip == "0.0.0.0"}  # noqa: S104 # compared with what Docker says
    ports = [
        f"{address_prefix(port.host_ip)}{port.host_port}:{port.container_port}{_protocol(port.protocol)}"
        for port in known
        if not (port.host_ip == "::" and (port.host_port, port.container_port) in everywhere)
    ]
    seen = {(port.container_port, port.protocol) for port in known}
    random = [
        f"{address_prefix(port.host_ip)}:{port.container_port}{_protocol(port.protocol)}"
        for port in found.ports_asked
        if not port.host_port and port.host_ip and (port.container_port, port.protocol) not in seen
    ]
    return (*ports, *(port.lstrip(":") if port.startswith(":") else port for port in random))


def _protocol(protocol: str) -> str:
    return "" if protocol == "tcp" else f"/{protocol}"


def address_prefix(host_ip: str) -> str:
    """An address of this host before the port in ``-p``: ``127.0.0.1:``; "" for all addresses."""
    if host_ip == "::":
        return "[::]:"
    if is_any(host_ip):
        return ""
    return f"[{host_ip}]:" if ":" in host_ip else f"{host_ip}:"


def host_address(published: str) -> tuple[str, int]:
    """Address and port of the host in ``[address:]host:container``; 0 for a random one."""
    address, _, rest = published.rpartition(":")[0].rpartition(":")
    return address, int(rest or 0)


def mounted(mount: Mount) -> list[str]:
    """The option of ``docker create`` for a mount; none if it is neither a folder nor a volume."""
    if mount.type not in ("bind", "volume") or not mount.source:
        return []
    modes = ",".join([*(["ro"] if mount.read_only else []), *mount.modes])
    return ["-v", f"{mount.source}:{mount.destination}{f':{modes}' if modes else ''}"]


def option_words(option: RunOption, name: str) -> str:
    """An option with its value for the shell; a secret is read from container ``name``."""
    if option.option == "--entrypoint" and not option.value:
        return "--entrypoint ''"
    if option.option == "--env":
        return f"--env {read_by_docker(option.template, name)}"
    return f"{quoted(option.option)} {word(option, name)}" if option.value else quoted(option.option)


def word(option: RunOption, name: str) -> str:
    """A word for the shell; a secret is read from container ``name``."""
    secret = option.template and TOKEN.search(option.value)
    return read_by_docker(option.template, name) if secret else quoted(option.value)


def read_by_docker(template: str, name: str) -> str:
    """A word that the shell reads from ``docker inspect``; it may begin plainly: ``NAME={{...}}``."""
    return f'"$({command("docker", "inspect", "-f", template, name)})"'


def variables(names: Sequence[str], container: str) -> str:
    """What hands the variables of these names over, their values unseen."""
    if not names:
        return ""
    chosen = "|".join(re.escape(name) for name in names)
    return (
        f"{command('docker', 'inspect', '-f', _ENVIRONMENT, container)} | "
        f"{command('grep', '-E', f'^({chosen})=')} | "
    )


def environment_is_known(found: Container, by_image: Set[str] = BY_IMAGE) -> bool:
    """Whether the container was given no variable of its own, besides ``by_image``: values are not known."""
    if found.options is not None:
        return not any(option.option == "--env" for option in found.options)
    return set(found.environment_names) <= by_image


def volumes(found: Container) -> list[str]:
    """The folders and volumes that outlive the container: ``data at /data``."""
    outlive = (mount for mount in found.mounts if mount.type in ("bind", "volume"))
    return [f"{mount.source} at {mount.destination}" for mount in outlive]
