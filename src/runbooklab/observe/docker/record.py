"""From the engine's JSON to :class:`~runbooklab.observe.docker.records.Container`, redacted. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

from runbooklab.observe.docker.options import run_options, same_image
from runbooklab.observe.docker.records import Attachment, Container, HealthLog, Mount, PortBinding
from runbooklab.redaction import clean, clean_argv, clean_setting

if TYPE_CHECKING:
    from runbooklab.redaction import Vault

_ZERO_TIME = "0001-01-01"
_NANOSECONDS = re.compile(r"(\.\d{3})\d*")
#: The last health checks that are kept, and the characters of each one's output.
HEALTH_ENTRIES = 5
HEALTH_OUTPUT = 500
#: Entries of a list in a container's description that are read, and characters of a text in it.
MOST_ENTRIES = 1000
MOST_TEXT = 16 << 10
LONGEST_VALUE = 500

LooksLikeDirectory = Callable[[str], bool | None]


def container_record(
    said: dict[str, Any],
    vault: Vault,
    is_directory: LooksLikeDirectory,
    kept: re.Pattern[str],
    image: dict[str, Any] | None = None,
) -> Container:
    """``said`` is the answer of GET /containers/NAME/json; ``is_directory`` checks a mount's source.

    ``kept`` is found in the names of the variables whose values are wanted; of others the names are kept.
    ``image`` is the answer of GET /images/ID/json: without it, what the image sets counts as the
    container's own.
    """
    state, config, host = said.get("State") or {}, said.get("Config") or {}, said.get("HostConfig") or {}
    network = said.get("NetworkSettings") or {}
    health = state.get("Health") or {}
    words = [said.get("Path", ""), *_few(said.get("Args"))]
    environment = _few(config.get("Env"))
    vault.reserve(_names(said))
    variables = _variables(environment, kept, vault)
    return Container(
        name=str(said.get("Name", "")).lstrip("/"),
        id=str(said.get("Id", ""))[:12],
        image=str(config.get("Image", "")),
        state=str(state.get("Status", "")),
        exit_code=int(state.get("ExitCode") or 0),
        error=clean(str(state.get("Error") or "")[:MOST_TEXT], vault),
        oom_killed=bool(state.get("OOMKilled")),
        started_at=utc(state.get("StartedAt")),
        finished_at=utc(state.get("FinishedAt")),
        created_at=utc(said.get("Created")),
        restart_count=int(said.get("RestartCount") or 0),
        restart_policy=str((host.get("RestartPolicy") or {}).get("Name") or "no"),
        pid=int(state.get("Pid") or 0),
        command=clean_argv([str(word)[:MOST_TEXT] for word in words], vault),
        environment_names=tuple(line.partition("=")[0][:MOST_TEXT] for line in environment),
        environment=variables,
        network_mode=str(host.get("NetworkMode") or ""),
        ports=tuple(container_ports(network.get("Ports"))),
        ports_asked=tuple(container_ports(host.get("PortBindings"))),
        networks=tuple(_attachments(network.get("Networks"))),
        mounts=tuple(_mounts(said.get("Mounts"), is_directory)),
        memory_limit_bytes=int(host.get("Memory") or 0),
        nofile_limit=_nofile(host.get("Ulimits")),
        health=str(health.get("Status") or "").replace("none", ""),
        health_test=clean_argv(_few((config.get("Healthcheck") or {}).get("Test")), vault),
        health_log=tuple(_health_log(health.get("Log"), vault)),
        labels=_labels(config.get("Labels"), vault),
        log_driver=str((host.get("LogConfig") or {}).get("Type") or ""),
        log_path=str(said.get("LogPath") or ""),
        user=clean(str(config.get("User") or ""), vault),
        options=run_options(said, image, vault),
        same_image=same_image(said, image),
    )


def _variables(environment: list[str], kept: re.Pattern[str], vault: Vault) -> dict[str, str]:
    """The variables whose values are wanted; the vault learns what is secret in all of them."""
    variables: dict[str, str] = {}
    for line in environment:
        name, _, value = line.partition("=")
        safe = clean_setting(name[:MOST_TEXT], value[:MOST_TEXT], vault)
        if kept.search(name[:MOST_TEXT]):
            variables[clean(name[:MOST_TEXT], vault)] = safe[:LONGEST_VALUE]
    return variables


def _health_log(entries: list[dict[str, Any]] | None, vault: Vault) -> Iterator[HealthLog]:
    """The last health checks."""
    for entry in (entries or [])[-HEALTH_ENTRIES:]:
        output = clean(str(entry.get("Output") or "")[:MOST_TEXT], vault)
        yield HealthLog(
            utc(entry.get("Start")), int(entry.get("ExitCode") or 0), output[:HEALTH_OUTPUT].strip()
        )


def _labels(labels: dict[str, Any] | None, vault: Vault) -> dict[str, str]:
    return {
        clean(key[:MOST_TEXT], vault): clean_setting(key[:MOST_TEXT], str(value)[:MOST_TEXT], vault)
        for key, value in islice((labels or {}).items(), MOST_ENTRIES)
    }


def _names(said: dict[str, Any]) -> Iterator[str]:
    """Names that commands may need, which no log line may therefore turn into a secret."""
    yield str(said.get("Name", "")).lstrip("/")
    yield str(said.get("Id", ""))[:12]
    yield str((said.get("Config") or {}).get("Image", ""))
    for name, network in ((said.get("NetworkSettings") or {}).get("Networks") or {}).items():
        yield name
        yield from map(str, (network or {}).get("Aliases") or ())


def brief_record(said: dict[str, Any]) -> Container:
    """``said`` is an entry of GET /containers/json: the few fields that the engine always returns at once."""
    return Container(
        name=next(iter(said.get("Names") or [""])).lstrip("/"),
        id=str(said.get("Id", ""))[:12],
        image=str(said.get("Image", "")),
        state=str(said.get("State", "")),
        network_mode=str((said.get("HostConfig") or {}).get("NetworkMode") or ""),
        ports=tuple(
            PortBinding(
                int(port.get("PrivatePort") or 0),
                str(port.get("Type") or "tcp"),
                str(port.get("IP") or ""),
                port.get("PublicPort"),
            )
            for port in _few(said.get("Ports"))
        ),
        networks=tuple(_attachments((said.get("NetworkSettings") or {}).get("Networks"))),
    )


def utc(at: Any) -> str:
    """The engine's time with milliseconds; "" for its zero time."""
    text = str(at or "")
    return "" if text.startswith(_ZERO_TIME) else _NANOSECONDS.sub(r"\1", text)


