"""A .env file as each reader reads it, compared with the readers themselves where this machine has them."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import threading
from pathlib import Path

import pytest

from machine import lacking
from runbooklab.observe.env_file import READERS, values_as
from runbooklab.observe.env_file.records import EnvReading

#: Files that people write, as bytes: each is read by every reader.
FILES: dict[str, bytes] = {
    "plain": b"A=1\nB=two\n",
    "no final newline": b"A=1\nB=two",
    "crlf": b"A=1\r\nB='two three'\r\n",
    "crlf with blank lines": b"# first\r\n\r\nA=1\r\n",
    "double quotes": b'A="x y"\nB="a\\"b"\nC="tab\\tn\\nl"\nD="5\\$6"\n',
    "single quotes": b"A='x y'\nB='$HOME'\nC='a\\nb'\n",
    "comment after a value": b"A=1 # why\nB=a#b\nC='q' # why\n",
    "comment lines": b"# one\n  # two\n; three\nA=1\n",
    "export": b"export A=1\nexport B='x y'\n",
    "spaces at equals": b"A = 1\nB=2\n",
    "space after equals": b"A= 1\nB=2\n",
    "unquoted space": b"A=hello world\nB=2\n",
    "unclosed double": b'A=1\nB="two\nC=3\n',
    "unclosed single": b"A=1\nB='two\nC=3\n",
    "no equals": b"A=1\nJUSTANAME\nB=2\n",
    "words": b"A=1\nthis is prose\nB=2\n",
    "empty values": b"A=\nB=''\nC=\"\"\n",
    "equals in value": b"A=b=c==\n",
    "dollar name": b"BASE=/srv\nA=$BASE/x\nB=${BASE}/y\nC=${NONE:-z}\nD='$BASE'\n",
    "lone dollar": b"A=pa$\nB=2\n",
    "dollar percent": b"A=pa$%x\nB=2\n",
    "half a reference": b"A='x'\nC=pa${word\n",
    "unset name": b"A=pa$word\n",
    "twice": b"A=1\nB=2\nA=3\n",
    "bom": b"\xef\xbb\xbfA=1\nB=2\n",
    "bom before a comment": b"\xef\xbb\xbf# comment\nB=2\n",
    "hyphen in name": b"MY-A=1\nB=2\n",
    "digit first": b"1A=1\nB=2\n",
    "url": b"URL=redis://:secret@h:6379/0?a=1\nB=2\n",
    "ampersand": b"URL=http://h/?a=1&b=2\nB=2\n",
    "semicolon": b"A=x;y\nB=2\n",
    "brackets": b"A=(x)\nB=2\n",
    "json": b'A={"k":1}\nB=\'{"k":1}\'\n',
    "several lines": b'A="one\ntwo"\nB=2\n',
    "backslash at the end": b"A=one\\\ntwo\nB=2\n",
    "backslashes": b"A=C:\\dir\nB=2\n",
    "utf-8": "A=grüße\n".encode(),
    "not utf-8": b"A=gr\xfc\xdfe\nB=2\n",
    "utf-16": "A=1\r\n".encode("utf-16"),
    "quote in the middle": b"A=it's\nB=fine\nC=it's\n",
    "one apostrophe": b"A=it's\nB=2\n",
    "value then quote": b"A=x'y z'\nB=2\n",
    "text after a quote": b"A='x'y\nB=2\n",
    "yaml": b"A: 1\nB: two\n",
    "indented": b"  A=1\n\tB=2\n",
    "trailing spaces": b"A=1   \nB='2'  \n",
    "no name": b"=1\nB=2\n",
    "substitution": b"A=$(echo hi)\nB=2\n",
    "glob": b"A=*\nB=~x\n",
    "nothing": b"",
    "hash first": b"A=#x\nB= # y\n",
}
NAMES = ("A", "B", "C", "D", "URL", "BASE")


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("data", FILES.values(), ids=FILES)
def test_every_reader_takes_every_file(reader: str, data: bytes) -> None:
    """No content raises, and no mistake quotes a value."""
    read = values_as(reader, data)  # type: ignore[arg-type]
    assert read.reader == reader
    assert all(mistake.line > 0 and mistake.message for mistake in read.mistakes)
    assert "secret" not in "".join(mistake.message for mistake in read.mistakes)


def _sourced(shell: str, path: Path) -> tuple[dict[str, str], str]:
    """What a shell that sources the file has in its environment afterwards, and its complaints."""
    probe = (
        "import os, json; print(json.dumps({n: os.environb[n.encode()].decode('utf-8', 'surrogateescape') "
    )
    probe += f"for n in {NAMES!r} if n.encode() in os.environb}}))"
    script = 'set -a; . "$1"; set +a; exec python3 -c "$2"'
    done = subprocess.run(
        [shell, "-c", script, shell, str(path), probe],
        env={"PATH": os.environ["PATH"], "HOME": "/home/x"},
        capture_output=True,
        text=True,
        timeout=20,
        cwd=path.parent,
        check=False,
    )
    return (json.loads(done.stdout) if done.stdout.strip() else {}), done.stderr


@pytest.mark.parametrize("shell", ["sh", "bash"])
@pytest.mark.parametrize("name", FILES)
def test_a_shell_sets_what_is_said_here(shell: str, name: str, tmp_path: Path) -> None:
    """A real shell sources the file: the same values, and a complaint for each mistake."""
    if shutil.which(shell) is None:
        lacking(f"no {shell}")
    if (shell, name) == ("bash", "brackets"):
        pytest.skip("bash has arrays; sh refuses them")
    path = tmp_path / "env"
    path.write_bytes(FILES[name])
    read = values_as("shell", FILES[name], {"HOME": "/home/x"})
    if "UTF-16" in "".join(mistake.message for mistake in read.mistakes):
        return
    values, complaints = _sourced(shell, path)
    known = {name for name in NAMES if name in read.values}
    unknowable = {each.name for each in read.assignments if each.value is None} | (
        {"B"} if name == "glob" else set()
    )
    if not read.stops:
        assert {n: v for n, v in values.items() if n not in unknowable} == {
            n: read.values[n] for n in known - unknowable
        }
    silent = name == "ampersand"  # the rest of the line is a command in the background, or an assignment
    assert bool(read.mistakes) == bool(complaints.strip()) or silent, (read.mistakes, complaints)


@pytest.mark.parametrize("name", FILES)
def test_dotenv_sets_what_is_said_here(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The library itself gives the same values."""
    from dotenv import dotenv_values

    path = tmp_path / "env"
    path.write_bytes(FILES[name])
    for each in ("NONE", "word", *NAMES):
        monkeypatch.delenv(each, raising=False)
    read = values_as("dotenv", FILES[name], dict(os.environ))
    try:
        expected = dotenv_values(path)
    except UnicodeDecodeError:
        assert read.stops
        return
    if not read.stops:
        assert read.values == {key: value for key, value in expected.items() if value is not None}


