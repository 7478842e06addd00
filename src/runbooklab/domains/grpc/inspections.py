"""The first commands to look with: each reads, and changes nothing."""

from __future__ import annotations

from runbooklab.domain.cause import Inspection
from runbooklab.domain.shell import Shell
from runbooklab.domains.grpc.evidence import Evidence
from runbooklab.domains.grpc.readings.worker import Worker, workers

#: A token in a command becomes a variable.
SHELL = Shell("WORKER_TOKEN")
command = SHELL.command
#: What stands in a command if no worker is known.
EXAMPLE_HOST, EXAMPLE_PORT, EXAMPLE_CONTAINER = "localhost", 50051, "tts-worker"


def first(e: Evidence) -> Worker | None:
    """The worker that commands are about: the first that does not answer, else the first."""
    found = workers(e)
    return next((each for each in found if not each.answers), next(iter(found), None))


def place(e: Evidence) -> tuple[str, int]:
    """Host and port of that worker."""
    worker = first(e)
    return (worker.end.host, worker.end.port) if worker is not None else (EXAMPLE_HOST, EXAMPLE_PORT)


def address(e: Evidence) -> str:
    worker = first(e)
    return worker.end.address if worker is not None else f"{EXAMPLE_HOST}:{EXAMPLE_PORT}"


def container_name(e: Evidence) -> str:
    """The worker's container."""
    worker = first(e)
    found = worker.container if worker is not None else None
    return found.name if found is not None else e.target.worker_container or EXAMPLE_CONTAINER


def state(e: Evidence) -> str:
    return command("docker", "ps", "--all", "--filter", f"name={container_name(e)}")


def log(e: Evidence) -> str:
    return command("docker", "logs", "--tail", "50", container_name(e))


def connect(e: Evidence) -> str:
    host, port = place(e)
    return command("nc", "-zv", "-w", "3", host, str(port))


def listeners(e: Evidence) -> str:
    return command("ss", "-ltnp", f"sport = :{place(e)[1]}")


def resolve(e: Evidence) -> str:
    host = place(e)[0]
    name = e.target.orchestrator_container
    return command(*(("docker", "exec", name) if name else ()), "getent", "ahosts", host)


def inside(e: Evidence) -> str:
    return command("docker", "exec", container_name(e), "cat", "/proc/net/tcp", "/proc/net/tcp6")


def published(e: Evidence) -> str:
    return command("docker", "port", container_name(e))


def networks(e: Evidence) -> str:
    names = [name for name in (container_name(e), e.target.orchestrator_container) if name]
    form = "{{.Name}}: {{range $name, $net := .NetworkSettings.Networks}}{{$name}} {{$net.IPAddress}} {{end}}"
    return command("docker", "inspect", "-f", form, *names)


def proxies(e: Evidence) -> str:
    name = e.target.orchestrator_container
    if name:
        return (
            command("docker", "inspect", "-f", "{{range .Config.Env}}{{println .}}{{end}}", name)
            + " | grep -i proxy"
        )
    return "env | grep -i proxy"


def first_bytes(e: Evidence) -> str:
    host, port = place(e)
    return f"timeout 2 {command('nc', host, str(port))} < /dev/null | od -A d -t x1z | head"


def certificate(e: Evidence) -> str:
    name = place(e)[0]
    worker = first(e)
    called = worker.settings.server_name if worker is not None and worker.settings.server_name else name
    shown = command("openssl", "s_client", "-connect", address(e), "-servername", called, "-alpn", "h2")
    return f"{shown} < /dev/null"


def grpcurl(e: Evidence, *words: str) -> str:
    """A command of grpcurl, with the TLS and the token of this target."""
    worker = first(e)
    settings = worker.settings if worker is not None else None
    options: list[str] = []
    if settings is None or not settings.tls:
        options.append("-plaintext")
    else:
        options += ["-cacert", settings.ca] if settings.ca else []
        options += (
            ["-cert", settings.client_cert, "-key", settings.client_key] if settings.client_cert else []
        )
    header = (
        ' -H "authorization: Bearer $WORKER_TOKEN"' if settings is not None and settings.has_token else ""
    )
    return f"{command('grpcurl', *options)}{header} {command(*words)}"


def health(e: Evidence) -> str:
    return grpcurl(e, address(e), "grpc.health.v1.Health/Check")


def services(e: Evidence) -> str:
    return grpcurl(e, address(e), "list")


def states(e: Evidence) -> str:
    worker = first(e)
    pid = worker.frozen_pid if worker is not None else 0
    return (
        command("ps", "-o", "pid,stat,wchan:20,cmd", "-p", str(pid))
        if pid
        else "ps -eo pid,stat,wchan:20,cmd"
    )


def cpu(e: Evidence) -> str:
    return command(
        "docker", "inspect", "-f", "{{.HostConfig.NanoCpus}} {{.HostConfig.CpuQuota}}", container_name(e)
    )


def client(e: Evidence) -> str:
    name = e.target.orchestrator_container or "orchestrator"
    return command("docker", "ps", "--all", "--filter", f"name={name}")


CLIENT = Inspection(client, "Exited, Paused, Restarting or no row at all in the column STATUS")
STATE = Inspection(state, "Exited, Created, Paused or no row at all in the column STATUS")
LOG = Inspection(log, "the last lines say why")
CONNECT = Inspection(connect, "a timeout, a refusal or no route")
LISTENERS = Inspection(listeners, "which process has the port, or none")
RESOLVE = Inspection(resolve, "no output, or another address")
INSIDE = Inspection(inside, "rows in state 0A: address and port in hexadecimal")
PUBLISHED = Inspection(published, "no output, or another port")
NETWORKS = Inspection(networks, "no network in common, or another address")
PROXIES = Inspection(proxies, "a proxy in lower case, and exceptions that do not match")
FIRST_BYTES = Inspection(first_bytes, "00 00 .. 04 from gRPC, text from others")
CERTIFICATE = Inspection(certificate, "whom the certificate is for, until when, and the ALPN protocol")
ASK_HEALTH = Inspection(health, "SERVING, or the status that is refused")
LIST_SERVICES = Inspection(services, "the services that it offers")
STATES = Inspection(states, "T (stopped) or D (waits for a device) in the column STAT")
CPU = Inspection(cpu, "the limit of processors, in billionths")
