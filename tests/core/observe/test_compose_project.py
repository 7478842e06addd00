"""Several files are one Compose project: override files, ``COMPOSE_FILE``, ``extends`` and ``include``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from runbooklab.observe.compose.file import ComposeFile, read_compose
from runbooklab.observe.compose.project_files import default_file


def project(folder: Path, files: dict[str, str], **variables: str) -> ComposeFile:
    """The project of these files, the first of which is the Compose file."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return read_compose(folder / next(iter(files)), variables)


def merged(tmp_path: Path, base: str, over: str) -> dict[str, Any]:
    """The service ``a`` of a file and its override file, each given as flow YAML of that service."""
    said = {
        name: f"services:\n  a: {text}\n"
        for name, text in (("compose.yaml", base), ("compose.override.yaml", over))
    }
    found = project(tmp_path, said)
    assert found.problems == ()
    return found.services["a"]


MERGED = {
    "a mapping gets the other's entries": ("{deploy: {replicas: 2}}", "{deploy: {mode: global}}", "deploy"),
    "a scalar is replaced": ("{image: 'a:1'}", "{image: 'a:2'}", "image"),
    "a list is appended to": ("{cap_add: [A]}", "{cap_add: [B]}", "cap_add"),
    "command is replaced": ("{command: [a, b]}", "{command: c}", "command"),
    "entrypoint is replaced": ("{entrypoint: a}", "{entrypoint: [b]}", "entrypoint"),
    "healthcheck.test is replaced": (
        "{healthcheck: {test: [CMD, a], retries: 3}}",
        "{healthcheck: {test: b}}",
        "healthcheck",
    ),
    "volumes are one for each target": (
        "{volumes: ['./a:/d', 'x:/e']}",
        "{volumes: ['./b:/d:ro']}",
        "volumes",
    ),
    "ports are one for each published one": (
        "{ports: ['80:80', '443:443']}",
        "{ports: [{target: 80, published: 80}, '81:80']}",
        "ports",
    ),
    "environment is one for each name": ("{environment: [A=1, B=2]}", "{environment: [A=3]}", "environment"),
    "environment of two forms": ("{environment: {A: 1, B: 2}}", "{environment: ['A=3', C]}", "environment"),
    "networks of two forms": ("{networks: [n]}", "{networks: {m: {aliases: [x]}}}", "networks"),
    "depends_on of two forms": (
        "{depends_on: [b]}",
        "{depends_on: {c: {condition: service_healthy}}}",
        "depends_on",
    ),
    "a text and a list": ("{env_file: a.env}", "{env_file: [b.env]}", "env_file"),
    "build of two forms": ("{build: .}", "{build: {target: dev}}", "build"),
    "another logging driver": (
        "{logging: {driver: syslog, options: {a: b}}}",
        "{logging: {driver: json-file}}",
        "logging",
    ),
    "nothing changes nothing": ("{networks: [n]}", "{networks: }", "networks"),
    "!reset takes away": ("{ports: ['80:80'], image: a}", "{ports: !reset []}", "ports"),
    "!override replaces": ("{ports: ['80:80']}", "{ports: !override ['81:80']}", "ports"),
}
EXPECTED: dict[str, Any] = {
    "a mapping gets the other's entries": {"replicas": 2, "mode": "global"},
    "a scalar is replaced": "a:2",
    "a list is appended to": ["A", "B"],
    "command is replaced": "c",
    "entrypoint is replaced": ["b"],
    "healthcheck.test is replaced": {"test": "b", "retries": 3},
    "volumes are one for each target": ["./b:/d:ro", "x:/e"],
    "ports are one for each published one": [{"target": 80, "published": 80}, "443:443", "81:80"],
    "environment is one for each name": ["A=3", "B=2"],
    "environment of two forms": ["A=3", "B=2", "C"],
    "networks of two forms": {"n": None, "m": {"aliases": ["x"]}},
    "depends_on of two forms": {
        "b": {"condition": "service_started"},
        "c": {"condition": "service_healthy"},
    },
    "a text and a list": ["a.env", "b.env"],
    "build of two forms": {"context": ".", "target": "dev"},
    "another logging driver": {"driver": "json-file"},
    "nothing changes nothing": ["n"],
    "!reset takes away": None,
    "!override replaces": ["81:80"],
}


