"""What a remedy may say of checks, what a check may leave out, and where a condition comes first."""

from __future__ import annotations

from typing import Any

import pytest

from runbooklab.domain.rules import Rules
from runbooklab.domains.generic.lint import mistakes
from runbooklab.domains.generic.probes.hosts import Place, place_in
from runbooklab.domains.generic.records import Seen
from runbooklab.domains.generic.world import key_of
from runbooklab.model.declared import Declaration, Declarations, DeclaredParameter
from runbooklab.model.evidence import Evidence
from runbooklab.model.observation import Missing, Observation
from runbooklab.model.parameter import Target


def rules_of(*rows: tuple[str, str, str], **values: Any) -> tuple[Rules, Target]:
    """The rules of these fences with parameters of these values, and the target."""
    declared = Declarations(
        tuple(Declaration(what, id_, text) for what, id_, text in rows),  # type: ignore[arg-type] # the three words
        tuple(DeclaredParameter(name) for name in values),
    )
    return Rules.of((), declared), Target().having(**values)


def seen(target: Target, check: str, values: dict[str, Any] | None, reason: str = "error") -> Evidence:
    """Evidence in which one check saw these values, or nothing."""
    key = key_of(check)
    observation: Observation[Seen] = Observation(
        key.name,
        "host",
        value=None if values is None else Seen(values),
        missing=Missing(reason, "x is empty") if values is None else None,  # type: ignore[arg-type] # one of its literals
    )
    return Evidence(target=target).having(observation)


DISK = ("check", "room", "disk: ${path}\npass: used_percent < 90%")
REMEDY = ("remedy", "grow", "run: grow ${room.size} ${path}\nonly if: room.used_percent > 50%")


def test_a_command_names_what_a_check_saw() -> None:
    """A field of a check stands in a command as one word, as a parameter does."""
    rules, target = rules_of(DISK, REMEDY, path="/my data")
    plan = rules.plan("grow", seen(target, "room", {"used_percent": 97, "size": 2048}))
    assert plan.commands == ("grow 2048 '/my data'",)


@pytest.mark.parametrize("value", ["--force", "a\nb", None, ["a"]])
def test_a_field_that_is_no_word_leaves_its_name(value: object) -> None:
    """What a program would take for an option, or what is no text, is not put into a command."""
    rules, target = rules_of(DISK, REMEDY, path="/srv")
    plan = rules.plan("grow", seen(target, "room", {"used_percent": 97, "size": value}))
    assert plan.commands == ("grow '<room.size>' /srv",)


@pytest.mark.parametrize(("used", "fits"), [(97, True), (20, False)])
def test_a_remedy_fits_where_its_condition_holds(used: int, fits: bool) -> None:
    """`only if` of a remedy decides whether it is recommended before the cause's next one."""
    rules, target = rules_of(DISK, REMEDY, path="/srv")
    assert rules.remedies["grow"].fits(seen(target, "room", {"used_percent": used})) is fits


def test_a_remedy_cannot_name_a_field_that_is_not_there() -> None:
    """The linter knows the fields of the checks that a command names."""
    rules, _ = rules_of(DISK, ("remedy", "grow", "run: grow ${room.sise}"), path="/srv")
    found = mistakes(rules.declared, Rules.of(()), {"path": "/srv"}, None)
    assert [each.message for _, each in found] == ["in run, disk has no field 'sise'; did you mean 'size'?"]


TLS = ("check", "cert", "tls: ${url}\nca: ${ca}\nonly if: ${ca} exists\npass: trusted")


def test_an_optional_key_whose_parameter_is_empty_is_left_out() -> None:
    """`ca: ${ca}` with an empty parameter is no certificate authority, and no reason not to look."""
    text = TLS[2].replace("only if: ${ca} exists\n", "")
    rules, target = rules_of(("check", "cert", text), url="https://shop.example/", ca="")
    assert "-CAfile" not in rules.checks["cert"].command(Evidence(target=target))  # type: ignore[misc] # it has one
    rules, target = rules_of(("check", "cert", text), url="", ca="")
    assert "fill in url" in rules.checks["cert"].judge(seen(target, "cert", None)).summary


def test_a_check_that_does_not_apply_needs_no_parameter() -> None:
    """A condition that is false is told before an empty parameter is."""
    rules, target = rules_of(TLS, url="", ca="")
    said = rules.checks["cert"].judge(seen(target, "cert", None, "not-applicable"))
    assert said.status == "skipped"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("https://shop.example/health?x=1", Place("shop.example", 443)),
        ("http://shop.example:8080", Place("shop.example", 8080)),
        ("postgresql://app:secret@[::1]:6432/shop", Place("::1", 6432)),
        ("https://[::1]/", Place("::1", 443)),
        ("gopher://shop.example/", None),
        ("https://", None),
        ("https://a b/", None),
        ("https://-oProxyCommand=x/", None),
    ],
)
def test_a_url_names_a_host_and_a_port(text: str, place: Place | None) -> None:
    """Where a host and a port are wanted, a URL will do, with the usual port of its scheme."""
    assert place_in(text) == place
