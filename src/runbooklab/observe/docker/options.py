"""From the engine's JSON to the options that ``docker run`` needs to make the same container again. Pure.

One table: where a setting is in ``docker inspect``, and which option sets it. Ports, networks, mounts and the
name are not in it: a remedy changes those, so :class:`~runbooklab.observe.docker.records.Container` has them
apart. What the image sets by itself is left out. Source of the names: Docker Engine API, ContainerInspect and
ContainerCreate; Docker CLI reference, docker container run.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from runbooklab.observe.docker.records import RunOption
from runbooklab.redaction import clean, clean_argv, clean_setting

if TYPE_CHECKING:
    from runbooklab.redaction import Vault

Said = dict[str, Any]
#: A value of the engine's JSON as the values of an option; none if it is the default.
Words = Callable[[Any], list[str]]

#: The size of /dev/shm that Docker gives a container by default, in bytes.
USUAL_SHM = 64 * 2**20


def groups(words: Sequence[RunOption]) -> list[tuple[RunOption, ...]]:
    """The words of a command in groups: those before the first option, then each option with its values.

    >>> [len(group) for group in groups([RunOption("", word) for word in ("server", "--port", "1")])]
    [1, 2]
    """
    parts: list[list[RunOption]] = [[]]
    for word in words:
        if word.value.startswith("-") and not word.value.lstrip("-").isdigit():
            parts.append([])
        parts[-1].append(word)
    return [tuple(part) for part in parts if part]


def _text(value: Any) -> list[str]:
    return [str(value)] if value else []


def _flag(value: Any) -> list[str]:
    return [""] if value is True else []


def _each(value: Any) -> list[str]:
    return [str(item) for item in value or ()]


def _pairs(value: Any) -> list[str]:
    return [f"{name}={setting}" for name, setting in (value or {}).items()]


def _tmpfs(value: Any) -> list[str]:
    return [f"{path}:{options}" if options else path for path, options in (value or {}).items()]


def _cpus(nano: Any) -> list[str]:
    return [f"{nano / 1e9:.3f}".rstrip("0").rstrip(".")] if nano else []


def _positive(value: Any) -> list[str]:
    return [str(value)] if isinstance(value, int) and value > 0 else []


def _number(value: Any) -> list[str]:
    return [str(value)] if isinstance(value, int) and value != -1 else []


def _shm(value: Any) -> list[str]:
    return [str(value)] if value and value != USUAL_SHM else []


def _ulimits(value: Any) -> list[str]:
    return [f"{limit.get('Name')}={limit.get('Soft')}:{limit.get('Hard')}" for limit in value or ()]


def _tmpfs_mounts(value: Any) -> list[str]:
    """Mounts that :class:`~runbooklab.observe.docker.records.Mount` does not hold: they have no source."""
    return [
        f"type=tmpfs,destination={mount.get('Target')}"
        for mount in value or ()
        if mount.get("Type") == "tmpfs"
    ]


def _devices(value: Any) -> list[str]:
    return [
        f"{device.get('PathOnHost')}:{device.get('PathInContainer')}"
        f":{device.get('CgroupPermissions') or 'rwm'}"
        for device in value or ()
    ]


def _restart(value: Any) -> list[str]:
    name, most = str((value or {}).get("Name") or "no"), (value or {}).get("MaximumRetryCount")
    return [] if name == "no" else [f"{name}:{most}" if most else name]


def _unless(*usual: str) -> Words:
    return lambda value: [str(value)] if value and value not in usual else []


def _shared(value: Any) -> list[str]:
    """A namespace shared with the host or another container; a container's own is the default."""
    return [str(value)] if value and (value == "host" or str(value).startswith("container:")) else []


