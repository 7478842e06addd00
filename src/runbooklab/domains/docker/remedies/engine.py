"""Plans for the endpoint, the engine's configuration, its room and its rules."""

from __future__ import annotations

from runbooklab.domain.shell import EDITOR, path_word
from runbooklab.domain.steps import Steps
from runbooklab.domains.container.remedies import engine as plain
from runbooklab.domains.container.remedies.site import Site
from runbooklab.domains.container.shell import command
from runbooklab.domains.docker.causes.access import vanished_project
from runbooklab.domains.docker.evidence import Evidence
from runbooklab.domains.docker.readings.endpoint import who_names
from runbooklab.domains.docker.readings.focus import found, views
from runbooklab.domains.docker.remedies.common import run_again, without_keys
from runbooklab.words import listed, size

_INFO = "docker info"


def use_local_engine(e: Evidence) -> Steps:
    look = e.endpoint.value
    by = look.named_by if look else "DOCKER_HOST"
    if look is not None and look.used.answer == "tls":
        return Steps(
            commands=('export DOCKER_TLS_VERIFY=1 DOCKER_CERT_PATH="$HOME/.docker"',),
            changes="Makes the client speak TLS in this shell, with ca.pem, cert.pem and key.pem of "
            "that folder; or "
            "unset DOCKER_HOST, if the engine of this host is meant.",
            risk="none",
            confirm=(_INFO, run_again(e)),
            undo=("unset DOCKER_TLS_VERIFY DOCKER_CERT_PATH",),
        )
    config = ("--config", e.target.docker_config) if e.target.docker_config else ()
    commands = {
        "DOCKER_HOST": ("unset DOCKER_HOST",),
        "DOCKER_CONTEXT": ("unset DOCKER_CONTEXT",),
    }.get(by, (command("docker", *config, "context", "use", "default"),))
    undo = {"DOCKER_HOST": f"export {command('DOCKER_HOST=' + look.used.url)}" if look else ""}.get(by, "")
    if by == "context" and look is not None:
        undo = command("docker", *config, "context", "use", look.context)
    named = (
        f"{who_names(look)} no longer names {look.used.url}" if look else "The endpoint is no longer named"
    )
    return Steps(
        commands=commands,
        changes=f"{named}: the engine of this host is used, in this shell. Take it out of the shell's "
        "start-up files "
        "or the unit too, if it is set there.",
        risk="none",
        confirm=(_INFO, run_again(e)),
        undo=(undo,) if undo else (),
    )


def remove_socket_directory(e: Evidence) -> Steps:
    look = e.endpoint.value
    path = look.socket.path if look and look.socket else "/var/run/docker.sock"
    usual = path in ("/var/run/docker.sock", "/run/docker.sock")
    start = ("sudo systemctl restart docker.socket docker",) if usual else ()
    otherwise = () if usual else ("unset DOCKER_HOST",)
    return Steps(
        commands=(command("sudo", "rmdir", path), *start, *otherwise),
        changes=f"Removes the directory {path}, which rmdir does only if it is empty, and "
        + (
            "lets the engine make its socket there."
            if usual
            else "uses the engine of this host, in this shell."
        )
        + " A container that mounts the path has to be made again.",
        risk="low",
        confirm=(command("ls", "-ld", path), _INFO, run_again(e)),
        undo=(command("sudo", "mkdir", path),),
    )


def switch_engine(e: Evidence) -> Steps:
    look = e.endpoint.value
    gone = {view.name for view in views(e) if view.look is not None and view.look.found is None}
    others = look.others if look else ()
    there = next((each for each in others if gone & set(each.containers)), None)
    what = listed(sorted(gone & set(there.containers))) if there else listed(sorted(gone))
    if there is None and (project := vanished_project(e)):
        there = next((each for each in others if project in each.projects), None)
        what = f"the containers of the project {project}"
    config = ("--config", e.target.docker_config) if e.target.docker_config else ()
    name, url = (there.name, there.url) if there else ("default", "")
    first = () if look is None or look.named_by != "DOCKER_HOST" else ("unset DOCKER_HOST",)
    by_context = not name.startswith("/")
    use = (
        command("docker", *config, "context", "use", name)
        if by_context
        else f"export {command('DOCKER_HOST=' + url)}"
    )
    back = (
        command("docker", *config, "context", "use", look.context)
        if look and look.context and by_context
        else ""
    )
    return Steps(
        commands=(*first, use),
        changes=f"Makes the client use the engine at {url}, which has {what}. No container is changed.",
        risk="none",
        confirm=("docker ps --all", run_again(e)),
        undo=(back,) if back else (),
    )


