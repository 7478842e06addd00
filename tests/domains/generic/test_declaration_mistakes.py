"""What lint says of declarations: each mistake with its line, the nearest word, and what to write."""

from __future__ import annotations

import pytest

from declared_texts import LINES_OF_OPEN, OPEN, fence, mistakes
from runbooklab.domain.rules import Rules
from runbooklab.redaction import Vault, clean


def said_of(what: str, yaml: str, *, uses: str = "") -> list[tuple[int, str]]:
    """Mistakes of a declaration ``x`` beside the check ``t``: ``(line of its YAML, mistake)``."""
    found = mistakes(OPEN + fence(what, yaml), uses)
    for _, message in found:
        assert clean(message, Vault(b"a key for tests")) == message  # nothing looks like `pass: word`
    return [(line - LINES_OF_OPEN - 1, message.removeprefix(f"{what} x: ")) for line, message in found]


FIELDS = "there are open, host, port, refused, timed_out, unresolved, ms, banner, error"
LATE = "it is never reached: whenever it is true, fail is, which is tried before it"
NO_HOTS = "in tcp, there is no parameter 'hots' in the front matter; did you mean 'host'?"
PARAMETERS = "there are api_key, host, limit, mount"
SECRET = "api_key is a secret, which is never compared: write ${api_key} exists"


