"""The lab of a project's surroundings: real files, virtual environments, mounts and processes."""

from __future__ import annotations

from collections.abc import Iterator
from operator import attrgetter
from typing import Any

import msgspec
import pytest
from drilling import Drilled, Fixed, drilling, fixed_by

from runbooklab.domains.environment.lab.faults import LAB
from runbooklab.domains.environment.lab.testbed import PASSWORD
from runbooklab.lab.fault import Case
from runbooklab.lab.lab import Place

IDS = attrgetter("id")


@pytest.fixture(scope="module")
def drilled(request: pytest.FixtureRequest) -> Iterator[Drilled]:
    """The result of a case's drill; this lab needs no engine."""
    # These drills wait for nothing: they compute, above all where a virtual environment is made.
    with drilling(request, Place.of(LAB, None), workers=2) as result_of:
        yield result_of


@pytest.fixture(scope="module")
def fixed(drilled: Drilled) -> Fixed:
    """What a case's remedies did in its drill."""
    return fixed_by(drilled)


@pytest.mark.parametrize("case", LAB.cases, ids=IDS)
def test_each_case_comes_out_right(case: Case[Any], drilled: Drilled) -> None:
    """The injected cause is named first; a healthy target raises no alarm; no password is in the evidence."""
    result = drilled(case)
    assert result.right, (result.failed, result.verdict, result.supported, result.proof)
    assert PASSWORD.encode() not in msgspec.json.encode(result)


#: What the remedy alone makes healthy again, in the lab.
REMEDIED = (
    "env-file-unreadable/user", "env-file-unreadable/parent", "env-file-crlf", "env-file-syntax",
    "env-file-syntax/spaces", "env-file-syntax/no-equals", "env-file-syntax/export",
    "env-file-syntax/unquoted", "env-file-syntax/utf-16", "env-file-quotes", "env-file-quotes/comment",
    "env-file-bom", "env-variable-missing", "env-variable-missing/commented", "env-variable-duplicate",
    "env-file-world-readable", "config-invalid-yaml/tab", "venv-missing", "venv-broken", "venv-moved",
    "venv-moved/copied", "module-shadowed", "module-shadowed/package", "filesystem-read-only",
    "filesystem-read-only/project", "filesystem-noexec", "filesystem-noexec/tmp", "path-not-writable",
    "path-not-writable/parent", "path-not-writable/new", "executable-missing/mode", "locale-not-utf8",
    "proxy-without-exceptions", "proxy-without-exceptions/service",
)  # fmt: skip
#: By the command that ``venv-broken`` is fixed by; each makes a virtual environment with pip.
REMEDIED_TOO = ("venv-broken/home", "venv-broken/upgraded", "venv-broken/pyvenv-cfg")


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(case, id=case.id, marks=[pytest.mark.exhaustive] if case.id in REMEDIED_TOO else [])
        for case in LAB.cases
        if case.id in REMEDIED + REMEDIED_TOO
    ],
)
def test_the_remedy_makes_it_healthy(case: Case[Any], fixed: Fixed) -> None:
    """The commands, pasted as they are, remove the cause, and nothing else comes up."""
    assert fixed(case).is_healthy, fixed(case)
