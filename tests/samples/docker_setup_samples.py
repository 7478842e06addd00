"""Synthetic evidence of Docker's set-up, for the tests of the domain docker.

setup()                                    the engine answers, and the container tts-worker runs
setup(engine=replace(ENGINE, driver="vfs"))  another engine
setup(containers=seen(view(state="exited")))  another container
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from runbooklab.domains.docker.compose_records import (
    Bind,
    ComposeLook,
    ComposeNetwork,
    ComposeOnEngine,
    ComposeVolume,
    Defect,
    Service,
    Unset,
)
from runbooklab.domains.docker.container_records import (
    ContainersLook,
    ContainerView,
    Extras,
    HeldName,
    MountStat,
    Program,
)
from runbooklab.domains.docker.evidence import Evidence
from runbooklab.domains.docker.probes import table
from runbooklab.domains.docker.records import (
    ClientLook,
    ConfigProblem,
    DaemonConfig,
    Doubled,
    EndpointLook,
    Engine,
    EngineInfo,
    EngineNetwork,
    ImageSeen,
    NetworksLook,
    Plugin,
    Pool,
    Route,
    SocketFile,
)
from runbooklab.domains.docker.target import Target
from runbooklab.model.error_text import ErrorText
from runbooklab.model.observation import LogLine, Missing, Observation
from runbooklab.observe.docker.probe import DOCKER
from runbooklab.observe.docker.records import (
    Attachment,
    Container,
    ContainerEvent,
    ContainerLook,
    DockerAccess,
    HealthLog,
    LogTail,
    PortBinding,
)

NOW, AGO, BEFORE = "2026-03-01T12:00:00.000Z", "2026-03-01T11:56:00.000Z", "2026-03-01T10:00:00.000Z"
NAME, NETWORK, FILE = "tts-worker", "tts-network", "docker-compose.yml"
URL, ELSEWHERE = "unix:///var/run/docker.sock", "unix:///srv/none.sock"
USUAL = Engine("default", URL, "docker", containers=(NAME,))
ENDPOINT = EndpointLook(
    USUAL, "default", "default", SocketFile(URL[7:], "socket", "srw-rw----", "root", "docker")
)
CLIENT = ClientLook(
    "/home/tts/.docker",
    docker="/usr/bin/docker",
    compose=(Plugin("/usr/lib/docker/cli-plugins/docker-compose"),),
)
ENGINE = EngineInfo(
    "27.1",
    "overlay2",
    cpus=4,
    memory_bytes=8 << 30,
    architecture="x86_64",
    root="/var/lib/docker",
    runtimes=("runc",),
    local=True,
    free_bytes=50 << 30,
    total_bytes=100 << 30,
    forwarding=True,
)
BRIDGE = EngineNetwork("bridge", "b" * 64, "bridge", ("172.17.0.0/16",), "docker0")
OWN = EngineNetwork(NETWORK, "n" * 64, "bridge", ("172.18.0.0/16",), "br-" + "n" * 12, 1)
NETWORKS = NetworksLook(
    (BRIDGE, OWN), (Route("192.0.2.0/24", "eth0"),), ("tts-data",), ("8080 -> 172.18.0.2:80",)
)
COMPOSE = ComposeLook(FILE, given=True, there=True, project="tts", env_file=".env")
SERVICE = Service("worker", 2, image="tts:1")
ACCESS = DockerAccess(URL, "ok", server_version="27.1", api_version="1.46", engine="Docker")


def view(state: str = "running", log: str = "", extras: Extras | None = None, **values: Any) -> ContainerView:
    """A container in question; one that has ended did so four minutes ago."""
    usual: dict[str, Any] = {
        "id": "c" * 12,
        "image": "tts:1",
        "created_at": BEFORE,
        "started_at": "" if state == "created" else BEFORE,
        "finished_at": AGO if state in ("exited", "dead") else "",
        "command": ("/run.sh",),
        "network_mode": NETWORK,
        "networks": (Attachment(NETWORK, ip="172.18.0.2"),),
    }
    later = values.pop("state_later", "")
    events = values.pop("events", ())
    found = Container(NAME, state=state, **usual | values)
    lines = (LogLine(AGO, log, "error"),) if log else ()
    look = ContainerLook(NAME, found, image_present=True, state_later=later)
    return ContainerView(NAME, "named", look, logs=LogTail(lines), events=events, extras=extras or Extras())


def seen(*views: ContainerView) -> ContainersLook:
    return ContainersLook(views)


def setup(**other: Any) -> Evidence:
    """Docker as it should be, but for ``other``: a probe's value, or a parameter in capitals."""
    values = {
        "docker": ACCESS,
        "endpoint": ENDPOINT,
        "client": CLIENT,
        "daemon": DaemonConfig("/etc/docker/daemon.json"),
        "engine": ENGINE,
        "networks": NETWORKS,
        "compose": COMPOSE,
        "compose_engine": ComposeOnEngine(),
        "containers": seen(view()),
    }
    parameters: dict[str, Any] = {"container": NAME, "compose_file": FILE, "docker_network": ""}
    parameters |= {name.lower(): value for name, value in other.items() if name.isupper()}
    target = Target(parameters, dict.fromkeys(parameters, "given"))
    keys = {"docker": DOCKER} | {name: getattr(Evidence, name).key for name in values if name != "docker"}
    values |= {name: value for name, value in other.items() if name in values}
    observed = [
        Observation(
            keys[name].name, value=value, missing=None if value is not None else Missing("unreachable")
        )
        for name, value in values.items()
    ]
    text = str(other.get("error_text", ""))
    if text:
        target = target.having(error_text=text)
        observed.append(Observation("error-text", value=ErrorText(text)))
    return Evidence(target=target, gathered_at=NOW).having(*observed)


