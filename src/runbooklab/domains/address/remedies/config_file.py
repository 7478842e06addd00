"""Plans for the orchestrator's configuration file. None of them overwrites what is there."""

from __future__ import annotations

from runbooklab.domain.shell import EDITOR, path_word
from runbooklab.domain.steps import Steps
from runbooklab.domains.address.evidence import Evidence
from runbooklab.domains.address.records import DEFAULT_PORT, ConfigFile
from runbooklab.domains.address.remedies.again import Again, of_runbook, run_with_typed_url
from runbooklab.domains.address.remedies.edits import appended, untabbed
from runbooklab.domains.address.target import ORCHESTRATOR_CONFIG
from runbooklab.domains.container.shell import command, quoted
from runbooklab.words import short

#: Beside every plan that writes into a file: it may be the wrong file.
_OR_ELSEWHERE = (
    " If the orchestrator gets its URL from elsewhere, leave the file alone and check that: {} "
    "-p redis_url URL, or -p orchestrator_config FILE."
)
#: Where the service is if nothing says otherwise: host and port.
DEFAULT_PLACE = ("localhost", DEFAULT_PORT)


def config_path(e: Evidence) -> str:
    """Path of the orchestrator's configuration: the file that was read, wherever the person is."""
    seen = e.config.value
    return path_word(seen.path if seen else e.target.orchestrator_config or ORCHESTRATOR_CONFIG.preset)


def fix_config_file(e: Evidence, place: tuple[str, int] = DEFAULT_PLACE, again: Again | None = None) -> Steps:
    """What a section has to say, or the file to correct; ``place`` is the host and port that it names."""
    again = again or of_runbook(e)
    config, elsewhere = e.config.value, _OR_ELSEWHERE.format(again.line)
    problem = config.problem if config else None
    path = config_path(e)
    if problem == "missing":
        folder = path.rpartition("/")[0]
        make = (command("mkdir", "-p", folder),) if folder else ()
        return Steps(
            (*make, _append_section(e, place)),
            f"Writes {path}, which does not exist, with a redis section.{elsewhere}",
            confirm=(show(e), again.line),
            edits=appended(path, _section(place)),
        )
    address = e.address.value
    if problem is None and address is not None and address.source == "parameter":
        return Steps(
            commands=run_with_typed_url(again),
            changes="The URL was given as the parameter redis_url, and in no file: asks for another and "
            "checks that. Change it where the client gets it, too.",
            risk="none",
        )
    if problem is None:
        return edit(e, f"{path} can be read as it is; this opens it.", config, again)
    if problem == "unreadable":
        return Steps(
            commands=(command("ls", "-l", path), command("sudo", "chmod", "a+r", path)),
            changes=f"Lets every user of this host read {path}. If it holds a password, give it to the "
            "orchestrator's user instead (sudo chown).",
            risk="medium",
            confirm=(show(e), again.line),
        )
    if problem == "redis-section-missing":
        return Steps(
            commands=(_append_section(e, place),),
            changes=f"Appends a redis section to {path}.{elsewhere}",
            confirm=(show(e), again.line),
            edits=appended(path, _section(place)),
        )
    if problem in ("not-a-file", "too-large", "not-text"):
        return Steps(
            commands=(command("mv", "-n", path, f"{path}.old"), _append_section(e, place)),
            changes=f"Moves what is at {path} aside, unless {path}.old exists, and writes a configuration "
            f"with a redis section there.{elsewhere}",
            risk="medium",
            confirm=(show(e), again.line),
            undo=(command("mv", f"{path}.old", path),),
        )
    message = short(config.message).rstrip(".") if config else ""
    return edit(e, f"Opens {path} to correct it: {message}.", config, again)


def _append_section(e: Evidence, place: tuple[str, int]) -> str:
    """Writes the section at the end of the file: what the file holds stays, also if it is there after all."""
    return " ".join((command("printf", "%s\\n", *_section(place)), ">>", quoted(config_path(e))))


def _section(place: tuple[str, int]) -> tuple[str, ...]:
    host, port = place
    return ("redis:", f'  url: "redis://{host}:{port}"', "  db: 0")


def show(e: Evidence) -> str:
    """Shows what the file says of Redis."""
    config = e.config.value
    if config is None or (config.format == "YAML" and config.key == "redis.url"):
        return command("grep", "-A", "3", "redis:", config_path(e))
    return command("grep", "-n", "-i", "redis", config_path(e))


def edit(e: Evidence, changes: str, config: ConfigFile | None, again: Again) -> Steps:
    """The file in the person's editor, or its tabs made spaces."""
    tabs = config is not None and config.problem == "invalid-yaml" and "\t" in config.excerpt
    untab = (command("sed", "-i", r"s/\t/  /g", config_path(e)),) if tabs else ()
    return Steps(
        commands=untab or (editor(e, config),),
        changes=f"{changes} A YAML file is indented with spaces." if tabs else changes,
        confirm=(show(e), again.line),
        edits=untabbed(config) if tabs else (),
    )


def editor(e: Evidence, config: ConfigFile | None) -> str:
    """Opens the configuration at the line in question, or the file that a variable's value is in."""
    file, number = config_path(e), (config.line or config.url_line) if config else None
    if config and config.value_file and not config.problem:
        file, number = path_word(config.value_file), config.value_line
    return f"{EDITOR} {f'+{number} ' if number else ''}{quoted(file)}"