#: Path in ``docker inspect``, the option, and how its value is written. In the order of the line.
HOST_TABLE: tuple[tuple[str, str, Words], ...] = (
    ("RestartPolicy", "--restart", _restart),
    ("AutoRemove", "--rm", _flag),
    ("Memory", "--memory", _positive),
    ("MemoryReservation", "--memory-reservation", _positive),
    ("MemorySwappiness", "--memory-swappiness", _number),
    ("NanoCpus", "--cpus", _cpus),
    ("CpuShares", "--cpu-shares", _positive),
    ("CpuPeriod", "--cpu-period", _positive),
    ("CpuQuota", "--cpu-quota", _positive),
    ("CpusetCpus", "--cpuset-cpus", _text),
    ("CpusetMems", "--cpuset-mems", _text),
    ("PidsLimit", "--pids-limit", _positive),
    ("BlkioWeight", "--blkio-weight", _positive),
    ("OomKillDisable", "--oom-kill-disable", _flag),
    ("OomScoreAdj", "--oom-score-adj", _text),
    ("Ulimits", "--ulimit", _ulimits),
    ("ReadonlyRootfs", "--read-only", _flag),
    ("Tmpfs", "--tmpfs", _tmpfs),
    ("Mounts", "--mount", _tmpfs_mounts),
    ("ShmSize", "--shm-size", _shm),
    ("CapAdd", "--cap-add", _each),
    ("CapDrop", "--cap-drop", _each),
    ("SecurityOpt", "--security-opt", _each),
    ("Privileged", "--privileged", _flag),
    ("GroupAdd", "--group-add", _each),
    ("Devices", "--device", _devices),
    ("DeviceCgroupRules", "--device-cgroup-rule", _each),
    ("Init", "--init", _flag),
    ("Dns", "--dns", _each),
    ("DnsSearch", "--dns-search", _each),
    ("DnsOptions", "--dns-option", _each),
    ("ExtraHosts", "--add-host", _each),
    ("Links", "--link", lambda value: [_link(str(link)) for link in value or ()]),
    ("Sysctls", "--sysctl", _pairs),
    ("PidMode", "--pid", _shared),
    ("IpcMode", "--ipc", _unless("private")),
    ("UTSMode", "--uts", _shared),
    ("UsernsMode", "--userns", _text),
    ("CgroupParent", "--cgroup-parent", _text),
    ("Runtime", "--runtime", _unless("runc")),
    ("StorageOpt", "--storage-opt", _pairs),
    ("VolumeDriver", "--volume-driver", _unless("local")),
    ("PublishAllPorts", "--publish-all", _flag),
)

#: The same for what an image may also set: it counts if the container has another value.
CONFIG_TABLE: tuple[tuple[str, str, Words], ...] = (
    ("User", "--user", _text),
    ("WorkingDir", "--workdir", _text),
    ("Domainname", "--domainname", _text),
    ("MacAddress", "--mac-address", _text),
    ("Tty", "--tty", _flag),
    ("OpenStdin", "--interactive", _flag),
    ("StopSignal", "--stop-signal", _text),
    ("StopTimeout", "--stop-timeout", _number),
)

#: Of a health check: its field and option; times are nanoseconds.
_HEALTH_TABLE = (
    ("Interval", "--health-interval"),
    ("Timeout", "--health-timeout"),
    ("StartPeriod", "--health-start-period"),
)


def same_image(said: Said, image: Said | None) -> str:
    """The id of the container's image if its name refers to another image or to none now; else ""."""
    name = _full_name(str((said.get("Config") or {}).get("Image") or ""))
    known = {
        _full_name(str(name))
        for kind in ("RepoTags", "RepoDigests")
        for name in (image or {}).get(kind) or ()
    }
    own = str((image or {}).get("Id") or "")
    is_id = own.removeprefix("sha256:").startswith(name.removeprefix("sha256:").removesuffix(":latest"))
    return "" if not own or is_id or name in known else own


def _full_name(name: str) -> str:
    """An image's name with its tag, without Docker's default registry."""
    short = name.removeprefix("docker.io/").removeprefix("library/")
    has_tag = ":" in short.rpartition("/")[2] or "@" in short
    return short if has_tag else f"{short}:latest"


def run_options(said: Said, image: Said | None, vault: Vault) -> tuple[RunOption, ...]:
    """The options that ``docker run`` needs besides name, ports, networks and mounts; secrets are tokens.

    ``said`` is the answer of GET /containers/NAME/json, ``image`` of GET /images/ID/json; without it
    everything counts as the container's own. The words of the command come last, without an option.
    """
    config, host = said.get("Config") or {}, said.get("HostConfig") or {}
    own = (image or {}).get("Config") or {}
    return (
        *_from_table(HOST_TABLE, host, {}, vault),
        *_swap(host),
        *_log(host, vault),
        *_from_table(CONFIG_TABLE, config, own, vault),
        *_hostname(said, config, host),
        *_labels(config, own, vault),
        *_health(config, own, vault),
        *_environment(config, own),
        *_command(config, own, vault),
    )


def _from_table(
    table: tuple[tuple[str, str, Words], ...], said: Said, usual: Said, vault: Vault
) -> Iterator[RunOption]:
    for name, option, words in table:
        value = said.get(name)
        if not usual or value != usual.get(name):
            yield from (RunOption(option, clean(word, vault)) for word in words(value))


