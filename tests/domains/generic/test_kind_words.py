"""What each kind refuses, and the command line it shows: for good and for hostile values."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from asking import asked, command, module, refused, text
from runbooklab.domains.generic.kinds import KINDS
from runbooklab.domains.generic.probes.line_times import since, time_of
from runbooklab.domains.generic.probes.promql_query import query_in
from runbooklab.domains.generic.probes.service import values_of, without_systemd
from runbooklab.domains.generic.probes.words_of import words_of
from systemd_units import SHOWN

#: Kinds that are made elsewhere, on the runner of commands.
ELSEWHERE = {"command", "plugin"}
PROM = {"server": "http://prometheus:9090"}


@pytest.mark.parametrize("name", sorted(set(KINDS) - ELSEWHERE))
def test_the_example_of_every_kind_may_be_asked(name: str) -> None:
    """What the table of kinds shows as an example is taken, and has a plan and a command."""
    row = KINDS[name]
    values = {"mount": "/", "host": "db.example", "base_url": "http://api:8080"}
    required = {"sql": {"server": "postgresql://db"}, "redis": {"server": "redis://db"}, "promql": PROM}
    question = asked(name, row.example, required.get(name, {}), **values)
    assert refused(question) == ""
    assert module(name).plan(question)
    assert command(question)


@pytest.mark.parametrize(
    ("kind", "subject", "value"),
    [
        ("file", "/var/log/${v}", "../../etc/shadow"),
        ("file", "/var/log/${v}", "a\0b"),
        ("file", "${v}", ""),
        ("file", "${v}", "/a\nb"),
        ("file", "/${v}", "a" * 5000),
        ("disk", "/data/${v}", ".."),
        ("process", "${v}", "-9"),
        ("process", "${v}", "/usr/bin/x"),
        ("process", "${v}", ""),
        ("port", "${v}", "0"),
        ("port", "${v}", "65536"),
        ("port", "${v}", "1 -k"),
        ("port", "${v}", "db:80"),
        ("port", "${v}", "::1:80"),
        ("container", "${v}", "a/b"),
        ("container", "${v}", "../x"),
        ("container", "${v}", "-x"),
        ("container", "${v}", ""),
        ("service", "${v}", "-x"),
        ("service", "${v}", "*"),
        ("service", "${v}", "a b"),
        ("service", "${v}", ""),
        ("log", "journal:${v}", "-x"),
        ("log", "journal:${v}", "a b"),
        ("log", "container:${v}", "a/../b"),
        ("log", "/var/log/${v}", "../../etc/shadow"),
        ("log", "/var/log/x\0", ""),
    ],
)
def test_a_value_that_would_be_something_else_is_refused(kind: str, subject: str, value: str) -> None:
    """An option, another path, another request: one sentence instead of a look."""
    why = refused(asked(kind, subject, v=value))
    assert why.endswith(".")
    assert "\n" not in why


@pytest.mark.parametrize(
    ("kind", "subject", "container", "said"),
    [
        ("file", "/etc/app.conf", "api", ""),
        ("file", "etc/app.conf", "api", "whole path"),
        ("file", "/etc/a b", "api", "whole path"),
        ("disk", "/data", "a/b", "name of a container"),
        ("disk", "/data;id", "api", "whole path"),
        ("log", "/var/log/x.log", "api", ""),
        ("log", "journal:nginx", "api", "whole path"),
        ("log", "container:x", "api", "whole path"),
    ],
)
def test_inside_a_container_only_plain_paths_are_read(
    kind: str, subject: str, container: str, said: str
) -> None:
    """What the guarded exec takes is known before it is sent."""
    why = refused(asked(kind, subject, container=container))
    assert said in why
    assert bool(why) == bool(said)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"match": "(?i)error|fatal"}, ""),
        ({"match": "(a"}, "`match` is no regular expression: a ) is missing"),
        ({"match": "^${v}$"}, ""),
        ({"last": "0"}, "`last` takes"),
        ({"last": "10001"}, "`last` takes"),
        ({"last": "many"}, "`last` takes"),
        ({"since": "15min"}, ""),
        ({"since": "yesterday"}, "`since` takes"),
        ({"since": "9999d"}, "`since` takes"),
    ],
)
def test_options_of_a_log_are_judged(options: dict[str, str], said: str) -> None:
    """A value in `match` stands for itself, whatever it holds."""
    why = refused(asked("log", "/var/log/x.log", options, v="(a+)+ [unclosed"))
    assert said in why
    assert bool(why) == bool(said)


@pytest.mark.parametrize(
    ("kind", "subject", "options", "line"),
    [
        ("file", "-rf", {}, "stat ./-rf"),
        ("disk", "/my data", {}, "df -h '/my data'"),
        ("process", "postgres", {}, "pgrep -a -x -- postgres"),
        ("process", "java", {"arguments": "app.jar", "user": "app"}, r"pgrep -a -u app -f -- 'app\.jar'"),
        ("port", "[::1]:5432", {}, "ss -ltnp 'sport = :5432'"),
        ("port", "53", {"protocol": "udp"}, "ss -lunp 'sport = :53'"),
        ("service", "nginx", {}, "systemctl status --no-pager nginx"),
        ("log", "/a.log", {"match": "x|y", "last": "9"}, "tail -n 9 /a.log | grep -E -- 'x|y'"),
        ("log", "journal:nginx", {"since": "15min"}, "journalctl --no-pager -u nginx -n 2000 --since -900s"),
        ("log", "container:api", {"match": "x"}, "docker logs --tail 2000 api 2>&1 | grep -E -- x"),
    ],
)
def test_the_command_is_quoted_for_a_shell(
    kind: str, subject: str, options: dict[str, str], line: str
) -> None:
    """A person pastes it and sees the same."""
    assert command(asked(kind, subject, options)) == line


def test_inside_a_container_the_command_goes_there() -> None:
    """docker exec with the same program."""
    assert command(asked("disk", "/data", container="api")) == "docker exec api df -h /data"


@pytest.mark.parametrize(
    ("query", "value", "written"),
    [
        ('up{job="${v}"}', "api", 'up{job="api"}'),
        ('up{job="${v}"}', 'a"} or up{x="', 'up{job="a\\"} or up{x=\\""}'),
        ("up{job='${v}'}", "a'\\", "up{job='a\\'\\\\'}"),
        ('up{job=~"${v}.*"}', "a.b|.*", 'up{job=~"a\\\\.b\\\\|\\\\.\\\\*.*"}'),
        ("up{job=`${v}`}", 'a"', 'up{job=`a"`}'),
        ("rate(x[${v}])", "5m", "rate(x[5m])"),
        ("x > ${v}", "-1.5", "x > -1.5"),
        ("${v} > 0", "http_requests:rate5m", "http_requests:rate5m > 0"),
    ],
)
def test_a_value_cannot_change_a_query(query: str, value: str, written: str) -> None:
    """In quotes it is escaped, elsewhere it is one number, duration or word."""
    assert query_in(text(query, v=value)) == (written, "")


@pytest.mark.parametrize(
    ("query", "value"),
    [
        ("up{job=${v}}", '"a"} or up{x="b"'),
        ("rate(x[${v}])", "5m]) or vector(1"),
        ("${v}", "a or b"),
        ("${v}", ""),
        ("up{job=`${v}`}", "a` or `"),
        ('up{job="${v}', "a"),
        ("up # ${v}", "a"),
        ("", "a"),
    ],
)
def test_a_value_that_would_change_a_query_is_refused(query: str, value: str) -> None:
    """One sentence says where a value may stand."""
    assert refused(asked("promql", query, PROM, v=value)).endswith(".")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("LLEN jobs", ["LLEN", "jobs"]),
        ("LLEN 'a b' \"c\"", ["LLEN", "a b", "c"]),
        ("LLEN ${v}", ["LLEN", "x y'; z"]),
        ("LLEN pre${v}post", ["LLEN", "prex y'; zpost"]),
        ("LLEN '${v} a'", ["LLEN", "x y'; z a"]),
    ],
)
def test_words_are_split_before_values_are_put_in(line: str, words: list[str]) -> None:
    """A value never ends a word, a quote or a command."""
    assert words_of(text(line, v="x y'; z")) == words


NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("line", "at"),
    [
        ("2026-12-01T11:26:05Z up", "2026-12-01T11:26:05+00:00"),
        ("2026-12-01T11:26:05.123456+02:00 up", "2026-12-01T09:26:05+00:00"),
        ("2026-12-01 11:26:05,123+0100 ERROR", "2026-12-01T10:26:05+00:00"),
        ("[2026-12-01T11:26:05-05] up", "2026-12-01T16:26:05+00:00"),
        ('10.0.0.1 - - [01/Dec/2026:11:26:05 +0100] "GET /"', "2026-12-01T10:26:05+00:00"),
        ("1796125571.820 0 x TCP_MISS", "2026-12-01T11:46:11.820000+00:00"),
        ('{"level":"info","time":"2026-12-01T11:26:05Z"}', "2026-12-01T11:26:05+00:00"),
    ],
)
def test_times_of_lines_are_read_in_common_shapes(line: str, at: str) -> None:
    """With their zone; those without one are this host's."""
    found = time_of(line, NOW)
    assert found is not None
    assert found == datetime.fromisoformat(at)


