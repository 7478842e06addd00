"""A runbook with checks of its own, run in every way that a notebook is run: the same diagnosis."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from fake_servers import closed_port, http_answer, serving
from notebook_client import Person, cells_of, diagnosis, findings
from runbooklab.model.mime import DIAGNOSIS_MIME

RUNBOOK = """---
title: Shop
uses: []
parameters:
  - {{name: host, type: str, default: "127.0.0.1"}}
  - {{name: web, type: int, default: {web}}}
  - {{name: db, type: int, default: {db}}}
---

# Shop

```{{code-cell}}
diagnose()
```

## Checks

```{{check}} shop-web
title: Web on ${{host}}
http: http://${{host}}:${{web}}/health
pass: status == 200 and body contains "ok"
fail: status >= 500 or refused
```

```{{check}} shop-db
title: Database of the shop
tcp: ${{host}}:${{db}}
pass: open
fail: refused
```

```{{check}} shop-banner
tcp: ${{host}}:${{db}}
only if: shop-db passes
pass: banner is not empty
```

## Causes

```{{cause}} db-down
title: Nothing listens on ${{db}}
when: shop-db.refused and shop-web passes
fix: start-db
```

```{{remedy}} start-db
title: Start the database
run: systemctl start shop@${{host}}
verify: shop-db
risk: low
```

```{{code-cell}}
conclude()
```
"""
EXPECTED = {
    "shop-web": ("ok", 'Web on 127.0.0.1: status is 200 and body is ok.'),
    "shop-db": ("critical", "Database of the shop: Connection refused by 127.0.0.1:{db}."),
    "shop-banner": ("skipped", "Shop banner: not checked (\u201cDatabase of the shop\u201d fails)."),
}  # fmt: skip


class Suite:
    """A project with this one runbook, built."""

    def __init__(self, root: Path, text: str) -> None:
        self.root = root
        for name in ("configs", "runbooks"):
            (root / name).mkdir()
        (root / "runbooks" / "shop.md").write_text(text)
        self.command("build")
        self.notebook = root / "notebooks" / "shop.ipynb"

    def command(
        self, *words: str, ok: tuple[int, ...] = (0,), **environment: str
    ) -> subprocess.CompletedProcess[str]:
        """Run ``runbook`` in the project."""
        done = subprocess.run(
            [sys.executable, "-m", "runbooklab", *words], cwd=self.root, capture_output=True, text=True,
            timeout=100, env={**os.environ, **environment}, check=False,
        )  # fmt: skip
        assert done.returncode in ok, done.stderr + done.stdout
        return done


@pytest.fixture
def web() -> Iterator[int]:
    """The port of a web server that is well."""
    with serving(http_answer(b"HTTP/1.1 200 OK\r\nContent-Length: 2", b"ok")) as port:
        yield port


@pytest.fixture
def db() -> int:
    """A port on which nothing listens."""
    return closed_port()


@pytest.fixture
def suite(tmp_path: Path, web: int, db: int) -> Suite:
    """The shop's project."""
    (root := tmp_path / "project").mkdir()
    return Suite(root, RUNBOOK.format(web=web, db=db))


def essence(found: dict[str, Any]) -> dict[str, Any]:
    """What a diagnosis says, whichever run it is of."""
    return {
        "verdict": found["verdict"],
        "findings": {each["id"]: (each["status"], each["summary"]) for each in found["findings"]},
        "causes": {each["id"]: (each["state"], each["title"]) for each in found["causes"]},
        "commands": [each["remedy"]["commands"] for each in found["causes"] if each.get("remedy")],
    }


def expected(db: int) -> dict[str, Any]:
    """What is wrong with the shop."""
    return {
        "verdict": "critical",
        "findings": {id_: (status, said.format(db=db)) for id_, (status, said) in EXPECTED.items()},
        "causes": {"db-down": ("supported", f"Nothing listens on {db}")},
        "commands": [["systemctl start shop@127.0.0.1"]],
    }