def out_of_reach(outcome: Any, look: EndpointLook, url: str = ELSEWHERE) -> Evidence:
    """The engine is not reached, so that nothing in it is seen."""
    return setup(
        docker=DockerAccess(url, outcome, "no engine answers"),
        endpoint=look,
        engine=None,
        networks=None,
        compose_engine=None,
        containers=None,
    )


def at(answer: Any, kind: Any = "missing", **more: Any) -> EndpointLook:
    """DOCKER_HOST names another endpoint; the usual engine answers."""
    usual: dict[str, Any] = {"default": USUAL, "others": (USUAL,), "user": "tts"}
    usual["session_groups"] = ("tts",)
    socket = SocketFile(ELSEWHERE[7:], kind, "srw-rw----", "root", "docker")
    return EndpointLook(
        Engine("", ELSEWHERE, answer, "HTTP 200 <html>"), "DOCKER_HOST", "", socket, **usual | more
    )


def compose(service: Service = SERVICE, on: ComposeOnEngine | None = None, **more: Any) -> Evidence:
    look = replace(COMPOSE, services=(service,), **more)
    return setup(compose=look, compose_engine=on or ComposeOnEngine((ImageSeen("tts:1", True, "amd64"),)))


def program(**values: Any) -> Extras:
    usual: dict[str, Any] = {"mode": "-rwxr-xr-x", "executable": True}
    return Extras(program=Program("/run.sh", "read", **usual | values))


def of(*arguments: Any, **values: Any) -> Evidence:
    return setup(containers=seen(view(*arguments, **values)))


MOUNT = MountStat("bind", "/srv/tts.conf", "/etc/tts/tts.conf", exists=True, directory=True, empty=True)
STOPPED = (
    ContainerEvent(AGO, "kill", NAME),
    ContainerEvent(AGO, "die", NAME),
    ContainerEvent(AGO, "stop", NAME),
)
DIED = (ContainerEvent(AGO, "die", NAME, {"exitCode": "0"}),)
NO_CURL = HealthLog(AGO, -1, 'exec: "curl": executable file not found in $PATH')

IN_USE = "Error starting userland proxy: listen tcp4 127.0.0.1:8080: bind: address already in use"
ALLOCATED = "Bind for 127.0.0.1:8080 failed: port is already allocated"

