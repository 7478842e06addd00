"""The catalogue's table, its page, its error signs, and what the judge does when something goes wrong."""

from __future__ import annotations

import ast
import importlib.util
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from msgspec.structs import replace

from cause_samples import VARIANTS, said
from evidence_samples import down, healthy
from judging import CATALOGUE, CHECKS, REMEDIES, explain, judge_causes, reduce, rules_with
from runbooklab.domain.cause import Cause
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.layers import LAYERS
from runbooklab.domains.redis.signs import SIGNS
from runbooklab.redaction import Vault

ROOT = Path(__file__).resolve().parents[3]
IDS = [cause.id for cause in CATALOGUE]


def generator() -> ModuleType:
    """scripts/generate_causes_doc.py as a module."""
    path = ROOT / "scripts" / "generate_causes_doc.py"
    spec = importlib.util.spec_from_file_location("generate_causes_doc", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# --- the table -----------------------------------------------------------------------------------


def test_ids_are_unique() -> None:
    """An id names one cause."""
    assert len(IDS) == len(set(IDS))


@pytest.mark.parametrize("cause", CATALOGUE, ids=IDS)
def test_a_row_refers_to_what_there_is(cause: Cause) -> None:
    """Its layer, remedies, parents and look-alikes exist, and it says what distinguishes it."""
    assert cause.layer in LAYERS
    assert cause.remedies
    assert set(cause.remedies) <= REMEDIES.keys()
    assert set(cause.consequence_of) | set(cause.look_alikes) <= set(IDS)
    assert cause.id not in (*cause.consequence_of, *cause.look_alikes)
    assert cause.distinguishing.endswith(".")
    assert cause.title
    assert not cause.title.endswith(".")
    assert cause.source
    assert cause.shown_by in ("", *CHECKS)


def _strings(node: ast.AST) -> set[object]:
    """The texts that stand in a literal: the items of a tuple, a list or a set, the keys of a mapping."""
    items = node.keys if isinstance(node, ast.Dict) else getattr(node, "elts", ())
    return {item.value for item in items if isinstance(item, ast.Constant)}


def test_layers_are_listed_once() -> None:
    """The judge, the ladder, the report and the pages take them from the one table of layers."""
    again = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for folder in ("src", "scripts")
        for path in (ROOT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Tuple | ast.List | ast.Set | ast.Dict)
        and len(_strings(node) & LAYERS.keys()) > 3
    ]
    assert [place for place in again if "redis/layers.py" not in place] == []


@pytest.mark.parametrize("name", VARIANTS)
def test_reasons_are_findings(name: str) -> None:
    """What a supported cause rests on are ids of checks, and it comes with a remedy for this target."""
    for cause in judge_causes(VARIANTS[name]()):
        if cause.state == "supported":
            assert set(cause.because) <= CHECKS.keys()
            assert cause.remedy is not None
        else:
            assert cause.reason
            assert cause.confidence == 0
            assert cause.remedy is None


def test_the_page_is_up_to_date() -> None:
    """docs/causes.md is what the generator writes."""
    assert generator().main(["--check"]) == 0


# --- ranking and failures -------------------------------------------------------------------------


def test_the_whole_catalogue_is_listed_in_order() -> None:
    """Supported first, then untested, then ruled out; every row once."""
    judged = judge_causes(down(exit_code=0))
    states = [cause.state for cause in judged]
    assert sorted(cause.id for cause in judged) == sorted(IDS)
    assert states == sorted(states, key=["supported", "untested", "ruled-out"].index)


def _broken(_: Evidence) -> None:
    raise KeyError("no such thing")


def test_a_judge_that_raises_is_untested() -> None:
    """One judge's mistake is said and costs the other causes nothing."""
    broken = replace(CATALOGUE[0], judge=_broken)  # type: ignore[arg-type] # that is the point
    rules = rules_with(causes=(broken, *CATALOGUE[1:]))
    judged = {cause.id: cause for cause in judge_causes(down(exit_code=0), rules)}
    assert judged[broken.id].state == "untested"
    assert "KeyError" in judged[broken.id].reason
    assert judged["container-stopped"].primary