def _swap(host: Said) -> Iterator[RunOption]:
    """Memory and swap together, unless it is Docker's default of twice the memory."""
    memory, both = host.get("Memory") or 0, host.get("MemorySwap") or 0
    if both and both != 2 * memory:
        yield RunOption("--memory-swap", str(both))


def _link(link: str) -> str:
    """``/redis:/app/cache`` of the engine as ``redis:cache``."""
    other, _, alias = link.partition(":")
    return f"{other.lstrip('/')}:{alias.rpartition('/')[2]}"


def _log(host: Said, vault: Vault) -> Iterator[RunOption]:
    """The driver is named even if it is the engine's default: that may change."""
    log = host.get("LogConfig") or {}
    options = log.get("Config") or {}
    if log.get("Type") and (options or log["Type"] != "json-file"):
        yield RunOption("--log-driver", str(log["Type"]))
    for name, value in options.items():
        yield RunOption(
            "--log-opt",
            f"{clean(name, vault)}={clean_setting(name, str(value), vault)}",
            _read_at(name, "index .HostConfig.LogConfig.Config", vault),
        )


def _read_at(name: str, where: str, vault: Vault) -> str:
    """The template of ``name=value`` in a table of the engine's; "" for a name that may be a secret."""
    return f"{name}={{{{{where} {json.dumps(name)}}}}}" if clean(name, vault) == name else ""


def _hostname(said: Said, config: Said, host: Said) -> Iterator[RunOption]:
    name = str(config.get("Hostname") or "")
    if name and not str(said.get("Id", "")).startswith(name) and _has_own_network(host):
        yield RunOption("--hostname", name)


def _has_own_network(host: Said) -> bool:
    mode = str(host.get("NetworkMode") or "")
    return mode != "host" and not mode.startswith("container:")


def _labels(config: Said, own: Said, vault: Vault) -> Iterator[RunOption]:
    usual = own.get("Labels") or {}
    for name, value in (config.get("Labels") or {}).items():
        if usual.get(name) != value:
            yield RunOption(
                "--label",
                f"{clean(name, vault)}={clean_setting(name, str(value), vault)}",
                _read_at(name, "index .Config.Labels", vault),
            )


def _health(config: Said, own: Said, vault: Vault) -> Iterator[RunOption]:
    health = config.get("Healthcheck") or {}
    test = [str(word) for word in health.get("Test") or ()]
    if not test or health == own.get("Healthcheck"):
        return
    if test[0] == "NONE":
        yield RunOption("--no-healthcheck")
        return
    words = clean_argv(test, vault)
    if test[0] == "CMD-SHELL":
        yield RunOption("--health-cmd", words[1], "{{index .Config.Healthcheck.Test 1}}")
    else:  # docker run knows the shell's form only
        quoted = """{{printf "'%s' " $word}}"""
        words_of = "{{range $at, $word := .Config.Healthcheck.Test}}"
        every = f"{words_of}{{{{if $at}}}}{quoted}{{{{end}}}}{{{{end}}}}"
        yield RunOption("--health-cmd", shlex.join(words[1:]), every)
    for name, option in _HEALTH_TABLE:
        if health.get(name):
            yield RunOption(option, f"{int(health[name]) // 10**6}ms")
    if health.get("Retries"):
        yield RunOption("--health-retries", str(health["Retries"]))


def _environment(config: Said, own: Said) -> Iterator[RunOption]:
    """Names alone: a value of several lines has its place, the others are read by their name."""
    usual = set(own.get("Env") or ())
    for at, line in enumerate(config.get("Env") or ()):
        if line not in usual:
            name, _, value = line.partition("=")
            yield RunOption("--env", name, f"{{{{index .Config.Env {at}}}}}" if "\n" in value else "")


def _command(config: Said, own: Said, vault: Vault) -> Iterator[RunOption]:
    """Entry point and command, if they are not the image's; an entry point drops the image's command."""
    entry, words = config.get("Entrypoint") or [], config.get("Cmd") or []
    other = entry != (own.get("Entrypoint") or [])
    shown = clean_argv([*entry, *words], vault)
    if other and entry:
        yield RunOption("--entrypoint", shown[0], "{{index .Config.Entrypoint 0}}")
        for at, word in enumerate(shown[1 : len(entry)], start=1):
            yield RunOption("", word, f"{{{{index .Config.Entrypoint {at}}}}}")
    elif other:
        yield RunOption("--entrypoint", "")
    if other or words != (own.get("Cmd") or []):
        for at, word in enumerate(shown[len(entry) :]):
            yield RunOption("", word, f"{{{{index .Config.Cmd {at}}}}}")