@pytest.mark.parametrize(
    ("yaml", "line", "said"),
    [
        ("tpc: db:1", 1, "'tpc' is no kind of check; did you mean 'tcp'? Example: disk: /var"),
        ("title: a", 1, "it names no kind of check; there are command, file, disk"),
        ("tcp: db:1\nhttp: http://x\npass: open", 2, "a check is of one kind; this one is tcp and http"),
        ("tcp:\npass: open", 1, "tcp is missing. Example: tcp: ${host}:5432"),
        ("tcp: [db, x]\npass: open", 1, "tcp must be one text, not a list or a mapping; quote it if it"),
        ("tcp: ${hots}:1\npass: open", 1, NO_HOTS),
        ("tcp: ${x.y}:1\npass: open", 1, "in tcp, ${x.y} is a field of a check: here only parameters"),
        ("tcp: db:1\npas: open", 2, "there is no key 'pas' here; did you mean 'pass'? Example: tcp:"),
        ("tcp: db:1\nonly_if: t fails", 2, "there is no key 'only_if' here; did you mean 'only if'?"),
        ("sql: SELECT 1\npass: rows == 1", 1, "server is missing. Example: server: ${pg_url}"),
        ("tcp: db:1\ntitle:\npass: open", 2, "title is empty: write a value, or leave it out"),
        ("tcp: db:1\npass: []", 2, "pass is empty: write a value, or leave it out"),
        ("tcp: db:1\npass:", 2, "pass is empty: write a value, or leave it out"),
        ("tcp: db:1\nfail: refused", 1, "pass is missing: without it the check is never ok"),
        ("tcp: db:1\npass: opn", 2, "in pass, tcp has no field 'opn'; did you mean 'open'?"),
        ("tcp: db:1\npass: open\nfail: x", 3, f"in fail, tcp has no field 'x'; {FIELDS}"),
        ("tcp: db:1\npass: open = 1", 2, "in pass, write '==' for '=' (column 6 of 'open = 1')"),
        ("tcp: db:1\npass: open == 1", 2, "in pass, open is true or false, not 1: write open, or not open"),
        ("tcp: db:1\npass: open > true", 2, "in pass, '>' does not go with open, a truth; use the field"),
        ("tcp: db:1\npass: open.x", 2, "in pass, open has no parts: open"),
        ("tcp: db:1\npass: ms", 2, "in pass, ms is a number: say what it is compared with, as in ms > 800ms"),
        ("tcp: db:1\npass: ms > 5GiB", 2, "in pass, ms has the unit ms or s or min or h or d or days or w,"),
        ("tcp: db:1\npass: ms > fast", 2, "in pass, ms is a number, not 'fast', as in ms > 800ms"),
        ("tcp: db:1\npass: ms < ${limits}", 2, "in pass, there is no parameter 'limits' in the front"),
        ("tcp: db:1\npass: ${nope} == 1 and open", 2, "in pass, there is no parameter 'nope' in the front"),
        ("tcp: db:1\npass: open and t passes", 2, "in pass, an expectation asks about the check's own"),
        ("disk: /\npass: free > 5", 2, "in pass, free needs a unit, as in free < 2GiB"),
        ("disk: /\npass: used_percent > 90ms", 2, "in pass, used_percent has the unit %, not 'ms'"),
        ("http: http://x\npass: status == OK", 2, "in pass, status is a number, not 'OK', as in status =="),
        ("http: http://x\npass: status > 2s", 2, "in pass, status has no unit, not 's'"),
        ("http: http://x\npass: body > 5", 2, "in pass, '>' does not go with body, a text; use ==: body"),
        ("http: http://x\npass: body == 5", 2, "in pass, body is a text: quote what it is compared with, as"),
        ("http: http://x\npass: json > 5", 2, "in pass, say which one: json.database == \"ok\""),
        ("http: http://x\npass: json.size > 2GiB", 2, "in pass, json.size has no unit, so it cannot be"),
        ("http: http://x\npass: header == y1", 2, "in pass, say which one: header.server contains \"nginx\""),
        ("http: http://x\nmethod: POST\npass: status == 200", 2, "method cannot be 'POST'; there are GET,"),
        ("http: http://x\nheaders: a\npass: status == 200", 2, "headers must be names and values: headers:"),
        ("container: x\npass: state == runing", 2, "in pass, state is never 'runing'; did you mean"),
        ("tcp: db:1\npass: [open, refused]", 2, "in pass, one of a list is enough: join with `and` what"),
        ("tcp: db:1\npass: {wen: open}", 2, "pass has no when. Example: {when: rows > 10, says:"),
        ("tcp: db:1\npass: {when: [open]}", 2, "in pass, when must be one text"),
        ("tcp: db:1\npass:\n  when: open\n  says: [a]", 4, "in pass, says must be one text"),
        ("tcp: db:1\npass: {when: open, says: 'in ${mss}'}", 2, "in pass, ${mss} is no parameter, and tcp"),
        ("file: /a/${api_key}\npass: exists", 1, "api_key is a secret, which a check of the kind"),
        ("log: a\nmatch: ${api_key}\npass: count == 0", 1, "api_key is a secret, which a check of the kind"),
        ("disk: ${api_key}\npass: free > 1GiB", 1, "api_key is a secret, which a check"),
        ("process: a\narguments: ${api_key}\npass: count > 0", 1, "api_key is a secret, which a check"),
        ("tcp: db:1\ntimeout: 5min\npass: open", 2, "timeout must be a time of at most 60 s, as in 5s or"),
        ("tcp: db:1\ntimeout: 5GiB\npass: open", 2, "timeout must be a time of at most 60 s"),
        ("tcp: db:1\ntimeout: -1s\npass: open", 2, "timeout must be a time of at most 60 s"),
        ("tcp: db:1\nfrom: container api\npass: open", 2, "tcp looks from this host only; inside a"),
        ("tcp: db:1\nfrom: moon\npass: open", 2, "from must be host, or container NAME, not 'moon'"),
        ("command: df ${mont}\npass: exit == 0", 1, "in command, there is no parameter 'mont' in the front"),
        ("tcp: db:1\nonly if: x.open\npass: open", 2, "in only if, it waits for itself: x -> x"),
        ("tcp: db:1\nonly if: tt fails\npass: open", 2, "in only if, there is no check 'tt'; did you mean"),
        ("tcp: db:1\nonly if: t\npass: open", 2, "in only if, say what of t: t fails, or t.open"),
        ("tcp: db:1\nonly if: t.opn\npass: open", 2, "in only if, tcp has no field 'opn'; did you mean"),
        ("tcp: db:1\nonly if: ${nope} exists\npass: open", 2, "in only if, there is no parameter 'nope' in"),
        ("http: http://x\npass: body contains ${api_key}", 2, f"in pass, {SECRET}"),
        ("tcp: db:1\nonly if: ${api_key} == x\npass: open", 2, f"in only if, {SECRET}"),
        ("http: http://x\npass: 200 <= status < 300", 2, "in pass, the field stands first: status"),
        ("tcp: db:1\nfail: ms > 5s\nwarn: ms > 9s\npass: open", 3, f"in warn, {LATE}"),
        ("tcp: db:1\ntitle: of ${api_key}\npass: open", 2, "in title, api_key is a secret, and a"),
        ("tcp: db:1\npass: open\nfail: > 95", 3, "not valid YAML: `>` begins a folded text in YAML"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_check(yaml: str, line: int, said: str) -> None:
    """Each is said once, on its line, with the nearest known word."""
    ((found, message),) = said_of("check", yaml)[:1]
    assert message.startswith(said)
    assert found == line
    assert len(set(said_of("check", yaml))) == len(said_of("check", yaml))


@pytest.mark.parametrize(
    ("yaml", "line", "said"),
    [
        ("title: a", 1, "when is missing. Example: when: root-disk.used_percent > 95%"),
        ("when:", 1, "when is missing. Example: when: root-disk.used_percent > 95%"),
        ("when: t fails and", 1, "in when, the name of a field must stand here, and it ends here (column 12"),
        ("when: [t fails]", 1, "when must be one text, not a list or a mapping"),
        ("when: t", 1, "in when, say what of t: t fails, or t.open"),
        ("when: t.opn", 1, "in when, tcp has no field 'opn'; did you mean 'open'?"),
        ("when: t.ms > 5GiB", 1, "in when, ms has the unit ms or s"),
        ("when: open", 1, "in when, there is no check 'open'; there are t; a field stands behind its check"),
        ("when: tt fails", 1, "in when, there is no check 'tt'; did you mean 't'?"),
        ("when: tt.open", 1, "in when, there is no check 'tt'; did you mean 't'?"),
        ("when: ${nope} exists", 1, "in when, there is no parameter 'nope'"),
        ("when: t fails\nunless: t.foo", 2, "in unless, tcp has no field 'foo'"),
        ("when: t fails\nunless:", 2, "unless is empty: write a value, or leave it out"),
        ("when: t fails\nwen: t fails", 2, "there is no key 'wen' here; did you mean 'when'?"),
        ("when: t fails\nbecause: [tt]", 2, "in because, there is no check 'tt'; did you mean 't'?"),
        ("when: t fails\nbecause: {a: b}", 2, "because must be a list: because: [one, two]"),
        ("when: t fails\nfix: [nope]", 2, "in fix, there is no remedy 'nope'"),
        ("when: t fails\nfix: []", 2, "fix is empty: write a value, or leave it out"),
        ("when: t fails\nexplains: [nope]", 2, "in explains, there is no cause 'nope'; there are x"),
        ("when: t fails\nexplains: [x]", 2, "in explains, it explains itself: x -> x"),
        ("when: t fails\nexplains: [[x]]", 2, "an item of explains must be one text"),
        ("when: t fails\nconfidence: 2", 2, "confidence must be a number from 0 to 1, or 90%, not '2'"),
        ("when: t fails\nseverity: fatal", 2, "severity cannot be 'fatal'; there are critical, warning"),
        ("when: t fails\nproof: it took ${t.mss}", 2, "in proof, tcp has no field 'mss'; did you mean 'ms'?"),
        ("when: t fails\nproof: it took ${tt.ms}", 2, "in proof, ${tt.ms} is no parameter, and no field of"),
        ("when: t fails\ntitle: of ${api_key}", 2, "in title, api_key is a secret, and a title is shown"),
        ("when: t fails\ntitle: it took ${t.ms}", 2, "in title, ${t.ms} is a field of a check: here"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_cause(yaml: str, line: int, said: str) -> None:
    """Also of what it names elsewhere: checks with their fields, causes, remedies."""
    ((found, message),) = said_of("cause", yaml)[:1]
    assert message.startswith(said)
    assert found == line


@pytest.mark.parametrize(
    ("yaml", "line", "said"),
    [
        ("title: a", 1, "run is missing. Example: run: sudo systemctl restart nginx"),
        ("run: []", 1, "run is missing. Example: run: sudo systemctl restart nginx"),
        ("run: {a: b}", 1, "run is missing. Example: run: sudo systemctl restart nginx"),
        ("run: a\n  b", 1, "YAML makes one line of these: write run: | for one command a line"),
        (
            "run: ls ${mont}",
            1,
            "in run, there is no parameter 'mont' in the front matter; did you mean 'mount'",
        ),
        (
            "run: sh -c 'rm ${mount}'",
            1,
            "in run, ${mount}: another program may read the quoted text around it",
        ),
        (
            "run: ls\nundo: eval ${mount}",
            2,
            "in undo, ${mount}: a second shell would read its value as a command",
        ),
        ("run: ls\nverify: [tt]", 2, "in verify, there is no check 'tt'; did you mean 't'?"),
        ("run: ls\nrisk: huge", 2, "risk cannot be 'huge'; there are none, low, medium, high"),
        ("run: ls\nloses: ${nope}", 2, "in loses, ${nope} is no parameter"),
        ("run: ls\nchanges: ${nope}", 2, "in changes, ${nope} is no parameter"),
        ("run: ls\nverfy: [t]", 2, "there is no key 'verfy' here; did you mean 'verify'?"),
    ],
)
def test_a_mistake_in_a_remedy(yaml: str, line: int, said: str) -> None:
    """Also of its commands: where a value stands in which no quoting makes it safe."""
    ((found, message),) = said_of("remedy", yaml)[:1]
    assert message.startswith(said)
    assert found == line


@pytest.mark.parametrize(
    ("what", "yaml"),
    [
        ("check", "tcp: ${host}:1\npass: open"),
        ("check", "tcp: db:1"),
        ("check", "tcp: db:1\npass: open\nonly if: t passes and ${mount} == '/var'"),
        ("check", "tcp: db:1\npass: [{when: open and ms < 5s}, {when: refused, says: '${ms} on ${mount}'}]"),
        ("check", "tcp: db:1\npass: open\nfail: [refused, timed_out]"),
        (
            "check",
            "http: http://x\nheaders:\n  X-A: ${mount}\npass: header.X-B == a and json.a[0].b > ${limit}",
        ),
        ("check", "command: df ${mount} ${HOME}\nfrom: container api\npass: exit == 0"),
        ("check", "tcp: db:1\nonly if: ${api_key} exists\npass: open"),
        ("cause", "when: t fails and t.ms > 5s\nproof: ${t.ms} on ${mount}\nconfidence: 90%\nbecause: t"),
        ("remedy", "run: |\n  systemctl restart ${mount}\n  ls $x ${HOME}\nverify: t\nrisk: low"),
    ],
)
def test_what_is_right_has_no_mistake(what: str, yaml: str) -> None:
    """Declarations as the documentation shows them pass."""
    assert said_of(what, yaml) == []


@pytest.mark.parametrize("what", ["check", "cause", "remedy"])
def test_ids_stand_for_one_thing(what: str) -> None:
    """Declared checks, causes and remedies share their ids with one another and with the built-in ones."""
    yaml = {"check": "tcp: db:1\npass: open", "cause": "when: t fails", "remedy": "run: ls"}[what]
    twice = mistakes(OPEN + fence(what, yaml, "t"))
    assert twice == [
        (LINES_OF_OPEN + 1, f"{what} t: there is a check 't' already: every id stands for one thing")
    ]
    for id_, kind in (("redis-container", "check"), ("start-container", "remedy")):
        taken = mistakes(OPEN + fence(what, yaml, id_), "redis")
        said = f"the domains that it uses have a {kind} {id_!r}: choose another id for this {what}"
        assert [message for _, message in taken] == [f"{what} {id_}: {said}"]


def test_a_declaration_may_rest_on_what_is_built_in() -> None:
    """A cause may ask how a built-in check ended and explain a built-in cause; a field of it is refused."""
    good = "when: redis-container fails and t fails\nexplains: [CAUSE]\nbecause: [redis-container]"
    cause = next(iter(Rules.of(["redis"]).causes))
    assert said_of("cause", f"{good}\nfix: start-container".replace("CAUSE", cause), uses="redis") == []
    ((_, message),) = said_of("cause", "when: redis-container.state == a", uses="redis")
    assert message == "in when, a built-in check has no fields: write redis-container fails, warns or passes"


def test_circles_are_said_where_they_begin() -> None:
    """Conditions that wait for one another, and causes that explain one another, on each of their lines."""
    checks = [f"tcp: db:1\nonly if: {other} passes\npass: open" for other in ("b", "c", "a")]
    body = "".join(fence("check", yaml, id_) for yaml, id_ in zip(checks, "abc", strict=True))
    assert mistakes(body) == [
        (3, "check a: in only if, it waits for itself: a -> b -> c -> a"),
        (8, "check b: in only if, it waits for itself: b -> c -> a -> b"),
        (13, "check c: in only if, it waits for itself: c -> a -> b -> c"),
    ]
    causes = [f"when: t fails\nexplains: [{other}]" for other in ("b", "a", "a")]
    body = OPEN + "".join(fence("cause", yaml, id_) for yaml, id_ in zip(causes, "abc", strict=True))
    assert [message for _, message in mistakes(body)] == [
        "cause a: in explains, it explains itself: a -> b -> a",
        "cause b: in explains, it explains itself: b -> a -> b",
    ]


def test_what_names_a_broken_declaration_is_not_said_too() -> None:
    """One mistake is one line: a cause on a check that cannot be read has no second one."""
    body = fence("check", "tpc: db:1", "a") + fence(
        "cause", "when: a.open and a fails\nbecause: a\nproof: ${a.ms}", "b"
    )
    assert len(mistakes(body)) == 1


def test_a_hundred_wrong_keys_are_a_few_lines() -> None:
    """A declaration of 5,000 unknown keys is said in five lines, each of a bounded length."""
    found = said_of("check", "tcp: db:1\npass: open\n" + "\n".join(f"{'k' * 300}{n}: v" for n in range(100)))
    assert len(found) == 5
    assert all(len(message) < 400 for _, message in found)


@pytest.mark.parametrize("options", ["", ":tags: [a]\n\n", ":tags: [a]\n:foo: b\n", "---\ntags: [a]\n---\n"])
def test_lines_count_from_the_file_with_options_above(options: str) -> None:
    """The line of a mistake is the file's, whatever stands at the head of the fence."""
    found = mistakes(f"text\n\n```{{check}} x\n{options}tcp: db:1\npass: opn\n```\n")
    assert [line for line, _ in found] == [5 + options.count("\n")]


@pytest.mark.parametrize(
    ("body", "line", "said"),
    [
        ("```{check}\n{OPEN}\n```\n", 1, "a check needs an id, lower-case words"),
        ("```{check} Root_Disk\n{OPEN}\n```\n", 1, "a check needs an id, lower-case words"),
        ("```{check} x\n{OPEN}\n", 1, "this check is never closed"),
        ("- a\n\n  ```{check} x\n  tcp: db:1\n  ```\n", 3, "a check in a list or quote never runs"),
        ("```{check} x\n```\n", 2, "check x: it is empty"),
        ("```{check} x\n:tags: [a\n\n{OPEN}\n```\n", 2, "the cell's options are not valid YAML"),
        ("```{code-cell}\n%%check Foo\n{OPEN}\n```\n", 2, "check Foo: the id 'Foo' must be lower-case"),
    ],
)  # fmt: skip
def test_a_fence_that_is_none(body: str, line: int, said: str) -> None:
    """Without an id, never closed, in a list, empty, or with options that do not parse."""
    found = mistakes(body.replace("{OPEN}", "tcp: db:1\npass: open"))
    assert found
    assert found[0][0] == line
    assert found[0][1].startswith(said)
