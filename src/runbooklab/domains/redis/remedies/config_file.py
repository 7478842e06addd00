"""Plans for the orchestrator's configuration file. None of them overwrites what is there."""

from __future__ import annotations

from runbooklab.domain.steps import EDITOR, Steps, command, path_word, quoted
from runbooklab.domains.environment.records import ConfigFile
from runbooklab.domains.redis.remedies.site import LOOK_AGAIN, Site
from runbooklab.words import short

#: Beside every plan that writes into a file: it may be the wrong file.
OR_ELSEWHERE = (
    " If the orchestrator gets its URL from elsewhere, leave the file alone and look at that: runbook run "
    "redis-connection -p redis_url URL, or -p orchestrator_config FILE."
)


def fix_config_file(site: Site) -> Steps:
    config = site.e.config.value
    problem = config.problem if config else None
    path = site.config
    if problem == "missing":
        folder = path.rpartition("/")[0]
        make = (command("mkdir", "-p", folder),) if folder else ()
        return Steps(
            (*make, _append_section(site)),
            f"Writes {path}, which does not exist, with a redis section.{OR_ELSEWHERE}",
            confirm=(show(site), LOOK_AGAIN),
        )
    if problem is None:
        return edit(site, f"{path} can be read as it is; this opens it.", config)
    if problem == "unreadable":
        return Steps(
            commands=(command("ls", "-l", path), command("sudo", "chmod", "a+r", path)),
            changes=f"Lets every user of this host read {path}. If it holds a password, give it to the "
            "orchestrator's user instead (sudo chown).",
            risk="medium",
            confirm=(show(site), LOOK_AGAIN),
        )
    if problem == "redis-section-missing":
        return Steps(
            commands=(_append_section(site),),
            changes=f"Appends a redis section to {path}.{OR_ELSEWHERE}",
            confirm=(show(site), LOOK_AGAIN),
        )
    if problem in ("not-a-file", "too-large", "not-text"):
        return Steps(
            commands=(command("mv", "-n", path, f"{path}.old"), _append_section(site)),
            changes=f"Moves what is at {path} aside, unless {path}.old exists, and writes a configuration "
            f"with a redis section there.{OR_ELSEWHERE}",
            risk="medium",
            confirm=(show(site), LOOK_AGAIN),
            undo=(command("mv", f"{path}.old", path),),
        )
    message = short(config.message).rstrip(".") if config else ""
    return edit(site, f"Opens {path} to correct it: {message}.", config)


def _append_section(site: Site) -> str:
    """Writes the section at the end of the file: what the file holds stays, also if it is there after all."""
    host, port = site.place
    lines = ("redis:", f'  url: "redis://{host}:{port}"', "  db: 0")
    return " ".join((command("printf", "%s\\n", *lines), ">>", quoted(site.config)))


def show(site: Site) -> str:
    """Shows what the file says of Redis."""
    config = site.e.config.value
    if config is None or (config.format == "YAML" and config.key == "redis.url"):
        return command("grep", "-A", "3", "redis:", site.config)
    return command("grep", "-n", "-i", "redis", site.config)


def edit(site: Site, changes: str, config: ConfigFile | None) -> Steps:
    """The file in the person's editor, or its tabs made spaces."""
    tabs = config is not None and config.problem == "invalid-yaml" and "\t" in config.excerpt
    untab = (command("sed", "-i", r"s/\t/  /g", site.config),) if tabs else ()
    return Steps(
        commands=untab or (editor(site, config),),
        changes=f"{changes} A YAML file is indented with spaces." if tabs else changes,
        confirm=(show(site), LOOK_AGAIN),
    )


def editor(site: Site, config: ConfigFile | None) -> str:
    """Opens the configuration at the line in question, or the file that a variable's value stands in."""
    file, number = site.config, (config.line or config.url_line) if config else None
    if config and config.value_file and not config.problem:
        file, number = path_word(config.value_file), config.value_line
    return f"{EDITOR} {f'+{number} ' if number else ''}{quoted(file)}"
