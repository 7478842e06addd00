"""Drills of the Compose file, networks, mounts, resources and images."""

from __future__ import annotations

from typing import Any

from runbooklab.domains.docker.lab.testbed import DockerTestbed
from runbooklab.lab.fault import Fault, Healthy
from runbooklab.lab.owner import labels
from runbooklab.lab.testbed import Situation


def compose(text: str, **files: str) -> Any:
    """A recipe: a Compose file in which IMAGE is the lab's image and NAME a name of the testbed."""

    def recipe(bed: DockerTestbed) -> Situation:
        filled = text.replace("IMAGE", bed.image).replace("NAME", bed.name("x"))
        return bed.situation(compose_file=str(bed.compose(filled, **files)))

    return recipe


_ONE = "services:\n  worker:\n    image: IMAGE\n"


def name_taken(bed: DockerTestbed) -> Situation:
    bed.run_container("worker", ["sleep", "600"])
    path = bed.compose(
        f"services:\n  worker:\n    image: {bed.image}\n    container_name: {bed.name('worker')}\n"
    )
    return bed.situation(compose_file=str(path))


def network_removed(bed: DockerTestbed) -> Situation:
    network = bed.docker.networks.create(bed.name("gone"), labels=labels())
    found = bed.run_container("worker", ["sleep", "600"], network=bed.name("gone"))
    found.stop(timeout=1)
    network.remove()
    return bed.situation(container=bed.name("worker"))


def network_not_there(bed: DockerTestbed) -> Situation:
    bed.run_container("worker", ["sleep", "600"], network=bed.name("never"))
    return bed.situation(container=bed.name("worker"))


def pools_taken(bed: DockerTestbed) -> Situation:
    url = bed.own_engine("--default-address-pool", "base=10.222.0.0/23,size=24", "--iptables=false")
    engine = bed.engine_at(url)
    for number in range(2):
        try:
            engine.networks.create(f"lab{number}", labels=labels())
        except Exception:  # noqa: BLE001 # the default bridge has taken one of them
            break
    return bed.situation({"DOCKER_HOST": url})


def subnet_routed(bed: DockerTestbed) -> Situation:
    from docker.types import IPAMConfig, IPAMPool

    pools = IPAMConfig(pool_configs=[IPAMPool(subnet="10.223.7.0/24")])
    bed.docker.networks.create(bed.name("net"), ipam=pools, labels=labels())
    bed.run_container("worker", ["sleep", "600"], network=bed.name("net"))
    device = f"rbl{bed.prefix[-6:]}"
    bed.run(["ip", "link", "add", device, "type", "bridge"])
    bed.later(lambda: bed.run(["ip", "link", "del", device]))
    bed.run(["ip", "link", "set", device, "up"])
    bed.run(["ip", "route", "add", "10.223.7.0/25", "dev", device])
    return bed.situation(container=bed.name("worker"))


def dns_refuses(bed: DockerTestbed) -> Situation:
    bed.run_container("worker", ["sleep", "600"], dns=["127.0.0.9"])
    return bed.situation(container=bed.name("worker"))


def folder_for_file(bed: DockerTestbed) -> Situation:
    folder = bed.folder / "tts.conf"
    folder.mkdir()
    bed.run_container(
        "worker", ["sleep", "600"], volumes={str(folder): {"bind": "/etc/tts/tts.conf", "mode": "ro"}}
    )
    return bed.situation(container=bed.name("worker"))


def folder_on_file(bed: DockerTestbed) -> Situation:
    folder = bed.folder / "passwd"
    folder.mkdir()
    bed.run_container(
        "worker", ["sleep", "600"], volumes={str(folder): {"bind": "/etc/passwd", "mode": "ro"}}
    )
    return bed.situation(container=bed.name("worker"))


def volume_of_root(bed: DockerTestbed) -> Situation:
    folder = bed.folder / "data"
    folder.mkdir(mode=0o755)
    command = ["sh", "-c", "touch /data/model.bin"]
    found = bed.run_container(
        "worker", command, user="999", volumes={str(folder): {"bind": "/data", "mode": "rw"}}
    )
    bed.exited(found)
    return bed.situation(container=bed.name("worker"))


def gpu(bed: DockerTestbed) -> Situation:
    from docker.types import DeviceRequest

    bed.run_container(
        "worker", ["sleep", "600"], device_requests=[DeviceRequest(count=-1, capabilities=[["gpu"]])]
    )
    return bed.situation(container=bed.name("worker"))


def gpu_needed(bed: DockerTestbed) -> Situation:
    return bed.situation(needs_gpu=True)


def disk_small(bed: DockerTestbed) -> Situation:
    return bed.situation(min_free_disk_mb=10**9)


def log_grown(bed: DockerTestbed) -> Situation:
    line = "x" * 200
    writes = f"i=0; while [ $i -lt 8000 ]; do echo {line}; i=$((i+1)); done; echo written; sleep 600"
    bed.says(bed.run_container("worker", ["sh", "-c", writes]), "written")
    return bed.situation(container=bed.name("worker"), max_log_mb=1)


def engine_vfs(bed: DockerTestbed) -> Situation:
    url = bed.own_engine("--storage-driver", "vfs", "--iptables=false", "--bridge=none")
    return bed.situation({"DOCKER_HOST": url})


def odd_compose(bed: DockerTestbed) -> Situation:
    text = (
        'version: "3.8"\nx-common: &common\n  restart: "no"\n  x-note: $$5\n'
        "services:\n  worker:\n    <<: *common\n    image: ${LAB_IMAGE:-IMAGE}\n"
        "    command: ['sh', '-c', 'echo $$HOME; sleep ${LAB_SECONDS:-600}']\n"
    ).replace("IMAGE", bed.image)
    return bed.situation(compose_file=str(bed.compose(text)))


