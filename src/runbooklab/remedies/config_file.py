"""Plans for the orchestrator's configuration file."""

from __future__ import annotations

from runbooklab.evidence import ConfigFile
from runbooklab.remedies.site import Site
from runbooklab.remedies.steps import EDITOR, Steps, command, quoted
from runbooklab.words import short

#: The check that a client's URL works now.
LOOK_AGAIN = "runbook run redis-connection"


def fix_config_file(site: Site) -> Steps:
    config = site.e.config.value
    problem = config.problem if config else None
    path = site.config
    if problem in ("missing", None):
        folder = path.rpartition("/")[0]
        make = (command("mkdir", "-p", folder),) if folder else ()
        write = f"{_section(site)} > {quoted(path)}"
        if problem is None:
            return edit(site, f"{path} can be read as it is; this opens it.", config)
        return Steps((*make, write), f"Writes {path} with a redis section.", confirm=(show(path), LOOK_AGAIN))
    if problem == "unreadable":
        return Steps(
            commands=(command("ls", "-l", path), command("sudo", "chmod", "a+r", path)),
            changes=f"Lets every user of this host read {path}. Where it holds a password, give it to the "
            "orchestrator's user instead (sudo chown).",
            risk="medium",
            confirm=(show(path), LOOK_AGAIN),
        )
    if problem == "redis-section-missing":
        return Steps(
            commands=(f"{_section(site)} >> {quoted(path)}",),
            changes=f"Appends a redis section to {path}.",
            confirm=(show(path), LOOK_AGAIN),
        )
    if problem in ("not-a-file", "too-large", "not-text"):
        return Steps(
            commands=(command("mv", path, f"{path}.old"), f"{_section(site)} > {quoted(path)}"),
            changes=f"Moves what is at {path} aside and writes a configuration with a redis section there.",
            risk="medium",
            confirm=(show(path), LOOK_AGAIN),
            undo=(command("mv", f"{path}.old", path),),
        )
    message = short(config.message).rstrip(".") if config else ""
    return edit(site, f"Mends {path}: {message}.", config)


def _section(site: Site) -> str:
    host, port = site.place
    lines = ("redis:", f'  url: "redis://{host}:{port}"', "  db: 0")
    return command("printf", "%s\\n", *lines)


def show(path: str) -> str:
    return command("grep", "-A", "3", "redis:", path)


def edit(site: Site, changes: str, config: ConfigFile | None) -> Steps:
    tabs = config is not None and "\t" in config.excerpt
    untab = (command("sed", "-i", r"s/\t/  /g", site.config),) if tabs else ()
    return Steps(
        commands=untab or (editor(site, config),),
        changes=f"{changes} A YAML file is indented with spaces." if tabs else changes,
        confirm=(show(site.config), LOOK_AGAIN),
    )


def editor(site: Site, config: ConfigFile | None) -> str:
    """Opens the configuration at the line in question."""
    line = f"+{config.line} " if config and config.line else ""
    return f"{EDITOR} {line}{quoted(site.config)}"
