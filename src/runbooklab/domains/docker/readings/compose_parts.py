"""The parts of a Compose file: services, networks and volumes under the names that the engine knows. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from runbooklab.domains.docker.compose_records import ComposeNetwork, ComposeVolume, Service
from runbooklab.observe.compose.file import ComposeFile

MOST_PARTS = 200
_SIZE = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([kmgt]?)i?b?\s*", re.IGNORECASE)
_UNITS = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40}


def mapping(value: Any) -> dict[str, Any]:
    """The value if it is a mapping, else an empty one."""
    return value if isinstance(value, dict) else {}


def items(value: Any) -> list[Any]:
    """The value if it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def names(value: Any) -> list[str]:
    """The names in a list, or the keys of a mapping: Compose takes both for networks, depends_on ..."""
    return [str(each) for each in value] if isinstance(value, dict | list) else []


def size_of(value: Any) -> int | None:
    """``512m`` in bytes; None if it is no size.

    >>> size_of("512m"), size_of(1024), size_of("lots")
    (536870912, 1024, None)
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    found = _SIZE.fullmatch(str(value)) if isinstance(value, str | float) else None
    return int(float(found[1]) * _UNITS[found[2].lower()]) if found else None


def _number(value: Any) -> float | None:
    try:
        return float(value) if value is not None and not isinstance(value, bool) else None
    except (TypeError, ValueError):
        return None


def services(said: ComposeFile) -> Iterator[Service]:
    """Each service, reduced to names and numbers."""
    once = _one_shots(said)
    for name, service in list(said.services.items())[:MOST_PARTS]:
        resources = mapping(mapping(service.get("deploy")).get("resources"))
        limits, reserved = mapping(resources.get("limits")), mapping(resources.get("reservations"))
        yield Service(
            name=name,
            line=said.line(f"services.{name}"),
            container_name=str(service.get("container_name") or ""),
            image=str(service.get("image") or ""),
            builds="build" in service,
            pull_policy=str(service.get("pull_policy") or ""),
            platform=str(service.get("platform") or ""),
            profiles=tuple(map(str, items(service.get("profiles")))),
            asks_for_gpu=_asks_for_gpu(service, reserved),
            runtime=str(service.get("runtime") or ""),
            cpus=_first(_number(service.get("cpus")), _number(limits.get("cpus"))),
            memory_bytes=_first(size_of(service.get("mem_limit")), size_of(limits.get("memory"))),
            reservation_bytes=_first(
                size_of(service.get("mem_reservation")), size_of(reserved.get("memory"))
            ),
            swap_bytes=size_of(service.get("memswap_limit")),
            cpuset=str(service.get("cpuset") or ""),
            one_shot=name in once,
            buildkit=bool(
                {"ssh", "secrets", "additional_contexts", "dockerfile_inline"}
                & set(mapping(service.get("build")))
            ),
            file=said.elsewhere(f"services.{name}"),
        )


def _first(*values: Any) -> Any:
    return next((value for value in values if value is not None), None)


def _asks_for_gpu(service: dict[str, Any], reserved: dict[str, Any]) -> bool:
    asked = [
        str(word)
        for device in items(reserved.get("devices"))
        for word in items(mapping(device).get("capabilities"))
    ]
    return "gpu" in asked or bool(service.get("gpus"))


def _one_shots(said: ComposeFile) -> set[str]:
    """Services that another one waits for to be completed: they are to end."""
    return {
        other
        for service in said.services.values()
        for other, how in mapping(service.get("depends_on")).items()
        if mapping(how).get("condition") == "service_completed_successfully"
    }


def networks(said: ComposeFile) -> Iterator[ComposeNetwork]:
    """Each network that a service uses, under the engine's name for it; also the default one."""
    defined = mapping(said.data.get("networks"))
    users: dict[str, list[str]] = {}
    for service, each in said.services.items():
        if each.get("network_mode"):
            continue
        for network in names(each.get("networks")) or ["default"]:
            users.setdefault(network, []).append(service)
    for key, used_by in list(users.items())[:MOST_PARTS]:
        about = mapping(defined.get(key))
        external = about.get("external")
        named = about.get("name") or mapping(external).get("name")
        yield ComposeNetwork(
            name=str(named or (key if external else f"{said.project}_{key}")),
            key=key,
            external=bool(external),
            subnets=tuple(_subnets(about)),
            line=said.line(f"networks.{key}") if key in defined else 0,
            used_by=tuple(used_by),
            file=said.elsewhere(f"networks.{key}") if key in defined else "",
        )


def _subnets(about: dict[str, Any]) -> list[str]:
    configs = items(mapping(about.get("ipam")).get("config"))
    return [str(mapping(each)["subnet"]) for each in configs if mapping(each).get("subnet")]


def volumes(said: ComposeFile) -> Iterator[ComposeVolume]:
    """Each volume that a service uses, under the engine's name for it."""
    used = {name for service in said.services.values() for name in used_volumes(service)}
    for key, about in list(mapping(said.data.get("volumes")).items())[:MOST_PARTS]:
        about = mapping(about)
        external = about.get("external")
        named = about.get("name") or mapping(external).get("name")
        if key in used:
            name = str(named or (key if external else f"{said.project}_{key}"))
            place = f"volumes.{key}"
            yield ComposeVolume(name, key, bool(external), said.line(place), said.elsewhere(place))


def used_volumes(service: dict[str, Any]) -> Iterator[str]:
    """Names of the volumes (not binds) that a service mounts."""
    for volume in items(service.get("volumes")):
        if isinstance(volume, dict):
            if volume.get("type") == "volume" and volume.get("source"):
                yield str(volume["source"])
        else:
            source, colon, _ = str(volume).partition(":")
            if colon and source and not source.startswith(("/", ".", "~")):
                yield source


def same_names(said: ComposeFile) -> Iterator[tuple[str, str, str]]:
    """Two services that ask for one container_name."""
    seen: dict[str, str] = {}
    for name, service in said.services.items():
        wanted = str(service.get("container_name") or "")
        if wanted and wanted in seen:
            yield wanted, seen[wanted], name
        elif wanted:
            seen[wanted] = name