@pytest.mark.parametrize("rule", MERGED)
def test_an_override_file_is_merged_as_compose_merges_it(rule: str, tmp_path: Path) -> None:
    """Each rule of the specification's chapter on merging."""
    base, over, key = MERGED[rule]
    assert merged(tmp_path, base, over).get(key) == EXPECTED[rule]


WEB = "services:\n  web:\n    image: web:1\n"


def test_every_value_says_its_file(tmp_path: Path) -> None:
    """A line number is of the file where the value stands: the override's for what it adds."""
    over = "services:\n  web:\n    command: a\n    ports:\n      - 80:80\n"
    found = project(tmp_path, {"docker-compose.yml": WEB, "docker-compose.override.yml": over})
    other = str(tmp_path / "docker-compose.override.yml")
    assert (found.line("services.web.image"), found.elsewhere("services.web.image")) == (3, "")
    assert (found.line("services.web.ports.0"), found.elsewhere("services.web.ports.0")) == (5, other)
    assert found.layers == (str(tmp_path / "docker-compose.yml"), other)


def test_only_a_usual_name_has_an_override_file(tmp_path: Path) -> None:
    """Whoever names another file gets that file alone, as with ``docker compose -f``."""
    found = project(tmp_path, {"prod.yml": WEB, "docker-compose.override.yml": "services: {x: {image: x}}\n"})
    assert list(found.services) == ["web"]


def test_compose_file_lists_the_files(tmp_path: Path) -> None:
    """In its order; a file that is not listed stands alone, and no override file joins."""
    files = {
        "docker-compose.yml": WEB,
        "prod.yml": "services:\n  web:\n    image: web:2\n",
        "docker-compose.override.yml": "services:\n  web:\n    image: web:3\n",
    }
    assert (
        project(tmp_path, files, COMPOSE_FILE="docker-compose.yml:prod.yml").services["web"]["image"]
        == "web:2"
    )
    semicolon = {"COMPOSE_FILE": "docker-compose.yml;prod.yml", "COMPOSE_PATH_SEPARATOR": ";"}
    assert project(tmp_path, files, **semicolon).services["web"]["image"] == "web:2"
    assert project(tmp_path, files, COMPOSE_FILE="prod.yml").services["web"]["image"] == "web:1"
    (gone,) = project(tmp_path, files, COMPOSE_FILE="docker-compose.yml:gone.yml").problems
    assert (gone.kind, gone.file) == ("reference", str(tmp_path / "gone.yml"))


def test_the_default_file_is_the_first_that_compose_takes(tmp_path: Path) -> None:
    """``compose.yaml`` before ``docker-compose.yml``; what COMPOSE_FILE says before both."""
    assert default_file(tmp_path, {}) is None
    project(tmp_path, {"docker-compose.yaml": WEB, "docker-compose.yml": WEB})
    assert default_file(tmp_path, {}) == tmp_path / "docker-compose.yml"
    project(tmp_path, {"compose.yaml": WEB})
    assert default_file(tmp_path, {}) == tmp_path / "compose.yaml"
    (tmp_path / ".env").write_text("COMPOSE_FILE=a.yml:b.yml\n")
    assert default_file(tmp_path, {}) == tmp_path / "a.yml"


def test_a_service_extends_one_of_another_file(tmp_path: Path) -> None:
    """That one's extends count too, and relative paths start at the file where they stand."""
    found = project(
        tmp_path,
        {
            "compose.yaml": "services:\n  web:\n    extends: {file: sub/base.yml, service: b}\n"
            "    command: c\n",
            "sub/base.yml": "services:\n  b:\n    extends: a\n    env_file: b.env\n"
            "    volumes: ['./d:/d', 'v:/v']\n"
            "  a:\n    image: a:${TAG}\n    restart: always\n",
        },
        TAG="7",
    )
    assert found.problems == ()
    assert found.services["web"] == {
        "image": "a:7",
        "restart": "always",
        "env_file": str(tmp_path / "sub/b.env"),
        "volumes": [f"{tmp_path}/sub/d:/d", "v:/v"],
        "command": "c",
    }
    assert found.elsewhere("services.web.image") == str(tmp_path / "sub/base.yml")


