"""Domains of other packages, really installed: only named ones are imported; a mistake is one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from own_environment import OwnEnvironment

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "disk-domain"

#: Module of the package -> what it holds; each notes that it was imported.
MODULES = {
    "fine": "DOMAIN = Domain(name='fine', title='Fine', view=Evidence)",
    "raises": "raise RuntimeError('out of order')",
    "ends": "raise SystemExit(0)",
    "nothing": "DOMAIN = 7",
    "named": "DOMAIN = Domain(name='other', title='Other', view=Evidence)",
    "ours": "DOMAIN = Domain(name='docker', title='Not Docker', view=Evidence)",
}
ENTRY_POINTS = {
    **{name: f"strange.{name}:DOMAIN" for name in MODULES if name != "ours"},
    "gone": "strange.gone:DOMAIN",
    "module": "strange.fine",
    "docker": "strange.ours:DOMAIN",
}
PROJECT = """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
[project]
name = "strange"
version = "1"
[tool.hatch.build.targets.wheel]
packages = ["strange"]
[project.entry-points."runbooklab.domains"]
"""
TWICE = """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
[project]
name = "second"
version = "1"
[tool.hatch.build.targets.wheel]
packages = ["second"]
[project.entry-points."runbooklab.domains"]
twice = "second:DOMAIN"
"""
RUNBOOK = """---
title: One
uses: [{}]
---

# One

Text.