@pytest.mark.parametrize(
    "line",
    ["2026/12/01 11:26:05 [error] 1#1", "1234:M 01 Dec 2026 11:26:05.123 * Ready", "Dec  1 11:26:05 host x"],
)
def test_a_time_without_a_zone_is_this_hosts(line: str) -> None:
    """nginx, Redis and syslog write local time."""
    here = datetime(2026, 12, 1, 11, 26, 5).astimezone()  # local on purpose
    assert time_of(line, NOW) == here


def test_a_date_of_syslog_is_of_the_last_year_if_it_would_be_in_the_future() -> None:
    """It has no year: the last of December, read in January, was last year."""
    at = time_of("Dec 31 23:59:00 host x", datetime(2027, 1, 1, 12, tzinfo=UTC))
    assert at is not None
    assert at.year == 2026


@pytest.mark.parametrize("line", ["no time at all", "2026-13-45T99:99:99Z", "Feb 30 11:00:00 x", ""])
def test_a_line_without_a_time_has_none(line: str) -> None:
    """Nor has one whose day no month has."""
    assert time_of(line, NOW) is None


def test_lines_without_a_time_belong_to_the_one_before() -> None:
    """A traceback is as old as its first line."""
    lines = ["2026-12-01T10:00:00Z old", "  at x", "2026-12-01T11:59:00Z new", "  at y"]
    kept, has_time, saw_earlier = since(lines, NOW - timedelta(minutes=5), NOW)
    assert kept == lines[2:]
    assert (has_time, saw_earlier) == (True, True)


