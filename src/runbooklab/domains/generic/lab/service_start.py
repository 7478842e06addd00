"""The lab of services that do not start: units of a real systemd in a container, and containers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from runbooklab.domain.later import later
from runbooklab.domains.generic.lab.systemd import Systemd, systemd
from runbooklab.domains.generic.lab.testbed import DeclaredTestbed
from runbooklab.lab.fault import Fault, Healthy
from runbooklab.lab.lab import Lab
from runbooklab.lab.testbed import Situation, Testbed

if TYPE_CHECKING:
    from docker.models.containers import Container

UNIT = "app.service"
_UNIT = "[Unit]\nDescription=The application\n{unit}\n[Service]\n{service}\n{install}\n"
_INSTALL = "[Install]\nWantedBy=multi-user.target"
_RUNS = "ExecStart=/bin/sleep 600"

# --- units


def _text(service: str, unit: str = "", install: str = "") -> str:
    return _UNIT.format(service=service, unit=unit, install=install)


def _machine(testbed: DeclaredTestbed, service: str, unit: str = "", **others: str) -> Systemd:
    """A systemd that knows the application's unit, and other ones."""
    return systemd(
        testbed, {UNIT: _text(service, unit)} | {f"{name}.service": text for name, text in others.items()}
    )


def _of(running: Systemd, testbed: DeclaredTestbed, unit: str = UNIT, **parameters: Any) -> Situation:
    target = testbed.of(service=unit, **parameters)
    return Situation(target.parameters, within=running.within)


def _started(testbed: DeclaredTestbed, service: str, **parameters: Any) -> Situation:
    """The unit, after somebody tried to start it."""
    running = _machine(testbed, service)
    running.ctl("start", UNIT)
    _settled(testbed, running)
    return _of(running, testbed, **parameters)


def _settled(testbed: DeclaredTestbed, running: Systemd) -> None:
    """Wait until the unit is neither starting nor ending."""
    testbed.until(lambda: running.ctl("is-active", UNIT) in ("active", "failed", "inactive"))


def _exits(words: str, **more: str) -> Callable[[DeclaredTestbed], Situation]:
    """The unit runs this in a shell, and ends."""
    lines = "\n".join(f"{key}={value}" for key, value in more.items())
    return lambda testbed: _started(testbed, f"ExecStart=/bin/sh -c '{words}'\n{lines}")


def _unit(service: str) -> Callable[[DeclaredTestbed], Situation]:
    return lambda testbed: _started(testbed, service)


def _missing_unit(testbed: DeclaredTestbed) -> Situation:
    return _of(_machine(testbed, _RUNS), testbed, "shop.service")


def _masked(testbed: DeclaredTestbed) -> Situation:
    """A unit that a package brought along, which is not where somebody masks it."""
    running = systemd(testbed, {})
    (running.run / "systemd" / "system" / UNIT).write_text(_text(_RUNS))
    running.ctl("mask", UNIT)
    running.ctl("daemon-reload")
    return _of(running, testbed)


def _stopped_unit(testbed: DeclaredTestbed) -> Situation:
    running = _machine(testbed, _RUNS)
    running.ctl("start", UNIT)
    running.ctl("stop", UNIT)
    return _of(running, testbed)


def _dependency(testbed: DeclaredTestbed) -> Situation:
    needs = "Requires=database.service\nAfter=database.service"
    running = _machine(
        testbed, _RUNS, needs, database=_text("Type=oneshot\nExecStart=/bin/sh -c 'echo no data; exit 4'")
    )
    running.ctl("start", UNIT)
    return _of(running, testbed)


def _port_taken(testbed: DeclaredTestbed) -> Situation:
    """The port is another program's, also in the container's own network."""
    port = testbed.listening("silent")
    words = f'echo "bind: Address already in use (127.0.0.1:{port})" >&2; exit 1'
    return _started(testbed, f"ExecStart=/bin/sh -c '{words}'", port=str(port))


def _start_limit(program: str) -> Callable[[DeclaredTestbed], Situation]:
    """A program that ends at once is started again until systemd gives up."""

    def recipe(testbed: DeclaredTestbed) -> Situation:
        running = _machine(testbed, f"ExecStart={program}\nRestart=always\nRestartSec=10ms")
        running.ctl("start", UNIT)
        testbed.until(lambda: running.ctl("is-active", UNIT) == "failed")
        return _of(running, testbed)

    return recipe


def _given_up(testbed: DeclaredTestbed) -> Situation:
    situation = _start_limit("/bin/sh -c 'test -e /run/works && exec sleep 600; exit 0'")(testbed)
    (testbed.folder / "run" / "works").touch()
    return situation


def _restarting_unit(testbed: DeclaredTestbed) -> Situation:
    running = _machine(testbed, "ExecStart=/bin/sh -c 'exit 9'\nRestart=always\nRestartSec=1h")
    running.ctl("start", UNIT)
    testbed.until(lambda: "auto-restart" in running.ctl("show", UNIT, "--property=SubState"))
    return _of(running, testbed)


