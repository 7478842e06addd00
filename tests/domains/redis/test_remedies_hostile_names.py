"""Names that others chose stand quoted in every printed command, on one line, and never as an option."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import msgspec
import pytest

from evidence_samples import change, healthy, network
from judging import CATALOGUE, CHECKS, REMEDIES, plan_for
from runbooklab.domains.container.remedies.names import PLACEHOLDER
from runbooklab.domains.container.shell import PASSWORD, command, quoted
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.observe.docker.records import RunOption
from situations import SITUATIONS, alter_container

MARK = "PWNED"
#: What a shell would act on; the mark is in every part of it.
EVIL = f"$(touch {MARK})`{MARK}`;{MARK}&'\"\\!!{MARK}\n{MARK}\r\x1b[2J\u202e#{MARK}|{MARK}>{MARK} {MARK}"
#: A program's own options.
OPTION = f"--{MARK}"
#: Fields whose text decides what is planned.
DECIDING = frozenset(
    {
        "id",
        "state",
        "type",
        "protocol",
        "scheme",
        "network_mode",
        "restart_policy",
        "db",
        "outcome",
        "at",
        "option",
    }
    | {"code", "health", "driver", "settings", "info"}
)
#: What stands before a value, which may look like anything.
TAKES_A_VALUE = frozenset(
    {
        "-p",
        "-h",
        "-e",
        "-v",
        "-s",
        "-f",
        "--user",
        "--name",
        "--network",
        "--restart",
        "--pattern",
        "--filter",
    }
    | {"--alias", "--format", "--memory", "-connect", "redis:", "TYPE", "redis_url", "redis_container"}
    | {"orchestrator_container", "docker_network"}
)
TOKEN = "***secret-1a2b3c4d***"


def poisoned(item: Any, change_text: Callable[[str], str]) -> Any:
    """``item`` with every free text in it changed."""
    if isinstance(item, str):
        return change_text(item) if item else item
    if isinstance(item, msgspec.Struct):
        kept = DECIDING | {
            field.name for field in msgspec.structs.fields(type(item)) if "Literal" in str(field.type)
        }
        fields = {name: getattr(item, name) for name in item.__struct_fields__ if name not in kept}
        return msgspec.structs.replace(
            item, **{name: poisoned(value, change_text) for name, value in fields.items()}
        )
    if isinstance(item, tuple | list):
        return type(item)(poisoned(value, change_text) for value in item)
    if isinstance(item, dict):
        return {poisoned(key, change_text): poisoned(value, change_text) for key, value in item.items()}
    return item


def after(text: str) -> str:
    return text + EVIL


def as_option(text: str) -> str:
    return OPTION


def instead_of_ours(text: str) -> str:
    return f"{TOKEN}{EVIL}{PASSWORD}{EVIL}"


def lines(e: Evidence) -> Iterator[str]:
    for remedy in REMEDIES:
        made = plan_for(remedy, e)
        yield from (*made.commands, *made.confirm, *made.undo)
    yield from (cause.inspect.command(e) for cause in CATALOGUE if cause.inspect)
    yield from filter(None, (check.command(e) for check in CHECKS.values() if check.command))


def outside_single_quotes(line: str) -> str:
    """What a shell acts on in a line: all but what stands in single quotes."""
    return re.sub(r"'[^']*'", "", line.replace('"\'"', ""))


def made_with_options() -> Evidence:
    """A container with what its record keeps for making it again."""
    options = (
        RunOption("--label", "team=a", "team={{index .Config.Labels team}}"),
        RunOption("--health-cmd", TOKEN, "{{index .Config.Healthcheck.Test 1}}"),
        RunOption("--env", "TZ"),
        RunOption("--env", "NOTE", "{{index .Config.Env 1}}"),
        RunOption("", "redis-server"),
        RunOption("", "--requirepass"),
        RunOption("", TOKEN, "{{index .Config.Cmd 2}}"),
    )
    return alter_container(SITUATIONS["port-not-published"](), options=options)


def made_by_compose() -> Evidence:
    """The same, by Compose."""
    prefix = "com.docker.compose."
    labels = {f"{prefix}project": "shop", f"{prefix}service": "cache"}
    labels |= {f"{prefix}project.config_files": "a.yml", f"{prefix}project.working_dir": "/srv"}
    return alter_container(made_with_options(), labels=labels)


SITUATIONS = SITUATIONS | {"options": made_with_options, "compose": made_by_compose}


@pytest.mark.parametrize("change_text", [after, instead_of_ours])
@pytest.mark.parametrize("situation", SITUATIONS)
def test_no_shell_acts_on_a_name(situation: str, change_text: Callable[[str], str]) -> None:
    """Whatever anything is called, each command is one line, parses, and holds the name in single quotes."""
    for line in lines(poisoned(SITUATIONS[situation](), change_text)):
        assert "\n" not in line
        assert "\r" not in line
        assert "\x1b" not in line
        assert shlex.split(line)
        assert MARK not in outside_single_quotes(line), line


@pytest.mark.parametrize("situation", SITUATIONS)
def test_no_program_takes_a_name_for_an_option(situation: str) -> None:
    """A name that begins with a hyphen stands only as the value of an option, or not at all."""
    for line in lines(poisoned(SITUATIONS[situation](), as_option)):
        words = shlex.split(line)
        for before, word in pairwise(words):
            if word == OPTION:
                assert before in TAKES_A_VALUE or {"UNLINK", "SETUSER", "GET", "TTL"} & set(words), line


def test_a_name_that_docker_never_gives_is_put_into_no_command() -> None:
    """A placeholder stands in its place, nothing can be applied, and the plan says which name it was."""
    name = f"redis-$(touch {MARK})"
    made = plan_for("start-container", alter_container(healthy(), name=name))
    text = " ".join((*made.commands, *made.confirm, *made.undo))
    assert name not in text
    assert f"a container is called {name!r}, which can't be" in made.changes
    assert not made.appliable


def test_a_network_may_be_called_anything() -> None:
    """Docker allows spaces and quotes in a network's name: it is quoted, and the plan stands."""
    made = plan_for("create-network", change(healthy(), network=network(names=("it's mine; really",))))
    assert all(PLACEHOLDER not in line for line in made.commands)


def test_a_password_is_filled_in_beside_what_an_interactive_shell_would_act_on() -> None:
    """The password stays open to the shell; an exclamation mark beside it does not."""
    assert quoted(f"redis://:{TOKEN}@db:6379/0") == f'"redis://:{PASSWORD}@db:6379/0"'
    assert quoted(f"{TOKEN}!!$(x)") == f"\"{PASSWORD}\"'!!$(x)'"
    assert shlex.split(command("a\nb", "c\td")) == ["a\\nb", "c\\td"]