_LOADED = {"exists": True, "load": "loaded", "restarts": 0}
_ENDED = _LOADED | {"active": "failed", "sub": "failed", "enabled": "static", "result": "exit-code"}
_NOT_STARTED = {"exists": True, "active": "inactive", "sub": "dead", "result": "success"}
#: Unit -> what is read of what systemd showed of it, but for the time.
READ: dict[str, dict[str, object]] = {
    "runs.service": _LOADED
    | {"active": "active", "sub": "running", "enabled": "enabled", "result": "success", "exit_code": 0},
    "fails.service": _ENDED | {"exit_code": 3},
    "no-program.service": _ENDED | {"exit_code": 203},
    "restarts.service": _ENDED | {"active": "activating", "sub": "auto-restart", "exit_code": 9},
    "mistaken.service": _NOT_STARTED
    | {"load": "bad-setting", "enabled": "static", "exit_code": 0, "restarts": 0},
    "masked.service": _NOT_STARTED | {"load": "masked", "enabled": "masked", "exit_code": 0, "restarts": 0},
    "unknown.service": {"exists": False},
    "tmp.mount": {
        "exists": True,
        "load": "loaded",
        "active": "active",
        "sub": "mounted",
        "result": "success",
    },
}


@pytest.mark.parametrize("unit", SHOWN)
def test_what_systemctl_shows_is_read(unit: str) -> None:
    """Recorded text of units in every state; a mount has no main process, so no exit code and no restarts."""
    values = values_of(SHOWN[unit], 0.0)
    has_changed = values.pop("since", None) is not None
    assert values == READ[unit]
    assert has_changed == (values.get("active") not in (None, "inactive"))


def test_the_time_in_a_state_is_counted_from_its_clock() -> None:
    """The clock counts from the start of the machine, in microseconds."""
    (shown,) = re.findall(r"StateChangeTimestampMonotonic=(\d+)", SHOWN["runs.service"])
    assert values_of(SHOWN["runs.service"], int(shown) / 1e6 + 39)["since"] == 39.0


def test_a_property_without_a_value_is_left_out() -> None:
    """An older systemd prints some names alone."""
    said = "LoadState=loaded\nActiveState=active\nNRestarts=\n"
    assert values_of(said, 0.0) == {"exists": True, "load": "loaded", "active": "active"}


def test_a_machine_without_systemd_is_told(tmp_path: object) -> None:
    """The folder is there only if systemd is process 1."""
    from pathlib import Path

    assert without_systemd(Path(str(tmp_path))) == ""
    assert without_systemd(Path(str(tmp_path)) / "gone") == "systemd does not run this machine"