def fix_context(e: Evidence) -> Steps:
    """The context that is named does not exist: whoever names it is to stop."""
    look = e.endpoint.value
    config = ("--config", e.target.docker_config) if e.target.docker_config else ()
    by_variable = look is not None and look.named_by == "DOCKER_CONTEXT"
    use = "unset DOCKER_CONTEXT" if by_variable else command("docker", *config, "context", "use", "default")
    return Steps(
        commands=(command("docker", *config, "context", "ls"), use),
        changes="Shows the contexts, and goes back to the engine of this host"
        + (", in this shell." if by_variable else "."),
        risk="none",
        confirm=(_INFO, run_again(e)),
    )


def restart_or_leave(e: Evidence) -> Steps:
    """An endpoint that somebody named is silent: this host's engine needs no restart if it answers."""
    look = e.endpoint.value
    if look is not None and look.default is not None and look.default.answer == "docker":
        return use_local_engine(e)
    return plain.restart_docker(Site(e))


def fix_daemon_config(e: Evidence) -> Steps:
    seen = e.daemon.value
    path = seen.path if seen else "/etc/docker/daemon.json"
    problem = seen.problems[0] if seen and seen.problems else None
    what = f" What is wrong: {problem.message}." if problem else ""
    check = command("python3", "-m", "json.tool", path)
    return Steps(
        commands=(
            command("sudo", "cp", "-p", path, f"{path}.bak"),
            f"sudo {EDITOR} {command(path_word(path))}",
            check,
            "sudo systemctl restart docker",
        ),
        changes=f"Opens {path}, of which a copy is kept, checks that it is JSON, and restarts the "
        f"engine.{what} The "
        "restart stops containers unless live-restore is on; those without a restart policy stay down.",
        risk="medium",
        confirm=(_INFO, run_again(e)),
        undo=(command("sudo", "cp", "-p", f"{path}.bak", path), "sudo systemctl restart docker"),
    )


def drop_doubled_setting(e: Evidence) -> Steps:
    seen = e.daemon.value
    path = seen.path if seen else "/etc/docker/daemon.json"
    keys = [each.key for each in seen.doubled] if seen else []
    flags = listed([each.flag for each in seen.doubled]) if seen and seen.doubled else "the flag"
    return Steps(
        commands=(
            command("sudo", "cp", "-p", path, f"{path}.bak"),
            without_keys(path, *keys, sudo=True),
            "sudo systemctl restart docker",
        ),
        changes=f"Keeps a copy of {path} and takes {listed(keys) or 'the setting'} out, so that "
        f"{flags} alone sets it. To "
        "keep the file's value instead, take the flag out of the unit (sudo systemctl edit "
        "docker). The restart stops "
        "containers unless live-restore is on.",
        risk="medium",
        confirm=(_INFO, run_again(e)),
        undo=(command("sudo", "cp", "-p", f"{path}.bak", path), "sudo systemctl restart docker"),
    )


def free_space(e: Evidence) -> Steps:
    engine = e.engine.value
    root = engine.root if engine else "/var/lib/docker"
    return Steps(
        commands=("docker system df", "docker image prune", "docker builder prune"),
        changes="Shows what takes the room; then removes dangling images and the builder's cache, "
        "after a question. "
        "No container, volume or tagged image is removed: what they hold stays.",
        risk="low",
        confirm=(command("df", "-h", root), run_again(e)),
    )


def use_overlay2(e: Evidence) -> Steps:
    seen = e.daemon.value
    path = seen.path if seen and seen.path else "/etc/docker/daemon.json"
    return Steps(
        commands=(
            "docker info -f '{{.Driver}} {{.DockerRootDir}}'",
            f"sudo {EDITOR} {command(path_word(path))}",
            "sudo systemctl restart docker",
        ),
        changes=f'Write "storage-driver": "overlay2" into {path}. Images and containers of the old '
        "driver are not seen "
        "until it is set back: pull or load the images again, and make the containers again. Volumes stay.",
        risk="high",
        confirm=("docker info -f '{{.Driver}}'",),
        undo=(f"sudo {EDITOR} {command(path_word(path))}", "sudo systemctl restart docker"),
    )


