"""What a service or a container asks of this engine, and it does not have: CPUs, memory, a GPU, images."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from runbooklab.domain.cause import RuledOut, Ruling, Supported, Untested
from runbooklab.domain.preconditions import needs
from runbooklab.domains.docker.compose_records import ComposeLook, Service
from runbooklab.domains.docker.evidence import Evidence
from runbooklab.domains.docker.probes.table import ENGINE
from runbooklab.domains.docker.readings.focus import found
from runbooklab.domains.docker.readings.lines import in_error_text
from runbooklab.domains.docker.records import EngineInfo
from runbooklab.domains.docker.thresholds import LEAST_MEMORY_BYTES
from runbooklab.words import size

_SHOWN = ("docker-resources",)
_IMAGES = ("docker-images",)
_LIMIT = re.compile(
    r"Range of CPUs is from|Minimum memory limit allowed|Requested CPUs are not available"
    r"|memory limit should be"
    r"|Minimum memory(?:swap)? limit|memoryswap limit",
    re.IGNORECASE,
)
_GPU = re.compile(
    r"could not select device driver .*gpu|unknown or invalid runtime name: nvidia"
    r"|nvidia-container-cli|failed to discover GPU vendor",
    re.IGNORECASE,
)
_NO_IMAGE = re.compile(
    r"No such image|pull access denied|manifest (?:for \S+ not found|unknown)|Unable to find image",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"pull access denied|denied: requested access|unauthorized: (?:authentication|incorrect)"
    r"|no basic auth credentials",
    re.IGNORECASE,
)
_RATE = re.compile(r"toomanyrequests|pull rate limit", re.IGNORECASE)
_CGROUP = re.compile(
    r"cgroup driver\b.*(?:different|mismatch)|misconfiguration: .*cgroup driver",
    re.IGNORECASE,
)
_MTU = re.compile(r"fragmentation needed|message too long|\bmtu\b.*(?:exceed|mismatch|too)", re.IGNORECASE)
_ROOTLESS = re.compile(r"rootlesskit|cannot expose privileged port|rootless", re.IGNORECASE)


#: Docker's official images that such projects use, and the form of their tags (hub.docker.com, "official").
_OFFICIAL = frozenset(
    [
        "alpine",
        "busybox",
        "debian",
        "golang",
        "haproxy",
        "httpd",
        "mariadb",
        "memcached",
        "mongo",
        "mysql",
        "nginx",
        "node",
        "postgres",
        "python",
        "rabbitmq",
        "redis",
        "traefik",
        "ubuntu",
        "valkey",
    ]
)
_TAG = re.compile(
    r"latest|alpine|slim|(?:[1-9]|[1-3]\d)(?:\.\d{1,2}){0,2}(?:-(?:alpine|slim|bookworm|trixie)[\d.]*)?"
)


def _services(e: Evidence) -> tuple[ComposeLook | None, tuple[Service, ...]]:
    compose = e.compose.value
    return compose, tuple(each for each in (compose.services if compose else ()) if not each.profiles)


@needs(ENGINE)
def limit_impossible(e: Evidence) -> Ruling:
    engine = e.engine.value
    assert engine is not None
    compose, services = _services(e)
    for service in services:
        for why in _impossible(service, engine):
            return Supported(
                f"The service {service.name} of {compose.where(service) if compose else ''}: {why}.",
                _SHOWN,
                0.95,
                f"The service {service.name} cannot be created: {why}.",
            )
    for _, known in found(e):
        if _LIMIT.search(known.error):
            return Supported(f"Docker cannot start container {known.name}: {known.error}.", _SHOWN, 0.95)
    if told := in_error_text(e, _LIMIT):
        return Supported(f"The error text says: {told}. This engine has {engine.cpus} CPUs.", _SHOWN, 0.75)
    return RuledOut(
        f"Nothing asks for more than {engine.cpus} CPUs, or for less memory than {size(LEAST_MEMORY_BYTES)}."
    )


def _impossible(service: Service, engine: EngineInfo) -> Iterator[str]:
    """Why the engine refuses to create a container of a service (moby, verifyPlatformContainerResources)."""
    if service.cpus is not None and engine.cpus and service.cpus > engine.cpus:
        yield (
            f"cpus is {service.cpus:g}, and this engine has {engine.cpus} (the range is from 0.01 "
            f"to {engine.cpus}.00)"
        )
    if service.cpus is not None and service.cpus < 0:
        yield f"cpus is {service.cpus:g}"
    memory = service.memory_bytes
    if memory is not None and 0 < memory < LEAST_MEMORY_BYTES:
        yield f"its memory limit is {size(memory)}, and the least is {size(LEAST_MEMORY_BYTES)}"
    if memory and service.reservation_bytes and service.reservation_bytes > memory:
        yield (
            f"it reserves {size(service.reservation_bytes)} of memory, more than its limit of {size(memory)}"
        )
    if memory and service.swap_bytes is not None and 0 < service.swap_bytes < memory:
        yield f"memswap_limit is {size(service.swap_bytes)}, less than its memory limit of {size(memory)}"
    last = max((int(number) for number in re.findall(r"\d+", service.cpuset)), default=-1)
    if engine.cpus and last >= engine.cpus:
        yield f"cpuset is {service.cpuset}, and this engine has the CPUs 0-{engine.cpus - 1}"


def has_gpu_runtime(engine: EngineInfo) -> bool:
    """Whether the engine knows how to give a container a GPU."""
    return "nvidia" in engine.runtimes or engine.cdi or engine.nvidia_hook


@needs(ENGINE)
def gpu_runtime_missing(e: Evidence) -> Ruling:
    engine = e.engine.value
    assert engine is not None
    if has_gpu_runtime(engine):
        return RuledOut("The engine has a runtime for GPUs.")
    lacks = (
        f"the engine's runtimes are {', '.join(engine.runtimes) or 'unknown'}, and no device of "
        "NVIDIA is described (CDI)"
    )
    for view, known in found(e):
        if _GPU.search(known.error):
            return Supported(
                f"Docker cannot start container {known.name}: {known.error}; {lacks}.",
                _SHOWN,
                0.97,
                f"Container {known.name} cannot start: Docker has no runtime for GPUs.",
            )
        if (view.extras.asks_for_gpu or view.extras.runtime == "nvidia") and known.state != "running":
            return Supported(
                f"Container {known.name} asks for a GPU, and {lacks}.",
                _SHOWN,
                0.95,
                f"Container {known.name} cannot start: Docker has no runtime for GPUs.",
            )
    compose, services = _services(e)
    for service in services:
        if service.asks_for_gpu or service.runtime == "nvidia":
            return Supported(
                f"The service {service.name} of {compose.path if compose else ''} asks for a "
                f"GPU, and {lacks}.",
                _SHOWN,
                0.95,
                f"The service {service.name} cannot start: Docker has no runtime for GPUs.",
            )
    if e.target.needs_gpu:
        return Supported(
            f"A GPU is needed (needs_gpu), and {lacks}.", _SHOWN, 0.93, "Docker has no runtime for GPUs."
        )
    if told := in_error_text(e, _GPU):
        return Supported(f"The error text says: {told}; {lacks}.", _SHOWN, 0.8)
    return RuledOut("Nothing asks for a GPU.")


def is_pulled_by_itself(service: Service) -> bool:
    """Whether Compose gets the image when it starts the service: one that everybody may pull.

    Other images that are not here may be misspelled, private or not built yet.
    """
    name, _, tag = service.image.partition(":")
    plain = name.removeprefix("docker.io/").removeprefix("library/")
    return service.pull_policy != "never" and plain in _OFFICIAL and bool(_TAG.fullmatch(tag or "latest"))


@needs(ENGINE)
def image_missing(e: Evidence) -> Ruling:
    compose, services = _services(e)
    on, engine = e.compose_engine.value, e.engine.value
    assert engine is not None
    if compose is not None and compose.given and on is not None:
        present = {image.name: image.present for image in on.images}
        gone = [
            service
            for service in services
            if present.get(service.image) is False
            and not service.builds
            and service.name not in on.services
            and not is_pulled_by_itself(service)
        ]
        if gone:
            never = next((each for each in gone if each.pull_policy == "never"), None)
            first = never or gone[0]
            only = ", and pull_policy is never" if never else ""
            return Supported(
                f"The image {first.image} of the service {first.name} "
                f"({compose.where(first)}) is not on this engine{only}.",
                _IMAGES,
                0.93 if never else 0.75,
                f"The image {first.image} is not on this engine.",
            )
    for view, known in found(e):
        gone_since = (
            view.look is not None and view.look.image_present is False and view.extras.image_present is False
        )
        if known.state not in ("running", "paused") and gone_since:
            return Supported(
                f"The image {known.image} of container {known.name} ({known.state}) is not on "
                "this engine any more.",
                _IMAGES,
                0.75,
                f"The image {known.image} of container {known.name} is gone.",
            )
    if told := in_error_text(e, _NO_IMAGE):
        return Supported(f"The error text says: {told}.", _IMAGES, 0.7)
    if compose is not None and compose.given and on is None:
        return Untested("Not observed: the engine's images.")
    return RuledOut("Every image that is asked for is on the engine.")


# --- what only a text says -----------------------------------------------------------------------------


def _by_text(
    pattern: re.Pattern[str], shown: tuple[str, ...], nothing: str, confidence: float = 0.75
) -> Callable[[Evidence], Ruling]:
    def judge(e: Evidence) -> Ruling:
        for _, known in found(e):
            if pattern.search(known.error):
                return Supported(
                    f"Docker says of container {known.name}: {known.error}.", shown, confidence + 0.1
                )
        told = in_error_text(e, pattern)
        return Supported(f"The error text says: {told}.", shown, confidence) if told else RuledOut(nothing)

    return judge


pull_denied = _by_text(_DENIED, _IMAGES, "Nothing says that a registry refused a pull.")
rate_limit = _by_text(_RATE, _IMAGES, "Nothing says that a registry's limit was reached.")
cgroup_mismatch = _by_text(_CGROUP, ("docker-engine",), "Nothing says that cgroup drivers differ.")
mtu_mismatch = _by_text(_MTU, ("docker-networks",), "Nothing says that packets are too large.", 0.65)


@needs(ENGINE)
def rootless_limits(e: Evidence) -> Ruling:
    engine = e.engine.value
    assert engine is not None
    if not any("rootless" in each for each in engine.security):
        return RuledOut("The engine runs as root.")
    for _, known in found(e):
        if _ROOTLESS.search(known.error) or "permission denied" in known.error:
            return Supported(
                f"The engine is rootless, and says of container {known.name}: {known.error}.",
                ("docker-engine",),
                0.85,
            )
    return RuledOut("The engine is rootless, and nothing shows that this is in the way.")


def iptables_disabled(e: Evidence) -> Ruling:
    seen = e.daemon.value
    bridged = any(each.driver == "bridge" for each in (e.networks.value.networks if e.networks.value else ()))
    if seen is not None and seen.iptables_flag_in and bridged:
        return Supported(
            f"The flag --iptables=false ({seen.iptables_flag_in}) has the engine make no rules: containers "
            "reach nothing by themselves.",
            ("docker-engine",),
            0.75,
            "The engine is started so that it makes no firewall rules (--iptables=false).",
            "warning",
        )
    if seen is None or seen.state != "read":
        return RuledOut("No configuration file switches the engine's rules off.")
    if seen.iptables:
        return RuledOut(f"{seen.path} leaves the engine's rules on.")
    return Supported(
        f"{seen.path} sets iptables to false: the engine makes no rules, and containers reach "
        "nothing by themselves.",
        ("docker-engine",),
        0.75,
        "The engine is configured to make no firewall rules (iptables: false).",
        "warning",
    )