def _not_enabled(testbed: DeclaredTestbed) -> Situation:
    running = systemd(testbed, {UNIT: _text(_RUNS, install=_INSTALL)})
    running.ctl("start", UNIT)
    return _of(running, testbed)


_UNIT_FAULTS: tuple[Fault[DeclaredTestbed], ...] = (
    Fault("unit-missing", "systemd does not know the unit.", _missing_unit),
    Fault("unit-masked", "The unit is masked.", _masked),
    Fault("unit-file-wrong", "The unit has no ExecStart.", _unit("Restart=on-failure")),
    Fault("unit-stopped", "Somebody has stopped the unit.", _stopped_unit),
    Fault("unit-dependency-failed", "A unit that it requires does not start.", _dependency),
    Fault(
        "unit-program-missing",
        "ExecStart names a program that is not there.",
        _unit("ExecStart=/usr/bin/shopd"),
    ),
    Fault("unit-user-missing", "The unit's user does not exist.", _unit(f"User=shop\n{_RUNS}")),
    Fault(
        "unit-folder-missing",
        "The working folder does not exist.",
        _unit(f"WorkingDirectory=/srv/shop\n{_RUNS}"),
    ),
    Fault("unit-port-taken", "Another program has the port, and the unit says so.", _port_taken),
    Fault(
        "unit-access-denied",
        "The unit's user may not read its configuration.",
        _exits("cat /proc/1/environ", User="nobody"),
    ),
    Fault("unit-file-missing", "The program's configuration is not there.", _exits("cat /etc/shop.conf")),
    Fault(
        "unit-start-timeout",
        "The unit never says that it is ready.",
        _unit(f"Type=notify\nTimeoutStartSec=1s\n{_RUNS}"),
    ),
    Fault("unit-crashes", "A signal ends the program.", _exits("kill -SEGV $$$$")),
    Fault(
        "unit-start-limit", "The program ended at once until systemd gave up; it would work now.", _given_up
    ),
    Fault(
        "unit-exits/start-limit",
        "The program ends at once, with an error, until systemd gives up.",
        _start_limit("/bin/false"),
        also=("unit-start-limit",),
    ),
    Fault("unit-restarts", "The program ends, and waits to be started again.", _restarting_unit),
    Fault("unit-exits", "The program ends with an error of its own.", _exits("echo no licence; exit 3")),
    Fault("unit-not-enabled", "The unit runs, and is not enabled.", _not_enabled),
)

# --- containers


def _target(testbed: DeclaredTestbed, container: Container, **parameters: Any) -> Situation:
    return testbed.of(container=str(container.name), **parameters)


def _ended(testbed: DeclaredTestbed, *command: str, **options: Any) -> Situation:
    return _target(testbed, testbed.exited(testbed.container("app", command, **options)))


def _missing_container(testbed: DeclaredTestbed) -> Situation:
    return testbed.of(container=testbed.name("app"))


def _missing_image(testbed: DeclaredTestbed) -> Situation:
    return testbed.of(container=testbed.name("app"), image=f"{testbed.name('image')}:latest")


def _port_of_another(testbed: DeclaredTestbed) -> Situation:
    port = testbed.listening("silent")
    ports = {"8080/tcp": ("127.0.0.1", port)}
    return _target(testbed, testbed.refused_container("app", ["sleep", "600"], ports=ports), port=str(port))


def _never_started(testbed: DeclaredTestbed) -> Situation:
    return _target(testbed, testbed.created("app", ["sleep", "600"]))


def _no_program(testbed: DeclaredTestbed) -> Situation:
    return _target(testbed, testbed.refused_container("app", ["shopd", "--serve"]))


def _out_of_memory(testbed: DeclaredTestbed) -> Situation:
    # not at once: the engine begins to watch for this a moment after the start
    fills = ["sh", "-c", "sleep 1.5; exec dd if=/dev/zero of=/dev/null bs=60M count=1"]
    container = testbed.exited(testbed.container("app", fills, mem_limit="16m", memswap_limit="16m"))

    def noted() -> bool:
        container.reload()
        return bool(container.attrs["State"]["OOMKilled"])

    testbed.until(noted)  # the engine hears of it a moment later
    return _target(testbed, container)


def _killed(testbed: DeclaredTestbed) -> Situation:
    container = testbed.container("app", ["sleep", "600"])
    container.kill()
    return _target(testbed, testbed.exited(container))


def _stopped(testbed: DeclaredTestbed, *command: str) -> Situation:
    container = testbed.container("app", command or ("sleep", "600"), init=not command)
    container.stop(timeout=5)
    return _target(testbed, testbed.exited(container))


def _restarting(testbed: DeclaredTestbed) -> Situation:
    policy = {"Name": "always"}
    fails = ["sh", "-c", "echo no licence; sleep 0.1; exit 3"]
    container = testbed.container("app", fails, restart_policy=policy)

    def waits() -> bool:
        container.reload()
        return bool(container.status == "restarting" and container.attrs["RestartCount"] > 2)

    testbed.until(waits, lambda: str(container.status))
    return _target(testbed, container)