def test_an_included_file_brings_its_services(tmp_path: Path) -> None:
    """With the variables of its own folder, its paths, and an override file that the entry names."""
    found = project(
        tmp_path,
        {
            "compose.yaml": f"include:\n  - sub/db.yml\n  - path: [c.yml, c2.yml]\n{WEB}",
            "sub/db.yml": "services:\n  db:\n    image: db:${TAG}\n    env_file: db.env\n"
            "secrets:\n  s: {file: s.txt}\n",
            "sub/.env": "TAG=5\n",
            "c.yml": "services:\n  c:\n    image: c:1\n",
            "c2.yml": "services:\n  c:\n    image: c:2\n",
        },
    )
    assert (found.problems, found.unset) == ((), ())
    assert "include" not in found.data
    assert [each["image"] for each in found.services.values()] == ["web:1", "db:5", "c:2"]
    assert found.services["db"]["env_file"] == str(tmp_path / "sub/db.env")
    assert found.data["secrets"] == {"s": {"file": str(tmp_path / "sub/s.txt")}}


EXTENDS = "services:\n  web:\n    extends: {file: FILE, service: base}\n"
REFUSED = {
    "a file to extend that is not there": ({"c.yml": EXTENDS}, "reference", 3, "c.yml"),
    "a service to extend that is not there": ({"c.yml": EXTENDS, "FILE": WEB}, "reference", 3, "c.yml"),
    "a service that extends itself": (
        {"c.yml": "services:\n  a:\n    extends: b\n  b:\n    extends: a\n"},
        "reference",
        3,
        "c.yml",
    ),
    "two files that extend each other": (
        {
            "c.yml": EXTENDS.replace("web", "base"),
            "FILE": EXTENDS.replace("web", "base").replace("FILE", "c.yml"),
        },
        "reference",
        3,
        "c.yml",
    ),
    "an included file that is not there": ({"c.yml": f"include: [gone.yml]\n{WEB}"}, "reference", 1, "c.yml"),
    "files that include each other": (
        {"c.yml": f"include: [d.yml]\n{WEB}", "d.yml": "include: [c.yml]\nservices: {}\n"},
        "reference",
        1,
        "d.yml",
    ),
    "an included file that does not parse": (
        {"c.yml": f"include: [d.yml]\n{WEB}", "d.yml": "services:\n\tx: 1\n"},
        "yaml",
        2,
        "d.yml",
    ),
    "two services of one name": (
        {"c.yml": f"include: [d.yml]\n{WEB}", "d.yml": "services:\n  web:\n    image: other\n"},
        "merge",
        3,
        "c.yml",
    ),
    "a list over a mapping": (
        {
            "compose.yml": "services:\n  a: {deploy: {mode: x}}\n",
            "compose.override.yml": "services:\n  a: {deploy: [1]}\n",
        },
        "merge",
        2,
        "compose.override.yml",
    ),
    "an override file that is empty": (
        {"compose.yml": WEB, "compose.override.yml": "# nothing\n"},
        "shape",
        1,
        "compose.override.yml",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_compose_refuses_has_its_file_and_line(case: str, tmp_path: Path) -> None:
    """Nothing is raised, and no circle is followed for ever."""
    files, kind, line, file = REFUSED[case]
    first = next(each for each in project(tmp_path, files).problems)
    where = Path(first.file).name or next(iter(files))
    assert (first.kind, first.line, where) == (kind, line, file)


def test_files_without_end_are_not_followed(tmp_path: Path) -> None:
    """A long chain of files ends in a problem, not in a recursion error."""
    for number in range(200):
        text = f"include: [f{number + 1}.yml]\nservices: {{s{number}: {{image: x}}}}\n"
        (tmp_path / f"f{number}.yml").write_text(text)
    found = read_compose(tmp_path / "f0.yml", {})
    assert found.problems[0].kind == "reference"
    assert len(found.files) <= 60


def test_what_cannot_be_had_here_is_left_open(tmp_path: Path) -> None:
    """A remote file is no fault: what is included from there is not known, and still listed."""
    found = project(tmp_path, {"c.yml": f"include: ['oci://registry/infra:1']\n{WEB}"})
    assert found.problems == ()
    assert found.data["include"] == ["oci://registry/infra:1"]