def test_a_judge_without_a_ruling_is_untested() -> None:
    """A judge that forgets to return does not make its cause vanish from the list."""
    broken = replace(CATALOGUE[0], judge=lambda evidence: None)  # type: ignore[arg-type,return-value] # that is the point
    rules = rules_with(causes=(broken, *CATALOGUE[1:]))
    judged = {cause.id: cause for cause in judge_causes(down(exit_code=0), rules)}
    assert judged[broken.id].state == "untested"
    assert "judge gave NoneType" in judged[broken.id].reason


def test_a_plan_that_raises_gives_way_to_the_next_remedy() -> None:
    """The cause keeps its second remedy; a cause without any left has none and is named all the same."""

    def fail(_: Evidence) -> None:
        raise ValueError("cannot plan")

    remedies = dict(REMEDIES)
    for broken, left in (("raise-memory-limit", "start-container"), ("start-container", None)):
        remedies[broken] = replace(REMEDIES[broken], steps=fail)  # type: ignore[arg-type] # that is the point
        rules = rules_with(remedies=tuple(remedies.values()))
        oom = judge_causes(VARIANTS["container-oom-killed"](), rules)[0]
        assert oom.id == "container-oom-killed"
        assert (oom.remedy.id if oom.remedy else None) == left


# --- error texts ------------------------------------------------------------------------------------


def test_signs_name_causes_of_the_catalogue() -> None:
    """No row of the table of signs speaks for a cause that is not there."""
    assert {cause for sign in SIGNS for cause in sign.causes} <= set(IDS)


TEXTS = (
    ("redis.exceptions.ConnectionError: Error 111 connecting to localhost:6379.", "container-stopped"),
    ("redis.exceptions.AuthenticationError: Authentication required.", "auth-required"),
    ("WRONGPASS invalid username-password pair or user is disabled.", "auth-wrong-credentials"),
    ("ReplyError: OOM command not allowed when used memory > 'maxmemory'.", "memory-exhausted"),
    ("MISCONF Redis is configured to save RDB snapshots", "persistence-failing"),
    ("JedisException: Could not get a resource from the pool", "pool-exhausted"),
    ("JedisConnectionException: Could not get a resource from the pool", "container-stopped"),
    ("redis: connection pool timeout", "pool-exhausted"),
    ("dial tcp: lookup redis-tts: no such host", "container-name-from-host"),
    ("getaddrinfo ENOTFOUND redis-tts", "container-name-from-host"),
    ("ERR max number of clients reached", "maxclients-reached"),
    ("MOVED 3999 127.0.0.1:6381", "cluster-client-needed"),
    ("OSError: [Errno 24] Too many open files", "client-file-descriptors"),
    ("Redis URL must specify one of the following schemes (redis://, rediss://)", "url-scheme-invalid"),
    ("LOADING Redis is loading the dataset in memory", "loading"),
    ("DENIED Redis is running in protected mode because protected mode is enabled", "protected-mode"),
    ("READONLY You can't write against a read only replica.", "replica-read-only"),
    ("ssl.SSLCertVerificationError: certificate verify failed: self-signed certificate", "tls-untrusted"),
)


@pytest.mark.parametrize(("text", "cause"), TEXTS)
def test_a_pasted_error_is_explained(text: str, cause: str) -> None:
    """The likeliest cause of an error text comes first, whichever client wrote it."""
    assert explain(reduce(text, Vault()))[0].id == cause


def test_a_text_without_signs_explains_nothing() -> None:
    """No guess is made if the text says nothing that is known."""
    assert explain(reduce("it does not work", Vault())) == ()


@pytest.mark.parametrize("build", [healthy, lambda: down(exit_code=137)])
def test_an_error_text_alone_proves_nothing_about_redis(build: Callable[[], Evidence]) -> None:
    """A text from before the repair adds no cause."""
    before = {cause.id for cause in judge_causes(build()) if cause.state == "supported"}
    reported = said("Error 111 connecting: Connection refused", "errno 111", evidence=build())
    assert {cause.id for cause in judge_causes(reported) if cause.state == "supported"} == before
