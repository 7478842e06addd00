"""The legend of a report: what was replaced and where, never a value."""

from __future__ import annotations

from msgspec.structs import replace

from evidence_samples import address, alter_container, change, healthy
from report_samples import concluded
from runbooklab.domains.address.records import ConfigFile
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.model.conclusions import Diagnosis
from runbooklab.model.drawing import Drawings, Place
from runbooklab.model.observation import LogLine
from runbooklab.observe.docker.records import LogTail
from runbooklab.report.contributed import drawings
from runbooklab.report.page import render
from runbooklab.report.redactions import Redactions, redactions

ONE, TWO = "***secret-1a2b3c4d***", "***secret-5e6f7a8b***"
URL = f"redis://:{ONE}@localhost:6379"


def situation() -> Evidence:
    """A URL with a password, a command line and a log line with another, an environment."""
    return change(
        alter_container(
            healthy(),
            command=("redis-server", "--requirepass", TWO),
            labels={"api-token": ONE},
            environment_names=("PATH", "REDIS_PASSWORD"),
        ),
        config=ConfigFile(path="/app/configs/orchestrator.yaml", url=URL, excerpt=f"redis:\n  url: {URL}"),
        address=address(URL, has_password=True),
        logs=LogTail(lines=(LogLine("", f'"AUTH" "{TWO}"', "info"), LogLine("", f"took {TWO}", "info"))),
    )


def legend(run: Diagnosis, evidence: Evidence) -> Redactions:
    return redactions(run, evidence, drawings(run, evidence))


def test_each_kind_and_place_is_counted_once() -> None:
    """What repeats another place (the address taken apart) is not counted again."""
    found = legend(concluded(situation()), situation())
    rows = {(row.what, row.where): row.times for row in found.rows}
    assert found.secrets == 2
    assert rows == {
        ("password in a URL", "/app/configs/orchestrator.yaml"): 1,
        ("password in Redis' configuration", "command line of the Redis container"): 1,
        ("value of a name that means a secret", "label api-token of the Redis container"): 1,
        ("argument of AUTH", "log of the Redis container"): 1,
        ("secret known from another place", "log of the Redis container"): 1,
    }
    assert found.left_out == (
        "Environment of container redis-tts: the values of 2 variables were left out, "
        "REDIS_PASSWORD among them.",
    )


def test_what_stands_in_a_parameter_alone_is_told_from_there() -> None:
    """A URL given as a parameter and no file: the parameter is the place."""
    evidence = change(healthy(), address=address(URL, has_password=True))
    run = replace(concluded(evidence), parameters={"redis_url": URL})
    (row,) = legend(run, evidence).rows
    assert (row.what, row.where) == ("password in a URL", "parameter redis_url")
    (row,) = legend(replace(run, parameters={}), evidence).rows
    assert row.where == "Redis address"


def test_a_secret_parameter_is_named_so() -> None:
    """A parameter that is a secret as a whole is none that is known from elsewhere."""
    run = replace(concluded(healthy()), parameters={"pg_url": ONE, "note": f"was {ONE}"})
    rows = [(row.what, row.where) for row in legend(run, healthy()).rows]
    assert rows == [
        ("secret parameter", "parameter pg_url"),
        ("secret known from another place", "parameter note"),
    ]


def test_the_report_has_the_legend() -> None:
    """The page shows how many secrets there were and where; without any there is no such section."""
    page = render(concluded(situation()), situation(), None)
    assert "Secrets left out" in page
    assert "2 secrets replaced by tokens" in page
    assert "label api-token of the Redis container" in page
    assert "REDIS_PASSWORD among them" in page
    plain = alter_container(healthy(), environment_names=())
    assert "Secrets left out" not in render(concluded(plain), plain, None)


def test_a_place_that_no_domain_names_is_told_by_its_probe() -> None:
    """A token is listed even if its place has no name; the first place that matches a path counts."""
    run = concluded(situation())
    (unnamed, *_) = (row.where for row in redactions(run, situation(), Drawings()).rows)
    assert unnamed == "Config"
    named = Drawings(places=(Place("config.value.*", "{} of the file"), Place("*", "somewhere")))
    places = {row.where for row in redactions(run, situation(), named).rows}
    assert places == {"excerpt of the file", "url of the file", "somewhere"}