def diagnosis_in(notebook: Path) -> dict[str, Any]:
    """The diagnosis in a notebook's outputs."""
    book = json.loads(notebook.read_text())
    outputs = [each for cell in book["cells"] for each in cell.get("outputs", ())]
    assert not [each for each in outputs if each["output_type"] == "error"]
    return next(each["data"][DIAGNOSIS_MIME] for each in outputs if DIAGNOSIS_MIME in each.get("data", {}))


def test_the_runner_says_what_is_wrong(suite: Suite, db: int) -> None:
    """`runbook run` ends with status 2 and this diagnosis; what was built is what would be built again."""
    suite.command("build", "--check")
    suite.command("lint")
    done = suite.command("run", "shop", "--json", ok=(2,))
    assert essence(json.loads(done.stdout)) == expected(db)


def test_papermill_in_another_folder_says_the_same(suite: Suite, db: int, tmp_path: Path) -> None:
    """The notebook alone is enough: no suite is around it."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    subprocess.run(
        [sys.executable, "-m", "papermill", str(suite.notebook), "out.ipynb"], cwd=elsewhere, check=True,
        capture_output=True, timeout=100,
    )  # fmt: skip
    assert essence(diagnosis_in(elsewhere / "out.ipynb")) == expected(db)


@pytest.mark.parametrize("kernel", ["runbook", "python3"])
def test_run_all_says_the_same(suite: Suite, db: int, kernel: str) -> None:
    """In our kernel and in a plain one."""
    book = nbformat.read(suite.notebook, as_version=4)
    NotebookClient(
        book, timeout=60, kernel_name=kernel, resources={"metadata": {"path": suite.root}}
    ).execute()
    nbformat.write(book, suite.root / "out.ipynb")
    assert essence(diagnosis_in(suite.root / "out.ipynb")) == expected(db)


def test_nbmake_runs_it(suite: Suite) -> None:
    """`pytest --nbmake` finds no cell that fails."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--nbmake", str(suite.notebook), "-q", "-p", "no:cacheprovider"],
        cwd=suite.root, capture_output=True, text=True, timeout=100, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


def test_an_edited_notebook_is_judged_as_edited(suite: Suite, web: int, tmp_path: Path) -> None:
    """A cell that a person has changed counts, also for checks that run at once, and in papermill."""
    book = json.loads(suite.notebook.read_text())
    (cell,) = (cell for cell in book["cells"] if "".join(cell["source"]).startswith("%%check shop-db"))
    cell["source"] = "".join(cell["source"]).replace("${db}", str(web))
    (edited := tmp_path / "edited.ipynb").write_text(json.dumps(book))
    subprocess.run(
        [sys.executable, "-m", "papermill", str(edited), str(edited)], cwd=tmp_path, capture_output=True,
        timeout=100, check=True,
    )  # fmt: skip
    found = essence(diagnosis_in(edited))
    assert found["findings"]["shop-db"] == ("ok", "Database of the shop: open.")
    assert found["causes"]["db-down"][0] == "ruled-out"


def test_a_stored_run_is_judged_again_without_its_file(suite: Suite, db: int) -> None:
    """The run holds what was declared: `replay` judges it, and its report opens as a notebook."""
    done = suite.command("run", "shop", ok=(2,))
    report = Path(done.stdout.strip().splitlines()[-1])
    (suite.root / "runbooks" / "shop.md").unlink()
    suite.notebook.unlink()
    again = json.loads(suite.command("replay", str(report.parent), "--json", ok=(2,)).stdout)
    assert again["changes"] == []
    assert essence(again["diagnosis"]) == expected(db)
    suite.command("open", str(report), "--extract", str(suite.root / "again"))
    (found,) = (suite.root / "again").rglob("*.ipynb")
    book = nbformat.read(found, as_version=4)
    NotebookClient(book, timeout=60, resources={"metadata": {"path": found.parent}}).execute()
    nbformat.write(book, found)
    assert essence(diagnosis_in(found)) == expected(db)