```{{code-cell}}
conclude()
```
"""


class Suite:
    """A suite with one runbook, in an environment with strange domains."""

    def __init__(self, environment: OwnEnvironment, root: Path) -> None:
        self.environment, self.root = environment, root
        for folder in ("runbooks", "configs"):
            (root / folder).mkdir(parents=True, exist_ok=True)

    def runbook(self, command: str, uses: str = "fine") -> tuple[int, list[str]]:
        """Exit status and lines of a command, with a runbook that uses this domain."""
        (self.root / "runbooks" / "one.md").write_text(RUNBOOK.format(uses))
        (self.root / "imported").write_text("")
        status, said = self.environment.run(f"runbook {command}", self.root)
        return status, said.splitlines()

    @property
    def imported(self) -> set[str]:
        """The strange modules that the last command imported."""
        return set((self.root / "imported").read_text().split())


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Suite:
    environment = OwnEnvironment.make(tmp_path_factory.mktemp("environment"))
    made = Suite(environment, tmp_path_factory.mktemp("suite"))
    package = tmp_path_factory.mktemp("package")
    (package / "strange").mkdir()
    (package / "strange" / "__init__.py").touch()
    for name, content in MODULES.items():
        (package / "strange" / f"{name}.py").write_text(
            "from runbooklab.domain import Domain\nfrom runbooklab.model import Evidence\n"
            f"open({str(made.root / 'imported')!r}, 'a').write(' {name}')\n{content}\n"
        )
    points = "".join(f'{name} = "{place}"\n' for name, place in ENTRY_POINTS.items())
    (package / "pyproject.toml").write_text(PROJECT + points + 'twice = "strange.fine:DOMAIN"\n')
    environment.install(package)
    second = tmp_path_factory.mktemp("second")
    (second / "second").mkdir()
    (second / "second" / "__init__.py").touch()
    (second / "pyproject.toml").write_text(TWICE)
    environment.install(second)
    return made


@pytest.mark.parametrize(("command", "imported"), [("lint", {"fine"}), ("list", set()), ("build", set())])
def test_only_named_domains_are_imported(suite: Suite, command: str, imported: set[str]) -> None:
    """A package that is installed and not named costs nothing, and cannot break anything."""
    status, said = suite.runbook(command)
    assert status == 0, said
    assert suite.imported == imported


def test_a_run_imports_the_domains_that_it_uses(suite: Suite) -> None:
    """The runner and its kernel read no other domain."""
    suite.runbook("build && runbook run one")
    assert suite.imported == {"fine"}


UNUSABLE = {
    "unknown": "there is no domain 'unknown'; installed are container, address, endpoint, docker, ",
    "raises": "the domain 'raises' cannot be imported: RuntimeError: out of order",
    "ends": "the domain 'ends' cannot be imported: SystemExit: 0",
    "gone": "the domain 'gone' cannot be imported: ModuleNotFoundError: No module named 'strange.gone'",
    "module": "the entry point of the domain 'module' is 'strange.fine'; write it as package.module:DOMAIN",
    "nothing": "the domain 'nothing' is not a Domain: strange.nothing:DOMAIN is int",
    "named": "the domain 'named' calls itself 'other'; name its entry point other",
    "twice": "two packages add a domain 'twice': ",
}


@pytest.mark.parametrize("name", UNUSABLE)
def test_a_domain_that_cannot_be_used_is_one_line(suite: Suite, name: str) -> None:
    """``run`` says why and ends with status 3; ``lint`` says so at the line that names it."""
    status, said = suite.runbook("build > /dev/null && runbook run one", uses=name)
    assert status == 3
    assert len(said) == 1
    assert said[0].startswith(f"runbook: {UNUSABLE[name]}")
    status, said = suite.runbook("lint", uses=name)
    assert status == 3
    assert said[0].startswith(f"{suite.root}/runbooks/one.md:3: {UNUSABLE[name]}")


def test_nobody_takes_the_name_of_one_of_our_domains(suite: Suite) -> None:
    """A package may install that name; ours is used, and the other one is never imported."""
    status, said = suite.runbook("lint", uses="docker")
    assert (status, said) == (0, [])
    assert suite.imported == set()


# --- a run that is older than its domain


@pytest.fixture(scope="module")
def orphan(tmp_path_factory: pytest.TempPathFactory) -> tuple[OwnEnvironment, Path]:
    """A stored run whose domain has been uninstalled: the environment, and the run's folder."""
    environment = OwnEnvironment.make(tmp_path_factory.mktemp("environment"))
    environment.install(EXAMPLE)
    root = tmp_path_factory.mktemp("suite")
    status, said = environment.run(
        f"cp -r {EXAMPLE}/runbooks {EXAMPLE}/configs . && runbook build && "
        "runbook run disk-room -p path . -p min_free_percent 0",
        root,
    )
    assert status == 0, said
    status, said = environment.run("python -m pip uninstall -y -q runbook-disk && runbook lint", root)
    assert "there is no domain 'disk'" in said
    [folder] = (root / "reports" / "disk-room").iterdir()
    return environment, folder


@pytest.mark.parametrize(
    ("command", "status", "shown"),
    [
        ("verify {}", 0, "evidence.json: evidence: as written"),
        ("verify {}/report.html", 0, "report.html: carried evidence: as written"),
        ("export {} --postmortem", 0, "postmortem.md"),
        ("runs", 0, "% of its room left."),
        ("diff {} {}", 0, ""),
        ("bundle {} -o bundle.zip", 0, "bundle.zip"),
        ("open {} --extract replay", 0, "replay"),
    ],
)
def test_a_run_outlives_its_domain(
    orphan: tuple[OwnEnvironment, Path], command: str, status: int, shown: str
) -> None:
    """Its records stay JSON: it can be verified, exported, listed, compared, bundled and opened."""
    environment, folder = orphan
    ended, said = environment.run(f"runbook {command.format(folder, folder)}", folder.parents[2])
    assert ended == status, said
    assert shown in said


def test_replaying_such_a_run_says_what_is_missing(orphan: tuple[OwnEnvironment, Path]) -> None:
    """One line names the domain, and nothing is judged."""
    environment, folder = orphan
    ended, said = environment.run(f"runbook replay {folder}", folder.parents[2])
    assert ended == 3
    assert said.startswith(f"runbook: {folder}/evidence.json: there is no domain 'disk'; installed are ")
    assert said.count("\n") == 1