def container_ports(said: dict[str, Any] | None) -> Iterable[PortBinding]:
    """Ports as the engine writes them: ``{"80/tcp": [{"HostIp": "", "HostPort": "8080"}]}``."""
    for key, bindings in islice((said or {}).items(), MOST_ENTRIES):
        port, _, protocol = key.partition("/")
        if not port.isdigit():
            continue
        if not bindings:
            yield PortBinding(int(port), protocol or "tcp")
        for binding in _few(bindings):
            published = str(binding.get("HostPort") or "")
            yield PortBinding(
                int(port),
                protocol or "tcp",
                str(binding.get("HostIp") or "0.0.0.0"),  # noqa: S104 # what Docker means by an empty address
                int(published) if published.isdigit() else None,
            )


def _attachments(said: dict[str, Any] | None) -> Iterable[Attachment]:
    for name, network in islice((said or {}).items(), MOST_ENTRIES):
        aliases = dict.fromkeys([*_few(network.get("Aliases")), *_few(network.get("DNSNames"))])
        asked = network.get("IPAMConfig") or {}
        yield Attachment(
            name,
            str(network.get("IPAddress") or ""),
            tuple(aliases),
            str(network.get("Gateway") or ""),
            str(asked.get("IPv4Address") or ""),
            str(asked.get("IPv6Address") or ""),
            str(network.get("NetworkID") or ""),
        )


def _mounts(said: list[dict[str, Any]] | None, is_directory: LooksLikeDirectory) -> Iterable[Mount]:
    for mount in _few(said):
        source = str(mount.get("Source") or "")
        bind = mount.get("Type") == "bind"
        yield Mount(
            str(mount.get("Type") or ""),
            source if bind else str(mount.get("Name") or source),
            str(mount.get("Destination") or ""),
            not mount.get("RW", True),
            is_directory(source) if bind else None,
            tuple(_modes(mount)) if bind else (),
        )


def _modes(mount: dict[str, Any]) -> Iterable[str]:
    yield from (mode for mode in str(mount.get("Mode") or "").split(",") if mode not in ("", "ro", "rw"))
    if mount.get("Propagation") not in (None, "", "rprivate"):
        yield str(mount["Propagation"])


def _few(said: Any) -> list[Any]:
    """The part of an engine's list that is read."""
    return (said or [])[:MOST_ENTRIES]


def _nofile(limits: list[dict[str, Any]] | None) -> int | None:
    nofile = (limit for limit in limits or () if limit.get("Name") == "nofile")
    return next((int(limit.get("Soft") or 0) for limit in nofile), None)