CAUSES: dict[str, Callable[[], Evidence]] = {
    "docker-host-wrong": lambda: out_of_reach("unreachable", at("missing")),
    "docker-host-wrong/tls": lambda: out_of_reach("unreachable", at("tls")),
    "docker-unreachable": lambda: out_of_reach("unreachable", at("missing", default=None, others=())),
    "docker-socket-is-directory": lambda: out_of_reach("unreachable", at("refused", "directory")),
    "not-docker-on-endpoint": lambda: out_of_reach("unreachable", at("other", "other")),
    "docker-permission-denied": lambda: out_of_reach("permission-denied", at("denied", "socket")),
    "docker-permission-denied/session": lambda: out_of_reach(
        "permission-denied", at("denied", "socket", in_group_file=True)
    ),
    "docker-unresponsive": lambda: out_of_reach("unresponsive", at("silent", "socket")),
    "docker-api-version": lambda: out_of_reach("api-version", ENDPOINT, URL),
    "docker-endpoint-unusable": lambda: out_of_reach("unusable", at("not-asked"), "ssh://tts@host"),
    "docker-context-missing": lambda: out_of_reach("context-missing", at("not-asked"), "context lab"),
    "container-on-other-engine": lambda: setup(
        endpoint=at("docker", "socket"), containers=seen(ContainerView(NAME, "named", ContainerLook(NAME)))
    ),
    "container-on-other-engine/project": lambda: setup(
        endpoint=at("docker", "socket", others=(replace(USUAL, projects=("tts",)),)),
        compose=replace(COMPOSE, services=(SERVICE,)),
        compose_engine=ComposeOnEngine((ImageSeen("tts:1", True, "amd64"),)),
    ),
    "daemon-config-invalid": lambda: setup(
        daemon=DaemonConfig(
            "/etc/docker/daemon.json", "read", (ConfigProblem("there is a comma before }", 3),)
        )
    ),
    "daemon-config-conflict": lambda: setup(
        daemon=DaemonConfig("/d.json", "read", doubled=(Doubled("hosts", "-H", "docker.service", 2),))
    ),
    "disk-full": lambda: setup(engine=replace(ENGINE, free_bytes=100 << 20)),
    "disk-full/inodes": lambda: setup(engine=replace(ENGINE, free_inodes=3, total_inodes=10**7)),
    "storage-driver-vfs": lambda: setup(engine=replace(ENGINE, driver="vfs")),
    "log-file-large": lambda: of(extras=Extras(log_bytes=300 << 20), log_path="/var/lib/docker/c-json.log"),
    "ip-forward-disabled": lambda: setup(
        engine=replace(ENGINE, warnings=("WARNING: IPv4 forwarding is disabled",))
    ),
    "iptables-rules-missing": lambda: of(ports=(PortBinding(80, "tcp", "0.0.0.0", 9090),)),
    "iptables-disabled/flag": lambda: setup(
        daemon=DaemonConfig("/d.json", iptables_flag_in="/lib/systemd/system/docker.service")
    ),
    "iptables-disabled": lambda: setup(daemon=DaemonConfig("/d.json", "read", iptables=False)),
    "cgroup-driver-mismatch": lambda: of(
        "created",
        error="misconfiguration: kubelet cgroup driver: systemd is different from docker cgroup driver",
    ),
    "rootless-limits": lambda: setup(
        engine=replace(ENGINE, security=("name=rootless",)),
        containers=seen(
            view("created", error="rootlesskit: cannot expose privileged port 80", exit_code=128)
        ),
    ),
    "port-conflict-process": lambda: of(
        "created", error=IN_USE, exit_code=128, extras=Extras(refused_port=8080, port_holder="nginx (pid 12)")
    ),
    "port-conflict-container": lambda: of(
        "created",
        error=ALLOCATED,
        exit_code=128,
        extras=Extras(refused_port=8080, port_holder="docker-proxy (pid 12)"),
    ),
    "container-never-started/port-free": lambda: of(
        "created", error=ALLOCATED, exit_code=128, extras=Extras(refused_port=8080)
    ),
    "credential-helper-missing": lambda: setup(
        client=replace(CLIENT, helpers={"*": "desktop"}, helpers_missing=("desktop",))
    ),
    "compose-missing": lambda: setup(client=replace(CLIENT, compose=()), DOCKER_CONFIG="/home/tts/.docker"),
    "compose-v1-only": lambda: setup(
        client=replace(
            CLIENT, compose=(), docker_compose="/usr/bin/docker-compose", docker_compose_version="1"
        )
    ),
    "buildx-missing": lambda: compose(replace(SERVICE, builds=True, buildkit=True)),
    "docker-cli-missing": lambda: setup(client=replace(CLIENT, docker="")),
    "compose-file-invalid": lambda: compose(defects=(Defect("undefined network tts", 4),)),
    "compose-file-invalid/none": lambda: setup(compose=ComposeLook("none.yml", given=True)),
    "compose-variable-unset": lambda: compose(unset=(Unset("TAG", 3, "services.worker.image"),)),
    "container-name-conflict": lambda: compose(
        replace(SERVICE, container_name="tts"),
        ComposeOnEngine(held_names=(HeldName("tts", state="running"),)),
    ),
    "container-name-conflict/file": lambda: compose(same_names=(("tts", "one", "two"),)),
    "address-pool-exhausted": lambda: setup(engine=replace(ENGINE, pools=(Pool("172.18.0.0/16", 16),))),
    "subnet-collision": lambda: setup(networks=replace(NETWORKS, routes=(Route("172.18.4.0/24", "tun0"),))),
    "network-missing": lambda: setup(DOCKER_NETWORK="tts-other"),
    "network-missing/external": lambda: compose(
        networks=(ComposeNetwork("tts-other", "tts", external=True, used_by=("worker",)),)
    ),
    "network-missing/start": lambda: of("created", error="network tts-other not found", exit_code=128),
    "network-detached": lambda: of(networks=()),
    "container-dns-broken": lambda: of(
        extras=Extras(dns=("192.0.2.9",), dns_answers={"192.0.2.9": "silent"})
    ),
    "mtu-mismatch": lambda: of("created", error="write: message too long", exit_code=128),
    "volume-missing": lambda: compose(volumes=(ComposeVolume("models", "models", external=True),)),
    "bind-source-missing": lambda: compose(
        binds=(Bind("worker", "/srv/none", "/models", 7, makes_folder=False, kind="missing"),)
    ),
    "bind-mount-is-directory": lambda: of(extras=Extras(mounts=(MOUNT,))),
    "volume-permission-denied": lambda: of(
        "exited",
        "can't open /data/x: Permission denied",
        exit_code=1,
        extras=Extras(
            uid=999,
            gid=999,
            mounts=(
                MountStat(
                    "bind", "/srv/data", "/data", exists=True, directory=True, uid=0, gid=0, mode=0o755
                ),
            ),
        ),
    ),
    "resource-limit-impossible": lambda: compose(replace(SERVICE, cpus=64.0)),
    "gpu-runtime-missing": lambda: compose(replace(SERVICE, asks_for_gpu=True)),
    "image-missing": lambda: compose(on=ComposeOnEngine((ImageSeen("tts:1", False),))),
    "image-pull-denied": lambda: of("created", error="pull access denied for tts", exit_code=125),
    "registry-rate-limit": lambda: of("created", error="toomanyrequests: too many", exit_code=125),
    "entrypoint-crlf": lambda: of(
        "exited",
        "exec /run.sh: no such file or directory",
        program(crlf=True, interpreter="/bin/sh"),
        exit_code=1,
    ),
    "entrypoint-not-executable": lambda: of(
        "created",
        "",
        program(mode="-rw-r--r--", executable=False),
        exit_code=126,
        error='exec: "/run.sh": permission denied',
    ),
    "image-platform-mismatch": lambda: of(
        "exited", "exec /run.sh: exec format error", program(machine="arm64"), exit_code=1
    ),
    "start-command-not-found": lambda: of(
        "created", exit_code=127, error='exec: "run": executable file not found'
    ),
    "shm-too-small": lambda: of(
        extras=Extras(shm_bytes=64 << 20, shm_used_bytes=64 << 20, shm_total_bytes=64 << 20)
    ),
    "container-missing": lambda: setup(containers=seen(ContainerView(NAME, "named", ContainerLook(NAME)))),
    "container-never-started": lambda: of("created"),
    "container-oom-killed": lambda: of("exited", exit_code=137, oom_killed=True),
    "container-stopped": lambda: of("exited", exit_code=0, events=STOPPED),
    "container-stopped/hard": lambda: of("exited", exit_code=137, events=STOPPED),
    "container-killed": lambda: of("exited", exit_code=137, events=STOPPED[:2]),
    "container-paused": lambda: of("paused"),
    "container-crash-looping": lambda: of("restarting", "no model", restart_count=7, exit_code=3),
    "container-failed": lambda: of("exited", "no model", exit_code=3),
    "healthcheck-command-missing": lambda: of(health="unhealthy", health_log=(NO_CURL, NO_CURL)),
    "container-unhealthy": lambda: of(health="unhealthy", health_log=(HealthLog(AGO, 1, "no voice"),)),
}

