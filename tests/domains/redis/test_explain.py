"""``runbook explain``: what a pasted error text points to, from the text alone."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from error_texts import corpus
from judging import CATALOGUE, explanation
from runbooklab.cli import main
from runbooklab.commands.explain import SHOWN
from runbooklab.domains.redis.signs import SIGNS

#: Client, text -> the likeliest cause, and what its first inspection or its fix must name.
CASES = [
    ("redis-py",
     "redis.exceptions.ConnectionError: Error 111 connecting to localhost:6379. Connection refused.",
     "container-stopped", "redis-tts"),
    ("redis-py",
     "redis.exceptions.ConnectionError: Error -2 connecting to cache:6380. Name or service not known.",
     "container-name-from-host", "getent hosts cache"),
    ("redis-py", "redis.exceptions.AuthenticationError: Authentication required.", "auth-required", "ping"),
    ("redis-py", "redis.exceptions.BusyLoadingError: Redis is loading the dataset in memory",
     "loading", "INFO persistence"),
    ("ioredis", "[ioredis] Unhandled error event: Error: connect ECONNREFUSED 127.0.0.1:6379",
     "container-stopped", "redis-tts"),
    ("ioredis", "ReplyError: READONLY You can't write against a read only replica.",
     "replica-read-only", "INFO replication"),
    ("jedis", "redis.clients.jedis.exceptions.JedisDataException: WRONGPASS invalid username-password pair",
     "auth-wrong-credentials", "ping"),
    ("jedis", "JedisException: Could not get a resource from the pool",
     "pool-exhausted", "CLIENT LIST"),
    ("go-redis", "dial tcp: lookup redis-tts on 127.0.0.53:53: no such host",
     "container-name-from-host", "getent hosts redis-tts"),
    ("go-redis in a container", "dial tcp: lookup redis-tts on 127.0.0.11:53: no such host",
     "network-not-shared", "docker network inspect"),
    ("go-redis", "read tcp 172.18.0.3:45678->172.18.0.2:6381: i/o timeout", "container-paused", "docker ps"),
    ("lettuce", "io.lettuce.core.RedisCommandExecutionException: OOM command not allowed when used memory",
     "memory-exhausted", "INFO memory"),
    ("lettuce", "RedisConnectionException: Unable to connect to cache/<unresolved>:6379\n"
     "Caused by: java.net.UnknownHostException: cache", "container-name-from-host", "getent"),
    ("redis-cli", "Could not connect to Redis at 10.0.0.5:6379: No route to host",
     "address-stale", "docker inspect"),
    ("redis-cli", "(error) NOPERM User app has no permissions to run the 'scan' command",
     "acl-permission-denied", "ACL LOG"),
    ("redis-cli", "(error) ERR max number of clients reached", "maxclients-reached", "INFO clients"),
]  # fmt: skip


def call(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["runbook", "explain", *arguments])
    with pytest.raises(SystemExit) as exit_:
        main()
    assert isinstance(exit_.value.code, int)
    return exit_.value.code


@pytest.mark.parametrize(("client", "text", "cause", "named"), CASES)
def test_a_clients_error_is_explained(client, text, cause, named, monkeypatch, capsys):
    """The likeliest cause comes first, with why and how to inspect it; status 0."""
    assert call(monkeypatch, text) == 0
    said = capsys.readouterr().out
    first = said[said.index("\n1. ") :].partition("\n2. ")[0]
    assert f"({cause})" in first
    assert named in first
    assert "why:  the text says" in first


def test_few_are_printed_and_all_are_in_the_json(monkeypatch, capsys):
    """A person gets the likeliest few; ``--json`` has all, ranked, and nothing else on stdout."""
    text = "Error 111 connecting to localhost:6379. Connection refused."
    call(monkeypatch, text)
    said = capsys.readouterr().out
    assert call(monkeypatch, text, "--json") == 0
    found = json.loads(capsys.readouterr().out)
    confidences = [cause["confidence"] for cause in found["causes"]]
    assert confidences == sorted(confidences, reverse=True)
    assert f"\n{SHOWN}. " in said
    assert f"\n{SHOWN + 1}. " not in said
    assert f"{len(confidences) - SHOWN} more with --json" in said
    assert found["causes"][0]["fix"] == "Start the Redis container: docker start redis-tts"


def test_commands_go_where_the_client_wanted_to_go():
    """Host and port of the text are those of the command; a DNS server's and the client's own are not."""
    loading = explanation("LOADING Redis is loading the dataset in memory, cache.example.org:6390")
    assert loading.causes[0].look.command == "redis-cli -h cache.example.org -p 6390 INFO persistence"
    timeout = explanation("read tcp 172.18.0.3:45678->172.18.0.2:6381: i/o timeout")
    assert "172.18.0.2:6381" in timeout.causes[0].why
    assert ":53" not in repr(explanation("dial tcp: lookup redis on 127.0.0.11:53: no such host").causes)


@pytest.mark.parametrize("arguments", [(), ("-",)])
def test_text_from_stdin(arguments):
    """A text may be piped in; bytes that are no UTF-8 do not matter."""
    done = subprocess.run(
        [sys.executable, "-m", "runbooklab", "explain", *arguments],
        input=b"\xff\n(error) NOAUTH Authentication required.\n", capture_output=True, check=True,
    )  # fmt: skip
    assert b"(auth-required)" in done.stdout


def test_a_text_that_looks_like_options(monkeypatch, capsys):
    """The server's own form begins with a hyphen, and quotes may be forgotten."""
    assert call(monkeypatch, "-NOAUTH Authentication required, -h too.") == 0
    assert call(monkeypatch, "-MISCONF", "Redis", "is", "configured") == 0
    assert "(persistence-failing)" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "said"),
    [("it does not work", "nothing in this text is known"), (" ", "there is no error text")],
)
def test_nothing_recognised_is_status_3(text, said, monkeypatch, capsys):
    """Where nothing is recognised no guess is made: one line on stderr, status 3."""
    assert call(monkeypatch, text) == 3
    captured = capsys.readouterr()
    assert captured.out == ""
    assert said in captured.err
    assert len(captured.err.splitlines()) == 1


