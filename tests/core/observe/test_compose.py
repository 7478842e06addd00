"""A Compose file is read as Docker Compose reads it: YAML 1.2, variables, the project's name."""

from __future__ import annotations

from pathlib import Path

import pytest

from runbooklab.observe.compose.file import read_compose
from runbooklab.observe.compose.interpolation import NotReplaced, interpolate

VARIABLES = {"SET": "value", "EMPTY": ""}

REPLACED = {
    "plain": "plain",
    "$SET ${SET}": "value value",
    "$$SET": "$SET",
    "${NONE:-default}": "default",
    "${NONE-default}": "default",
    "${EMPTY:-default}": "default",
    "${EMPTY-default}": "",
    "${NONE:-${SET}/x}": "value/x",
    "${NONE:-a:b}": "a:b",
    "${SET:+there}": "there",
    "${EMPTY:+there}": "",
    "${EMPTY+there}": "there",
    "${SET:?needed}": "value",
    "$SET-$NONE.": "value-.",
    "${SET}_$SET_": "value_",
}


@pytest.mark.parametrize("text", REPLACED)
def test_variables_are_replaced_as_compose_does(text: str) -> None:
    """Every form of the specification, an empty value and a default within a default too."""
    assert interpolate(text, VARIABLES).text == REPLACED[text]


def test_what_is_not_set_is_told() -> None:
    """A variable without a default is unset; one with ``:-`` is fine, one with ``:?`` is required."""
    found = interpolate("${A} ${B:-x} ${C:?say so} $D $$E", VARIABLES)
    assert (found.unset, found.required, found.names) == (("A", "D"), {"C": "say so"}, ("A", "B", "C", "D"))


@pytest.mark.parametrize("text", ["${", "${A", "${}", "$ 5", "cost: 5$", "${A!b}", "${1A}", "${A:-${B}"])
def test_a_dollar_that_compose_refuses_is_refused(text: str) -> None:
    """It says what it is about."""
    with pytest.raises(NotReplaced):
        interpolate(text, {})


def test_deep_nesting_is_refused() -> None:
    """A hostile default ends in one line, not in a recursion error."""
    with pytest.raises(NotReplaced):
        interpolate("${A:-" * 500 + "}" * 500, {})


FILE = """\
name: ${NAME:-stack}
x-common: &common
  restart: always
services:
  web:
    <<: *common
    image: "web:${TAG}"
    ports:
      - 22:22
      - "${PORT:-8080}:80"
    environment:
      DEBUG: yes
      COUNT: 010
      PRICE: $$5
"""


def test_a_file_is_data_with_lines(tmp_path: Path) -> None:
    """What is interpolated, and where each key stands; YAML 1.2 knows neither ``yes`` nor ``22:22``."""
    path = tmp_path / "docker-compose.yml"
    path.write_text(FILE)
    found = read_compose(path, {"PORT": "9090"})
    assert found.services["web"] == {
        "restart": "always",
        "image": "web:",
        "ports": ["22:22", "9090:80"],
        "environment": {"DEBUG": "yes", "COUNT": 10, "PRICE": "$5"},
    }
    assert (found.project, found.problems) == ("stack", ())
    assert [(each.name, each.line, each.key) for each in found.unset] == [("TAG", 7, "services.web.image")]
    assert found.line("services.web.ports.1") == 10
    assert found.line("services.web.ports.7.nothing") == 8


def test_the_project_is_named_after_its_folder(tmp_path: Path) -> None:
    """Unless a name is given, by parameter, variable or file."""
    folder = tmp_path / "TTS Stack"
    folder.mkdir()
    path = folder / "compose.yml"
    path.write_text("services: {}\n")
    assert read_compose(path, {}).project == "ttsstack"
    assert read_compose(path, {"COMPOSE_PROJECT_NAME": "other"}).project == "other"
    assert read_compose(path, {"COMPOSE_PROJECT_NAME": "other"}, "given").project == "given"


MISTAKEN = {
    "services:\n  web: [\n": ("yaml", 3),
    "services:\n  a: {}\n  a: {}\n": ("yaml", 3),
    "- a\n": ("shape", 1),
    "": ("shape", 1),
    "services:\n\tweb: {}\n": ("yaml", 2),
    "services:\n  a:\n    image: ${\n": ("interpolation", 3),
    "services:\n  a:\n    image: ${TAG:?name a tag}\n": ("required", 3),
}


@pytest.mark.parametrize("text", MISTAKEN)
def test_a_mistake_has_its_kind_and_line(text: str, tmp_path: Path) -> None:
    """Nothing is raised for what is in a file."""
    path = tmp_path / "docker-compose.yml"
    path.write_text(text)
    (problem,) = read_compose(path, {}).problems
    assert (problem.kind, problem.line) == MISTAKEN[text]


def test_a_file_that_is_none(tmp_path: Path) -> None:
    """Not there, a folder, not text, and one that stands for a large one."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "bytes").write_bytes(b"\xff\xfe\x00")
    laughs = "\n".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9))
    (tmp_path / "laughs").write_text(f"a0: &a0 [x]\n{laughs}\n")
    kinds = [
        read_compose(tmp_path / name, {}).problems[0].kind for name in ("none", "folder", "bytes", "laughs")
    ]
    assert kinds == ["missing", "unreadable", "yaml", "yaml"]
