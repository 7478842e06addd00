"""The options of ``docker create`` that ``--apply`` knows, each with what it means to docker-py."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

Values = Sequence[str]


def _last(values: Values) -> str:
    return values[-1]


def _all(values: Values) -> list[str]:
    return list(values)


def _set(values: Values) -> bool:
    return True


def _pairs(values: Values) -> dict[str, str]:
    return {name: value for name, _, value in (entry.partition("=") for entry in values)}


def _hosts(values: Values) -> dict[str, str]:
    return {name: address for name, _, address in (entry.partition(":") for entry in values)}


def _tmpfs(values: Values) -> dict[str, str]:
    return {path: options for path, _, options in (entry.partition(":") for entry in values)}


def _cpus(values: Values) -> int:
    return round(float(values[-1]) * 1e9)


def _ulimits(values: Values) -> list[dict[str, Any]]:
    limits = []
    for entry in values:
        name, _, sizes = entry.partition("=")
        soft, _, hard = sizes.partition(":")
        limits.append({"Name": name, "Soft": int(soft), "Hard": int(hard or soft)})
    return limits


def _restart(values: Values) -> dict[str, Any]:
    name, _, most = values[-1].partition(":")
    return {"Name": name, "MaximumRetryCount": int(most or 0)}


#: Options of the container's surroundings: parameter of docker-py's ``create_host_config``, and its value.
HOST: dict[str, tuple[str, Callable[[Values], Any]]] = {
    "-v": ("binds", _all),
    "--network": ("network_mode", _last),
    "--restart": ("restart_policy", _restart),
    "--rm": ("auto_remove", _set),
    "--memory": ("mem_limit", _last),
    "--memory-swap": ("memswap_limit", _last),
    "--cpus": ("nano_cpus", _cpus),
    "--ulimit": ("ulimits", _ulimits),
    "--read-only": ("read_only", _set),
    "--tmpfs": ("tmpfs", _tmpfs),
    "--cap-add": ("cap_add", _all),
    "--cap-drop": ("cap_drop", _all),
    "--security-opt": ("security_opt", _all),
    "--init": ("init", _set),
    "--dns": ("dns", _all),
    "--add-host": ("extra_hosts", _hosts),
    "--sysctl": ("sysctls", _pairs),
}
#: Options of the container itself: parameter of ``create_container``.
CONTAINER: dict[str, tuple[str, Callable[[Values], Any]]] = {
    "--name": ("name", _last),
    "--user": ("user", _last),
    "--hostname": ("hostname", _last),
    "--workdir": ("working_dir", _last),
    "--stop-signal": ("stop_signal", _last),
    "--label": ("labels", _pairs),
    "-e": ("environment", _all),
}
#: Options without a value.
FLAGS = frozenset({"--rm", "--read-only", "--init"})
#: Every option that is understood; ``-p``, ``--network-alias`` and ``--ip`` are taken together elsewhere.
KNOWN = frozenset({*HOST, *CONTAINER, "-p", "--network-alias", "--ip"})