def test_nothing_recognised_as_json(monkeypatch, capsys):
    """``--json`` is JSON in that case too."""
    assert call(monkeypatch, "it does not work", "--json") == 3
    assert json.loads(capsys.readouterr().out)["causes"] == []


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_passwords_and_terminal_codes_do_not_come_back(options, monkeypatch, capsys):
    """A password in the pasted text is not repeated, and no escape sequence reaches the terminal."""
    text = "\x1b[31mConnection refused: redis://:hunter2-s3cret@db:6379 --requirepass hunter3-s3cret"
    assert call(monkeypatch, text, *options) == 0
    said = capsys.readouterr().out
    assert "s3cret" not in said
    assert "\x1b" not in said


def test_both_ends_of_a_long_text_count():
    """The failure stands last in Python's traces and first in Java's."""
    filler = "    at com.example.Frame(redis://:hunter2-s3cret@db:6379)\n" * 500
    for text in (f"{filler}ConnectionError: Error 111", f"NOAUTH Authentication required\n{filler}"):
        found = explanation(text)
        assert found.causes
        assert "s3cret" not in repr(found)


def test_nothing_is_touched(tmp_path):
    """No socket is opened and no file written or read but the runbooks, not even the user's key.

    Which packages add a subject is in their ``entry_points.txt``.
    """
    code = (
        "import sys; import runbooklab.commands.group, runbooklab.diagnosis.explanation\n"
        "from runbooklab.cli import main\n"
        "seen, read = [], ('py', 'pyc', 'so', 'txt', 'zip', 'md', '/dev/urandom')\n"
        "sys.addaudithook(lambda name, args: seen.append((name, args)))\n"
        "sys.argv = ['runbook', 'explain', 'Error 111 connecting to localhost:6379.']\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "acts = [n for n, a in seen if n.startswith(('socket.', 'subprocess.', 'os.mkdir', 'os.rename'))\n"
        "        or n == 'open' and str(a[0]).rpartition('.')[2] not in read]\n"
        "print(acts)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True,
        env={"HOME": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip
    assert done.stdout.endswith("[]\n"), done.stdout[-300:]
    assert list(tmp_path.iterdir()) == []


def test_every_suspect_has_a_first_inspection_that_only_reads():
    """Each cause that a text can point to has its own inspection, and none of them changes anything."""
    inspected = {cause.id for cause in CATALOGUE if cause.inspect}
    assert {cause for sign in SIGNS for cause in sign.causes} <= inspected
    changing = (" SET", " start ", " run ", " kill", " rm ", " connect ", " -i ", "FLUSH", "iptables -D")
    for origin, _, text in corpus():
        for cause in explanation(text).causes:
            assert not any(word in cause.look.command for word in changing), (origin, cause)
            assert cause.look.command.split()[0] != "runbook", (origin, cause)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "dial tcp 10.0.0.5:5432: connect: connection refused",
            "This is not about Redis: it is about PostgreSQL's port 5432;",
        ),
        ("# WARNING overcommit_memory is set to 0! Background save may fail", "is no failure"),
    ],
)
def test_what_is_no_failure_of_redis_is_said_so(text, said, monkeypatch, capsys):
    """Another service's error, and Redis' advice at start, give no cause but a line that says what it is."""
    assert call(monkeypatch, text) == 3
    assert said in capsys.readouterr().err


