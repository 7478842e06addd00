"""What is done about a port of the Compose file, judged from samples."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from port_samples import entry, file, service

from runbooklab.domains.ports.records import ComposePort
from runbooklab.domains.ports.remedies.compose import fix_compose_port


@pytest.mark.parametrize(
    ("text", "problem", "change"),
    [
        ("70051:80", "invalid hostPort: 70051", "5s|70051|20001|"),
        ("http:80", "invalid hostPort: http", "5s|http:|20001:|"),
        ("80:80/http", "invalid proto: http", "5s|/http|/tcp|"),
        ("80-84:90-92", "invalid ranges specified for container and host ports", "5s|:90-92|:90-94|"),
    ],
)
def test_an_entry_that_compose_refuses_is_corrected(text: str, problem: str, change: str) -> None:
    """Each mistake in its own way."""
    plan = fix_compose_port(file(service("web", ComposePort(text, 5, problem=problem))))
    assert change in plan.commands[0]
    assert "says" in plan.changes


def test_a_number_from_a_variable_is_changed_where_the_variable_is_set() -> None:
    """The line of the Compose file does not hold it."""
    of_file = replace(entry(8080), variable="WEB_PORT", is_in_env_file=True)
    (command,) = fix_compose_port(
        file(service("a", of_file), service("b", replace(of_file, line=7)))
    ).commands
    assert "WEB_PORT=8081" in command
    assert command.endswith("/srv/.env")
    elsewhere = replace(of_file, is_in_env_file=False)
    plan = fix_compose_port(file(service("a", elsewhere), service("b", replace(elsewhere, line=7))))
    assert plan.risk == "none"
    assert "WEB_PORT" in plan.changes


def test_the_entry_that_holds_its_number_is_changed_first() -> None:
    """Rather than a variable that may stand in other places too."""
    one, other = entry(8080), replace(entry(8080), line=9, variable="WEB_PORT", is_in_env_file=True)
    (command,) = fix_compose_port(file(service("a", one), service("b", other))).commands
    assert "5s|8080|8081|" in command


def test_a_line_that_stands_for_two_services_is_not_changed() -> None:
    """An anchor, or a service that is extended: both would have the new number."""
    plan = fix_compose_port(file(service("a", entry(8080)), service("b", entry(8080))))
    assert plan.risk == "none"
    assert "a and of b" in plan.changes