@pytest.fixture
def person(suite: Suite) -> Iterator[Person]:
    """Somebody at the notebook, in whose kernel nothing has run."""
    found = Person(suite.root, suite.notebook)
    yield found
    found.close()


def test_a_cell_run_again_looks_again(suite: Suite, person: Person, db: int) -> None:
    """A person runs one check's cell twice; in between the server has come."""
    cells = dict(cells_of(suite.notebook))
    person.run_all(list(cells.items()))
    cell = next(id_ for id_, source in cells.items() if source.startswith("%%check shop-db"))
    assert findings(person.run(cells[cell], cell)) == {"shop-db": "critical"}
    with serving(http_answer(b"HTTP/1.1 200 OK", b"")) as port:
        edited = cells[cell].replace("${db}", str(port))
        assert findings(person.run(edited, cell)) == {"shop-db": "ok"}
    assert findings(person.run(edited, cell)) == {"shop-db": "critical"}


def test_edits_that_are_wrong_say_so_in_one_line(suite: Suite, person: Person) -> None:
    """A broken check is unknown, a broken cause is said; the other cells go on, a right edit counts."""
    cells = dict(cells_of(suite.notebook))
    person.run_all(list(cells.items()))
    for source, said in [
        (
            "%%check shop-db\ntcp: 127.0.0.1:1\npass: opn\n",
            "line 3 of its cell: in pass, tcp has no field 'opn'; did you mean 'open'?",
        ),
        ("%%check shop-db\ntcp: [\n", "line 2 of its cell: not valid YAML: a bracket is never closed"),
        ("%%cause db-down\nwhen: shop-db.opn\n", "line 2 of its cell: in when, tcp has no field 'opn'"),
        ("%%remedy start-db\nrn: x\n", "line 2 of its cell: run is missing."),
        ("%%check\ntcp: x:1\n", "A check needs an id: %%check root-disk"),
        ("%%check db-down\ntcp: 127.0.0.1:1\n", "line 1 of its cell: there is a cause 'db-down' already"),
    ]:
        shown = person.run(source, "edited")
        assert not any(each.is_error for each in shown)
        assert sum(said in each.plain for each in shown) == 1, (source, shown)
        assert findings(person.run(cells["checks-2"], "checks-2")) == {"shop-web": "ok"}
        assert findings(person.run(cells["checks-3"], "checks-3")) == {"shop-db": "critical"}
    shown = person.run("%%check shop-db\ntcp: ${host}:${web}\npass: open\n", "edited")
    assert findings(shown) == {"shop-db": "ok"}


def test_a_renamed_cell_takes_its_former_check_away(suite: Suite, person: Person) -> None:
    """What a cell declared before it was edited is not judged any more."""
    cells = dict(cells_of(suite.notebook))
    person.run_all(list(cells.items()))
    person.run("%%check first\ntcp: ${host}:${web}\npass: open\n", "mine")
    person.run("%%check second\ntcp: ${host}:${web}\npass: open\n", "mine")
    ids = [each["id"] for each in diagnosis(person.run("diagnose()"))["findings"]]
    assert "second" in ids
    assert "first" not in ids


def test_a_cell_starts_the_run_by_itself(suite: Suite, db: int) -> None:
    """In our kernel a declaring cell works before any other cell: the notebook says what the rest is."""
    cells = dict(cells_of(suite.notebook))
    person = Person(suite.root, suite.notebook, kernel="runbook")
    try:
        assert findings(person.run(cells["checks-3"], "checks-3")) == {"shop-db": "critical"}
        found = essence(diagnosis(person.run("diagnose()")))
        shown = person.run("%%check shop-db\ntcp: ${host}:${web}\npass: open\n", "checks-3")
        assert findings(shown) == {"shop-db": "ok"}
    finally:
        person.close()
    assert found == expected(db)
