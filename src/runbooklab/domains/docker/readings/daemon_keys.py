"""The keys of daemon.json: their types, the flags that set them too, and what the engine refuses.

Source: dockerd's reference, "Daemon configuration file", of the releases 20.10 to 28; moby,
daemon/config/config.go. A key that any of them knows counts as known.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from typing import Any

from runbooklab.domains.docker.records import ConfigProblem

_TEXTS = [
    "api-cors-header",
    "bip",
    "bip6",
    "bridge",
    "cgroup-parent",
    "config-file",
    "containerd",
    "containerd-namespace",
    "containerd-plugin-namespace",
    "cpu-rt-period",
    "cpu-rt-runtime",
    "data-root",
    "default-cgroupns-mode",
    "default-gateway",
    "default-gateway-v6",
    "default-ipc-mode",
    "default-runtime",
    "exec-root",
    "fixed-cidr",
    "fixed-cidr-v6",
    "firewall-backend",
    "graph",
    "group",
    "host-gateway-ip",
    "http-proxy",
    "https-proxy",
    "init-path",
    "ip",
    "log-driver",
    "log-format",
    "log-level",
    "metrics-addr",
    "network-diagnostic-port",
    "no-proxy",
    "oom-score-adjust",
    "pidfile",
    "seccomp-profile",
    "storage-driver",
    "swarm-default-advertise-addr",
    "tlscacert",
    "tlscert",
    "tlskey",
    "userland-proxy-path",
    "userns-remap",
    "cluster-advertise",
    "cluster-store",
    "default-network-driver",
    "init-args",
    "default-stop-timeout",
    "min-api-version",
    "validate",
]
_FLAGS = [
    "allow-direct-routing",
    "debug",
    "experimental",
    "icc",
    "init",
    "ip-forward",
    "ip-forward-no-drop",
    "ip-masq",
    "ip6tables",
    "iptables",
    "ipv6",
    "live-restore",
    "no-new-privileges",
    "raw-logs",
    "rootless",
    "selinux-enabled",
    "tls",
    "tlsverify",
    "userland-proxy",
    "disable-legacy-registry",
    "allow-nondistributable-artifacts-all",
]
_NUMBERS = [
    "max-concurrent-downloads",
    "max-concurrent-uploads",
    "max-download-attempts",
    "mtu",
    "network-control-plane-mtu",
    "shutdown-timeout",
    "oom-score-adjust",
    "default-stop-timeout",
    "cpu-rt-period",
    "cpu-rt-runtime",
    "network-diagnostic-port",
]
_LISTS = [
    "allow-nondistributable-artifacts",
    "authorization-plugins",
    "cdi-spec-dirs",
    "default-address-pools",
    "dns",
    "dns-opts",
    "dns-search",
    "exec-opts",
    "hosts",
    "host-gateway-ips",
    "insecure-registries",
    "labels",
    "node-generic-resources",
    "registry-mirrors",
    "storage-opts",
]
_OBJECTS = [
    "builder",
    "default-network-opts",
    "default-ulimits",
    "features",
    "log-opts",
    "proxies",
    "runtimes",
    "cluster-store-opts",
    "default-shm-size",
    "init-opts",
]
_SIZES = ("default-shm-size",)

#: Key -> what kind of value it has; a number may be asked for where several kinds are taken.
KINDS: dict[str, tuple[type, ...]] = {
    **dict.fromkeys(_OBJECTS, (dict,)),
    **dict.fromkeys(_TEXTS, (str,)),
    **dict.fromkeys(_FLAGS, (bool,)),
    **dict.fromkeys(_NUMBERS, (int,)),
    **dict.fromkeys(_LISTS, (list,)),
    **dict.fromkeys(_SIZES, (str, int)),
    "host-gateway-ip": (str, list),
    "network-diagnostic-port": (int,),
}
_IN_WORDS = {dict: "an object", str: "a text", bool: "true or false", int: "a number", list: "a list"}

#: Flag -> the key that it sets: those with another name, and the plain ones.
FLAGS: dict[str, str] = {
    **{f"--{key}": key for key in KINDS},
    "-H": "hosts",
    "--host": "hosts",
    "-D": "debug",
    "-G": "group",
    "-l": "log-level",
    "-p": "pidfile",
    "-s": "storage-driver",
    "-b": "bridge",
    "-g": "data-root",
    "--graph": "data-root",
    "--label": "labels",
    "--dns-opt": "dns-opts",
    "--insecure-registry": "insecure-registries",
    "--registry-mirror": "registry-mirrors",
    "--storage-opt": "storage-opts",
    "--exec-opt": "exec-opts",
    "--log-opt": "log-opts",
    "--authorization-plugin": "authorization-plugins",
    "--default-ulimit": "default-ulimits",
    "--default-address-pool": "default-address-pools",
    "--default-network-opt": "default-network-opts",
    "--add-runtime": "runtimes",
    "--node-generic-resource": "node-generic-resources",
    "--cdi-spec-dir": "cdi-spec-dirs",
    "--feature": "features",
}
_LEVELS = ("debug", "info", "warn", "warning", "error", "fatal", "panic", "trace")
_RUNTIMES = ("runc", "io.containerd.runc.v2", "io.containerd.runtime.v1.linux", "io.containerd.runc.v1")


def problems(parsed: dict[str, Any], text: str) -> list[ConfigProblem]:
    """Why the engine refuses these settings: unknown keys, wrong types, values that it does not take."""
    found = []
    for key, message in (*_keys(parsed), *_values(parsed)):
        found.append(ConfigProblem(message, _line(text, key), key))
    return found


def _line(text: str, key: str) -> int:
    place = re.search(rf'"{re.escape(key)}"\s*:', text)
    return text.count("\n", 0, place.start()) + 1 if place else 0


def _keys(parsed: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for key, value in parsed.items():
        if key not in KINDS:
            near = next((known for known in KINDS if _bare(known) == _bare(key)), "")
            meant = f"; {near} is meant" if near else ""
            yield key, f"{key[:60]!r} is no setting of the engine{meant}"
            continue
        kinds = KINDS[key]
        fits = isinstance(value, kinds) and not (isinstance(value, bool) and bool not in kinds)
        if not fits and value is not None:
            wanted = " or ".join(_IN_WORDS[kind] for kind in kinds)
            yield key, f"{key} is {wanted}, not {_shown(value)}"
            continue
        if isinstance(value, list):
            inner: type = dict if key == "default-address-pools" else str
            if strange := next((each for each in value if not isinstance(each, inner)), None):
                yield (
                    key,
                    f"{key} is a list of {'objects' if inner is dict else 'texts'}, and has "
                    f"{_shown(strange)}",
                )
        if key in ("log-opts", "cluster-store-opts") and isinstance(value, dict):
            for name, said in value.items():
                if not isinstance(said, str):
                    yield name, f"{key}: {name} is a text in quotes, not {_shown(said)}"


def _bare(key: str) -> str:
    return re.sub(r"[^a-z0-9]", "", key.lower()).rstrip("s")


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    return f"the text {value[:40]!r}" if isinstance(value, str) else f"the number {value}"


def _texts(value: Any) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def _values(parsed: dict[str, Any]) -> Iterator[tuple[str, str]]:
    level = parsed.get("log-level")
    if isinstance(level, str) and level and level not in _LEVELS:
        yield "log-level", f"log-level {level[:40]!r} is none of {', '.join(_LEVELS[:6])}"
    for address in _texts(parsed.get("dns")):
        if not _is_address(address):
            yield "dns", f"dns: {address[:60]} is no IP address"
    for label in _texts(parsed.get("labels")):
        if "=" not in label:
            yield "labels", f"labels: {label[:60]} is not written KEY=VALUE"
    for key in ("max-concurrent-downloads", "max-concurrent-uploads", "max-download-attempts", "mtu"):
        if isinstance(parsed.get(key), int) and parsed[key] < 0:
            yield key, f"{key} is {parsed[key]}: it cannot be negative"
    yield from _runtime(parsed)
    for option in _texts(parsed.get("exec-opts")):
        name, _, value = option.partition("=")
        if name == "native.cgroupdriver" and value not in ("systemd", "cgroupfs"):
            yield "exec-opts", f"native.cgroupdriver is systemd or cgroupfs, not {value[:40]!r}"
    for mirror in _texts(parsed.get("registry-mirrors")):
        if not mirror.startswith(("http://", "https://")):
            yield "registry-mirrors", "registry-mirrors: a mirror begins with http:// or https://"
    yield from _addresses(parsed)


def _runtime(parsed: dict[str, Any]) -> Iterator[tuple[str, str]]:
    name, known = parsed.get("default-runtime"), parsed.get("runtimes")
    known = known if isinstance(known, dict) else {}
    if isinstance(name, str) and name and name not in known and not name.startswith(_RUNTIMES):
        yield "default-runtime", f"default-runtime {name[:40]!r} is not among the runtimes"


def _addresses(parsed: dict[str, Any]) -> Iterator[tuple[str, str]]:
    bip = parsed.get("bip")
    if isinstance(bip, str) and bip and ("/" not in bip or not _is_interface(bip)):
        yield "bip", f"bip is an address with its mask, such as 172.17.0.1/16, not {bip[:40]!r}"
    pools = parsed.get("default-address-pools")
    for pool in pools if isinstance(pools, list) else ():
        base, size = (pool.get("base"), pool.get("size")) if isinstance(pool, dict) else ("", 0)
        if not isinstance(base, str) or not _is_interface(base) or "/" not in base:
            yield "default-address-pools", "default-address-pools: base is a subnet such as 10.10.0.0/16"
        elif size is not None and (not isinstance(size, int) or int(base.rpartition("/")[2]) > size):
            yield "default-address-pools", f"default-address-pools: size {size} is no mask within {base}"


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _is_interface(text: str) -> bool:
    try:
        ipaddress.ip_interface(text)
    except ValueError:
        return False
    return True