def _paused(testbed: DeclaredTestbed) -> Situation:
    container = testbed.container("app", ["sleep", "600"])
    container.pause()
    return _target(testbed, container)


def _checked(testbed: DeclaredTestbed, check: str, health: str) -> Situation:
    """A container with a health check that ends so."""
    test = {"test": ["CMD-SHELL", check], "interval": 200_000_000, "retries": 1, "timeout": 10**9}
    container = testbed.container("app", ["sleep", "600"], healthcheck=test)

    def said() -> bool:
        container.reload()
        return bool(container.attrs["State"]["Health"]["Status"] == health)

    testbed.until(said)
    return _target(testbed, container)


_CONTAINER_FAULTS: tuple[Fault[DeclaredTestbed], ...] = (
    Fault("container-missing", "There is no such container.", _missing_container),
    Fault("container-image-missing", "There is no such image, and so no container.", _missing_image),
    Fault("container-port-taken", "A program of this host has the published port.", _port_of_another),
    Fault("container-never-started", "The container was made, and not started.", _never_started),
    Fault("container-program-missing", "The command is not in the image.", _no_program),
    Fault("container-oom-killed", "The program wants more than its memory limit.", _out_of_memory),
    Fault(
        "container-command-missing",
        "A script calls a program that is not in the image.",
        lambda testbed: _ended(testbed, "sh", "-c", "shopd --serve"),
    ),
    Fault("container-killed", "Somebody kills the container.", _killed),
    Fault("container-stopped", "Somebody stops the container.", _stopped),
    Fault(
        "container-stopped/in-order",
        "Somebody stops a container whose program then ends without an error.",
        lambda testbed: _stopped(testbed, "sh", "-c", 'trap "exit 0" TERM; while :; do sleep 0.1; done'),
    ),
    Fault("container-restarts", "The program ends with an error, and Docker starts it again.", _restarting),
    Fault(
        "container-exits",
        "The program ends with an error of its own.",
        lambda testbed: _ended(testbed, "sh", "-c", "echo no licence; exit 3"),
    ),
    Fault("container-paused", "The container is paused.", _paused),
    Fault(
        "container-unhealthy",
        "The health check fails.",
        lambda testbed: _checked(testbed, "exit 1", "unhealthy"),
    ),
)

# --- healthy


def _enabled(testbed: DeclaredTestbed, service: str = _RUNS, **others: str) -> Situation:
    units = {UNIT: _text(service, install=_INSTALL)} | {
        f"{name}.service": text for name, text in others.items()
    }
    running = systemd(testbed, units)
    running.ctl("enable", UNIT)
    running.ctl("start", UNIT)
    return _of(running, testbed)


def _recovered(testbed: DeclaredTestbed) -> Situation:
    """A unit that failed once, and was started again by hand."""
    running = systemd(testbed, {UNIT: _text("ExecStart=/bin/sh -c 'test -e /run/works && exec sleep 600'")})
    running.ctl("start", UNIT)
    testbed.until(lambda: running.ctl("is-active", UNIT) == "failed")
    (running.run / "works").touch()
    running.ctl("start", UNIT)
    return _of(running, testbed)


def _restarted_once(testbed: DeclaredTestbed) -> Situation:
    container = testbed.container("app", ["sleep", "600"], restart_policy={"Name": "always"})
    container.restart(timeout=0)
    return _target(testbed, container, image=testbed.image)


HEALTHY: tuple[Healthy[DeclaredTestbed], ...] = (
    Healthy("unit-runs", "A unit that is enabled runs.", _enabled),
    Healthy(
        "unit-oneshot",
        "A unit that has done its work stays active.",
        lambda testbed: _enabled(testbed, "Type=oneshot\nRemainAfterExit=yes\nExecStart=/bin/true"),
    ),
    Healthy(
        "unit-complains",
        "A unit writes of missing files and denied access, and runs.",
        lambda testbed: _enabled(
            testbed,
            "ExecStart=/bin/sh -c 'echo cache: No such file or directory, Permission denied; exec sleep 600'",
        ),
    ),
    Healthy("unit-failed-once", "A unit failed, and runs now.", _recovered),
    Healthy(
        "container-runs", "A container runs that was restarted by hand; its image is named.", _restarted_once
    ),
    Healthy(
        "container-healthy",
        "A container whose health check passes.",
        lambda testbed: _checked(testbed, "exit 0", "healthy"),
    ),
)


def systemctl(words: list[str], testbed: Testbed) -> bool:
    """The testbed's own systemd answers: the commands run where only that one is seen."""
    return True


LAB: Lab[DeclaredTestbed] = Lab(
    title="Services that do not start",
    runbook="service-start",
    domains=None,
    faults=(*_UNIT_FAULTS, *_CONTAINER_FAULTS),
    healthy=HEALTHY,
    testbed=DeclaredTestbed,
    image=later("runbooklab.domains.docker.lab.image:build"),
    manual_signs=(
        ("useradd", "this machine's users are changed"),
        ("SERVICE", "a person names the service"),
    ),
    commands={"systemctl": systemctl},
)
