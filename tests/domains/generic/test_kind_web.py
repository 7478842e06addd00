"""Addresses that a check may fetch: with their values in place, judged and written."""

from __future__ import annotations

import pytest

from asking import asked, command, module, refused
from runbooklab.domains.generic.probes.http import HEADERS
from runbooklab.domains.generic.probes.web_address import Address, address_in
from runbooklab.shell.acting_words import acting_word

TOKEN = "***secret-1a2b3c4d***"


@pytest.mark.parametrize(
    ("subject", "values", "written"),
    [
        ("http://db/health", {}, "http://db/health"),
        ("${base}/health?a=${a}", {"base": "https://api:8443/v1", "a": "x&y=1"}, "https://api:8443/v1/health?a=x%26y%3D1"),
        ("http://${host}:8080/x", {"host": "10.0.0.1"}, "http://10.0.0.1:8080/x"),
        ("http://${host}/x", {"host": "[::1]:8080"}, "http://[::1]:8080/x"),
        ("http://db/a/${id}", {"id": "../b?c#d"}, "http://db/a/..%2Fb%3Fc%23d"),
        ("http://db/a/${id}/b", {"id": "ü x"}, "http://db/a/%C3%BC%20x/b"),
        ("http://db?q=${q}", {"q": "http://evil/"}, "http://db/?q=http:%2F%2Fevil%2F"),
        ("http://db/deleted-items", {}, "http://db/deleted-items"),
    ],
)  # fmt: skip
def test_values_are_put_into_a_url_where_they_change_nothing_else(
    subject: str, values: dict[str, str], written: str
) -> None:
    """A value at the start is a base URL, in the host's place a host, and elsewhere one encoded piece."""
    address = address_in(asked("http", subject, **values).subject)
    if "..%2F" in written:
        assert address == "The path leads upwards with `..`: write where it leads."
        return
    assert isinstance(address, Address)
    assert address.shown == written


@pytest.mark.parametrize(
    ("subject", "values", "said"),
    [
        ("ftp://db/x", {}, "Only http:// and https://"),
        ("file:///etc/passwd", {}, "Only http:// and https://"),
        ("db:8080/health", {}, "Only http:// and https://"),
        ("http://user:hunter2@db/", {}, "password in clear"),
        ("http://${host}/", {"host": "db@evil"}, "in the place of the URL's host"),
        ("http://${host}/", {"host": "db/x@evil"}, "in the place of the URL's host"),
        ("http://${host}/", {"host": TOKEN}, "The URL's host is none"),
        ("http://db${rest}", {"rest": "@evil/"}, "in the place of the URL's host"),
        ("${base}/x", {"base": "evil"}, "begins with a value that is no URL"),
        ("${base}/x", {"base": "http://a\r\nX: y"}, "control character"),
        ("http://db/${x}", {"x": "a\0b"}, "control character"),
        ("http://db/../admin", {}, "leads upwards"),
        ("http://db/%2e%2e/admin", {}, "leads upwards"),
        ("http://db/a b", {}, "percent-encoded"),
        ("http://db:99999/", {}, "host is none"),
        ("http://-x/", {}, "host is none"),
        ("http://[::g]/", {}, ""),
        ("http://db/-/reload", {}, "`reload`"),
        ("http://db/api/${verb}", {"verb": "shutdown"}, "`shutdown`"),
        ("http://db/?action=${verb}", {"verb": "restart"}, "`restart`"),
        ("${base}", {"base": "http://db/-/quit"}, "`quit`"),
    ],
)
def test_a_url_that_acts_or_misleads_is_refused(subject: str, values: dict[str, str], said: str) -> None:
    """One sentence says why, for literal text and for values alike."""
    why = refused(asked("http", subject, **values))
    assert why
    assert said in why
    assert why.count("\n") == 0


@pytest.mark.parametrize(
    ("path", "query", "word"),
    [
        ("/-/reload", "", "reload"),
        ("/-/RELOAD/", "", "reload"),
        ("/api/user/delete", "", "delete"),
        ("/api/deleteUser", "", "delete"),
        ("/api/delete_user/4", "", "delete"),
        ("/cache/flush-all", "", "flush"),
        ("/%72eload", "", "reload"),
        ("/%2572eload", "", "reload"),
        ("/admin", "cmd=stop", "stop"),
        ("/admin", "a=1&cmd=restart-now", "restart"),
        ("/admin", "shutdown", "shutdown"),
        ("/admin", "shutdown=1", "shutdown"),
        ("/service/start", "", "start"),
        ("/job?", "_method=put", "_method"),
        ("/quitquitquit", "", "quitquitquit"),
        ("/health/ready", "verbose=1", ""),
        ("/deleted-items", "", ""),
        ("/css/reset.css", "", ""),
        ("/api/v1/query_range", "query=rate(process_restart_total[5m])&start=1&end=2&step=15", ""),
        ("/start/page", "", ""),
        ("/nonstop/stopwatch", "", ""),
        ("/metrics", "name[]=node_reset_total", ""),
    ],
)
def test_words_that_act_are_found_as_whole_words(path: str, query: str, word: str) -> None:
    """A word counts as a part of a segment, as a query's name or value; inside a longer word it does not."""
    assert acting_word(path, query) == word


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({HEADERS + "Accept": "application/json"}, ""),
        ({HEADERS + "X-A": "${bad}"}, "control character"),
        ({HEADERS + "Host": "evil"}, "The header Host is not sent"),
        ({HEADERS + "X-HTTP-Method-Override": "DELETE"}, "is not sent"),
        ({HEADERS + "A b": "c"}, "no name of a header"),
        ({HEADERS + "X": "snow \u2603"}, "cannot have"),
        ({"connect to": "-x"}, "`connect to` takes"),
        ({"connect to": "[::1]:80"}, ""),
    ],
)
def test_headers_are_refused_that_change_the_request(options: dict[str, str], said: str) -> None:
    """What would smuggle a request, another host or another method is not sent."""
    why = refused(asked("http", "http://db/", options, bad="a\r\nb"))
    assert said in why
    assert bool(said) == bool(why)


def test_the_command_shows_a_variable_in_the_place_of_every_secret() -> None:
    """A person pastes it into a shell; neither a token nor a password stands in it."""
    question = asked(
        "http",
        "http://me:${p}@db/x?a=${a}",
        {"bearer": "${p}", HEADERS + "X-Y": "it's", "method": "HEAD", "certificate": "ignore"},
        p=TOKEN,
        a="1 2",
    )
    assert refused(question) == ""
    line = command(question)
    assert "secret-" not in line
    assert line.startswith("curl -sS -I --noproxy '*' --max-time 3 ")
    assert '"Authorization: Bearer $SECRET"' in line
    assert '"http://me:$SECRET@db/x?a=1%202"' in line
    assert module("http").plan(question)[0].what == "HEAD http://db/x?a=1%202"


def test_a_url_that_is_a_secret_as_a_whole_is_judged_when_it_is_known() -> None:
    """Until then the rest is judged: a path that acts is refused."""
    assert refused(asked("http", "${hook}/health", hook=TOKEN)) == ""
    assert "`reload`" in refused(asked("http", "${hook}/reload", hook=TOKEN))
    assert command(asked("http", "${hook}", hook=TOKEN)).endswith('"$SECRET"')