def one_shot(bed: DockerTestbed) -> Situation:
    text = (
        "services:\n  migrate:\n    image: IMAGE\n    command: ['true']\n  worker:\n    image: IMAGE\n"
        "    depends_on:\n      migrate:\n        condition: service_completed_successfully\n"
    ).replace("IMAGE", bed.image)
    path = bed.compose(text)
    for service, command in (("migrate", ["sh", "-c", "exit 0"]), ("worker", ["sleep", "600"])):
        own = {"com.docker.compose.project": "compose", "com.docker.compose.service": service}
        bed.run_container(service, command, labels=own)
    return bed.situation(compose_file=str(path), compose_project="compose")


FAULTS: tuple[Fault[DockerTestbed], ...] = (
    Fault("compose-file-invalid", "A bracket is not closed.", compose("services:\n  worker: [\n")),
    Fault(
        "compose-file-invalid/key", "A key is misspelled.", compose("services:\n  worker:\n    imge: IMAGE\n")
    ),
    Fault(
        "compose-file-invalid/network",
        "A service refers to a network that is not defined.",
        compose(f"{_ONE}    networks: [tts]\n"),
    ),
    Fault(
        "compose-file-invalid/cycle",
        "Two services wait for one another.",
        compose("services:\n  a: {image: IMAGE, depends_on: [b]}\n  b: {image: IMAGE, depends_on: [a]}\n"),
    ),
    Fault(
        "compose-file-invalid/nothing",
        "A service has neither an image nor a build.",
        compose("services:\n  worker:\n    command: [sleep, '1']\n"),
    ),
    Fault(
        "compose-file-invalid/env-file",
        "A file of variables is not there.",
        compose(f"{_ONE}    env_file: worker.env\n"),
    ),
    Fault(
        "compose-variable-unset",
        "An image's tag is a variable that is set nowhere.",
        compose("services:\n  worker:\n    image: tts:${LAB_NEVER_SET}\n"),
    ),
    Fault(
        "compose-variable-unset/required",
        "A variable has to be set, and is not.",
        compose(f"{_ONE}    environment: {{A: '${{LAB_NEVER_SET:?set it}}'}}\n"),
    ),
    Fault("container-name-conflict", "A container that Compose did not make has the name.", name_taken),
    Fault("network-missing", "A stopped container's network was removed.", network_removed),
    Fault("network-missing/start", "A container was made for a network that never was.", network_not_there),
    Fault(
        "network-missing/external",
        "An external network does not exist.",
        compose(f"{_ONE}    networks: [tts]\nnetworks:\n  tts:\n    external: true\n    name: NAME\n"),
    ),
    Fault(
        "address-pool-exhausted",
        "An engine with two subnets has two networks.",
        pools_taken,
        tools=("dockerd", "unshare"),
    ),
    Fault(
        "subnet-collision",
        "A route takes half of a network's subnet to another device.",
        subnet_routed,
        tools=("ip",),
    ),
    Fault(
        "container-dns-broken", "A container's DNS server is an address on which none listens.", dns_refuses
    ),
    Fault(
        "volume-missing",
        "An external volume does not exist.",
        compose(
            f"{_ONE}    volumes: ['models:/models']\nvolumes:\n  models:\n    external: true\n "
            "   name: NAME\n"
        ),
    ),
    Fault(
        "bind-source-missing",
        "The source of a bind in long syntax is not there.",
        compose(f"{_ONE}    volumes:\n      - {{type: bind, source: ./none, target: /models}}\n"),
    ),
    Fault(
        "bind-mount-is-directory", "A directory is mounted where a configuration is meant.", folder_for_file
    ),
    Fault(
        "bind-mount-is-directory/start", "A directory is mounted onto a file of the image.", folder_on_file
    ),
    Fault("volume-permission-denied", "The process's user may not write its mount.", volume_of_root),
    Fault("gpu-runtime-missing", "A container asks for a GPU.", gpu),
    Fault("gpu-runtime-missing/needed", "A GPU is needed.", gpu_needed),
    Fault(
        "gpu-runtime-missing/compose",
        "A service reserves a GPU.",
        compose(
            f"{_ONE}    deploy:\n      resources:\n        reservations:\n          devices:\n"
            "            - {driver: nvidia, count: 1, capabilities: [gpu]}\n"
        ),
    ),
    Fault("resource-limit-impossible", "A service asks for 512 CPUs.", compose(f"{_ONE}    cpus: 512\n")),
    Fault(
        "resource-limit-impossible/memory",
        "A service has a memory limit of 2 MiB.",
        compose(f"{_ONE}    mem_limit: 2m\n"),
    ),
    Fault(
        "image-missing",
        "A service's image is not on the engine.",
        compose("services:\n  worker:\n    image: runbooklab-lab-none:1\n"),
    ),
    Fault("disk-full", "All room is wanted free; the disk itself is well.", disk_small),
    Fault("log-file-large", "A container writes more than 1 MiB of log.", log_grown),
    Fault(
        "storage-driver-vfs",
        "An engine stores its layers with vfs.",
        engine_vfs,
        tools=("dockerd", "unshare"),
    ),
)

HEALTHY: tuple[Healthy[DockerTestbed], ...] = (
    Healthy("compose-odd", "A Compose file has version, extensions, defaults and $$.", odd_compose),
    Healthy("compose-one-shot", "A service ended with code 0, and another one waited for that.", one_shot),
)