def test_an_error_that_does_not_name_redis_is_taken_with_caution(monkeypatch, capsys):
    """Causes are named with less confidence, and it is said that the text names no Redis."""
    assert call(monkeypatch, "connect: connection refused") == 0
    assert "names neither Redis nor its port" in capsys.readouterr().out
    named, bare = explanation("connection refused by redis:6379"), explanation("connection refused")
    assert bare.causes[0].confidence < named.causes[0].confidence


def test_the_container_that_docker_names_is_the_one_to_inspect():
    """Docker's message holds the container's name: the first command uses it."""
    found = explanation("Error response from daemon: No such container: tts-cache-1")
    assert "tts-cache-1" in found.causes[0].look.command


def test_a_long_log_is_read_to_its_end():
    """The last line of 60,000 counts, and how much was read is said."""
    log = b"2026-11-29 12:00:00 INFO request served in 3 ms, all is well here\n" * 60_000
    done = subprocess.run(
        [sys.executable, "-m", "runbooklab", "explain"],
        input=log + b"redis.exceptions.ConnectionError: Error 111 connecting to redis:6379.\n",
        capture_output=True, check=True,
    )  # fmt: skip
    assert b"(container-stopped)" in done.stdout
    assert b"Read: 60,001 lines" in done.stdout


@pytest.mark.parametrize(
    "text",
    [
        "\x1b[31mredis://:hunt\x1b[0mer2-s3cret@cache:6380\x1b[0m connection refused",
        r"redis://:hunter2\n-s3cret@cache:6380 connection refused",
        r'{"err":"dial redis://:hunter2-s3cret@cache:6379\nrefused","password":"hunter2-s3cret"}',
        "redis-cli -a hunter2-s3cret: Could not connect to Redis at 1.2.3.4:6379: Connection refused",
        ">>> 'requirepass hunter2-s3cret'\nBad directive or wrong number of arguments",
        "x " * 60_000 + "redis://:hunter2-s3cret@cache:6380 connection refused " + "y " * 60_000,
    ],
)
def test_no_secret_survives_what_is_undone_or_cut(text):
    """Colours inside, written-out line breaks and the cutting of long lines leave no part of a password."""
    assert "s3cret" not in repr(explanation(text))
    assert "hunter2" not in repr(explanation(text))