def limit_log(e: Evidence) -> Steps:
    most = e.target.max_log_mb << 20
    large = [(view, known) for view, known in found(e) if (view.extras.log_bytes or 0) > most]
    name = large[0][1].name if large else next(iter(e.target.containers), "")
    path = large[0][1].log_path if large else ""
    amount = size(large[0][0].extras.log_bytes or 0) if large else "it"
    return Steps(
        commands=(
            command("docker", "logs", "--tail", "1000", name) + " > log-tail.txt 2>&1",
            command("sudo", "truncate", "-s", "0", path),
        ),
        changes=f"Keeps the last 1000 lines in log-tail.txt and empties the log of {name} ({amount}). "
        "So that it does not "
        "grow again, set logging: "
        "{driver: json-file, options: {max-size: 10m, max-file: '3'}} and make it again.",
        risk="medium",
        confirm=(command("sudo", "ls", "-lh", path), run_again(e)),
        loses=(f"All lines of the log of {name} but the last 1000.",),
    )


def enable_forwarding(e: Evidence) -> Steps:
    return Steps(
        commands=(
            "sudo sysctl -w net.ipv4.ip_forward=1",
            "echo net.ipv4.ip_forward=1 | sudo tee /etc/sysctl.d/99-docker.conf",
        ),
        changes="Lets this host forward packets, now and after a restart. Docker's own rules still "
        "decide which.",
        risk="low",
        confirm=("sysctl net.ipv4.ip_forward", run_again(e)),
        undo=("sudo sysctl -w net.ipv4.ip_forward=0", "sudo rm /etc/sysctl.d/99-docker.conf"),
    )


def restore_rules(e: Evidence) -> Steps:
    return Steps(
        commands=("sudo systemctl restart docker",),
        changes="Restarts the engine, which writes its rules again. Containers stop meanwhile unless "
        "live-restore is on; "
        "those without a restart policy stay down.",
        risk="medium",
        confirm=("sudo iptables -t nat -nL DOCKER", run_again(e)),
        loses=("What running containers hold in memory alone, unless live-restore is on.",),
    )


def enable_rules(e: Evidence) -> Steps:
    seen = e.daemon.value
    path = seen.path if seen else "/etc/docker/daemon.json"
    if seen is not None and seen.iptables_flag_in:
        return Steps(
            commands=("sudo systemctl edit --full docker", "sudo systemctl restart docker"),
            changes=f"Take the flag --iptables=false out ({seen.iptables_flag_in}), unless rules of your own "
            "do the same. The restart stops containers unless live-restore is on.",
            risk="medium",
            confirm=("sudo iptables -t nat -nL DOCKER", run_again(e)),
        )
    return Steps(
        commands=(f"sudo {EDITOR} {command(path_word(path))}", "sudo systemctl restart docker"),
        changes=f"Take iptables: false out of {path}, unless rules of your own do the same. The "
        "restart stops "
        "containers unless live-restore is on.",
        risk="medium",
        confirm=("sudo iptables -t nat -nL DOCKER", run_again(e)),
    )


def log_in_again(e: Evidence) -> Steps:
    look = e.endpoint.value
    group = look.socket.group if look and look.socket and look.socket.group else "docker"
    if look is not None and look.socket is not None and look.socket.mode[4:6] not in ("", "rw"):
        path = look.socket.path
        return Steps(
            commands=(command("sudo", "chown", "root:docker", path), command("sudo", "chmod", "660", path)),
            changes=f"Lets the group docker use {path}, which now is {look.socket.mode} of "
            f"{look.socket.owner}. "
            "Whoever is in that group is as powerful as root on this host.",
            risk="medium",
            confirm=(command("ls", "-l", path), _INFO, run_again(e)),
            undo=(command("sudo", "chown", f"{look.socket.owner}:{look.socket.group}", path),),
        )
    if look is not None and look.in_group_file:
        return Steps(
            commands=(command("newgrp", group),),
            changes=f"Opens a shell that is in the group {group}; every new login is.",
            risk="none",
            confirm=("id -nG", _INFO, run_again(e)),
            undo=("exit",),
        )
    return Steps(
        commands=(f'{command("sudo", "usermod", "-aG", group)} "$USER"', command("newgrp", group)),
        changes=f"Puts this user into the group {group}, which is as powerful as root on this host if "
        "it is Docker's.",
        risk="medium",
        confirm=(_INFO, run_again(e)),
        undo=(f'sudo gpasswd -d "$USER" {command(group)}',),
    )