#: Unusual, and well.
ODD: dict[str, Callable[[], Evidence]] = {
    "an official image that was not pulled yet": lambda: compose(
        replace(SERVICE, image="redis:7-alpine"), ComposeOnEngine((ImageSeen("redis:7-alpine", False),))
    ),
    "plain": setup,
    "one-shot": lambda: of("exited", exit_code=0, events=DIED),
    "past restarts": lambda: of(restart_count=4),
    "health starting": lambda: of(health="starting"),
    "no Compose, and nobody asks": lambda: setup(client=replace(CLIENT, compose=())),
    "default Compose file without its image": lambda: setup(
        compose=replace(COMPOSE, given=False, services=(SERVICE,)),
        compose_engine=ComposeOnEngine((ImageSeen("tts:1", False),)),
    ),
    "host route that is wider": lambda: setup(
        networks=replace(NETWORKS, routes=(Route("172.16.0.0/12", "eth0"),))
    ),
    "empty configuration, new engine": lambda: setup(daemon=DaemonConfig("/d.json", "read", empty=True)),
    "directory for a directory": lambda: of(extras=Extras(mounts=(replace(MOUNT, destination="/data"),))),
    "denied, of nothing mounted": lambda: of(log="open /proc/x: Permission denied"),
    "an engine without rules, and without a bridge that would need them": lambda: setup(
        daemon=DaemonConfig("/d.json", iptables_flag_in="dockerd"),
        networks=replace(NETWORKS, networks=()),
    ),
    "answering DNS server": lambda: of(
        extras=Extras(dns=("192.0.2.9",), dns_answers={"192.0.2.9": "answers"})
    ),
}

PROBES = tuple(probe.name for probe in table.PROBES)