class _Engine:
    """Listens where the docker client expects an engine, and keeps the body of the request to create."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.body: bytes | None = None
        self.server = socket.socket(socket.AF_UNIX)
        self.server.bind(str(path))
        self.server.listen()
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self.server.accept()
            except OSError:
                return
            with connection, connection.makefile("rwb") as stream:
                while line := stream.readline():
                    length = 0
                    while (header := stream.readline().strip()) != b"":
                        if header.lower().startswith(b"content-length:"):
                            length = int(header.split(b":")[1])
                    body = stream.read(length)
                    if b"/containers/create" in line:
                        self.body = body
                    said = b"OK" if b"_ping" in line else b"{}"
                    stream.write(
                        b"HTTP/1.1 %s\r\nApi-Version: 1.41\r\nContent-Length: %d\r\n\r\n"
                        % (b"200 OK" if b"_ping" in line else b"404 Not Found", len(said))
                    )
                    stream.write(said)
                    stream.flush()

    def close(self) -> None:
        self.server.shutdown(socket.SHUT_RDWR)
        self.server.close()
        self.thread.join(5)


@pytest.mark.skipif(shutil.which("docker") is None, reason="no docker client")
@pytest.mark.parametrize("name", FILES)
def test_docker_run_sends_what_is_said_here(name: str, tmp_path: Path) -> None:
    """The docker client itself sends the engine the same values, or refuses the file."""
    path = tmp_path / "env"
    path.write_bytes(FILES[name])
    engine = _Engine(tmp_path / "s")
    try:
        done = subprocess.run(
            [
                "docker",
                "-H",
                f"unix://{engine.path}",
                "create",
                "--pull",
                "never",
                "--env-file",
                str(path),
                "nobody/none",
            ],
            env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)},
            capture_output=True,
            text=True,
            timeout=20,
            check=False,
        )
    finally:
        engine.close()
    read = values_as("docker-run", FILES[name])
    if engine.body is None:
        assert read.stops, done.stderr
        return
    sent = dict(pair.partition("=")[::2] for pair in json.loads(engine.body).get("Env") or () if "=" in pair)
    assert not read.stops
    assert read.values == sent


#: What Compose 2.40 makes of some of them, as its source says and as was measured.
COMPOSE: tuple[tuple[str, dict[str, str] | None], ...] = (
    ("crlf", {"A": "1", "B": "two three"}),
    ("double quotes", {"A": "x y", "B": 'a"b', "C": "tab\tn\nl", "D": "5$6"}),
    ("comment after a value", {"A": "1", "B": "a#b", "C": "q"}),
    ("export", {"A": "1", "B": "x y"}),
    ("spaces at equals", {"A": "1", "B": "2"}),
    ("unquoted space", {"A": "hello world", "B": "2"}),
    ("unclosed double", None),
    ("unclosed single", None),
    ("no equals", {"A": "1", "B": "2"}),
    ("words", None),
    ("dollar name", {"BASE": "/srv", "A": "/srv/x", "B": "/srv/y", "C": "z", "D": "$BASE"}),
    ("unset name", {"A": "pa"}),
    ("dollar percent", {"A": "pa$%x", "B": "2"}),
    ("half a reference", None),
    ("bom", {"A": "1", "B": "2"}),
    ("hyphen in name", {"MY-A": "1", "B": "2"}),
    ("several lines", {"A": "one\ntwo", "B": "2"}),
    ("one apostrophe", {"A": "it's", "B": "2"}),
    ("yaml", {"A": "1", "B": "two"}),
    ("utf-16", None),
)


@pytest.mark.parametrize(("name", "values"), COMPOSE)
def test_compose_reads_what_is_said_here(name: str, values: dict[str, str] | None) -> None:
    """None: Compose gives the whole file up."""
    read = values_as("compose", FILES[name])
    assert (None if read.stops else read.values) == values


#: What systemd makes of some of them, as systemd.exec(5) says.
SYSTEMD: tuple[tuple[str, dict[str, str], int], ...] = (
    ("crlf", {"A": "1", "B": "two three"}, 0),
    ("comment after a value", {"A": "1 # why", "B": "a#b", "C": "q# why"}, 0),
    ("comment lines", {"A": "1"}, 0),
    ("export", {}, 2),
    ("spaces at equals", {"A": "1", "B": "2"}, 0),
    ("dollar name", {"BASE": "/srv", "A": "$BASE/x", "B": "${BASE}/y", "C": "${NONE:-z}", "D": "$BASE"}, 0),
    ("unclosed double", {"A": "1", "B": "two\nC=3\n"}, 1),
    ("no equals", {"A": "1", "B": "2"}, 1),
    ("bom", {"B": "2"}, 1),
    ("backslash at the end", {"A": "onetwo", "B": "2"}, 0),
)


@pytest.mark.parametrize(("name", "values", "mistakes"), SYSTEMD)
def test_systemd_reads_what_is_said_here(name: str, values: dict[str, str], mistakes: int) -> None:
    """systemd expands nothing, and drops what is no assignment."""
    read = values_as("systemd", FILES[name])
    assert (read.values, len(read.mistakes)) == (values, mistakes)


def _kinds(read: EnvReading) -> list[tuple[int, str, str]]:
    return [(mistake.line, mistake.kind, mistake.effect) for mistake in read.mistakes]


def test_a_mistake_is_named_with_its_line_and_what_comes_of_it() -> None:
    """The same file is one thing to Compose and another to a shell."""
    data = b'# settings\nA = 1\nB="open\n'
    assert _kinds(values_as("compose", data)) == [(3, "unclosed-quote", "stops")]
    assert _kinds(values_as("docker-run", data)) == [(2, "space-at-equals", "stops")]
    assert _kinds(values_as("shell", data)) == [
        (2, "space-at-equals", "drops"),
        (3, "unclosed-quote", "stops"),
    ]
    assert _kinds(values_as("dotenv", data)) == [(3, "unclosed-quote", "drops")]
