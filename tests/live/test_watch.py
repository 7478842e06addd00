"""A real Redis watched: registrations come and go, it hangs, it is killed, it comes back."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from redis_servers import RedisServer, free_port, redis_server

from runbooklab.model.watched import Watched
from runbooklab.notebook import session
from runbooklab.notebook import watch as watch_module
from runbooklab.notebook.kernel_session import KernelSession
from runbooklab.notebook.watching import Watching

PASSWORD = "planted-Passw0rd-7"


@pytest.fixture
def server() -> Iterator[RedisServer]:
    with redis_server() as running:
        yield running


@pytest.fixture(autouse=True)
def _no_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "_session", KernelSession())


def begin(url: str, **parameters: Any) -> None:
    """A run of the Redis at ``url``, without Docker."""
    given = {
        "redis_url": url, "redis_container": "", "docker_network": "", "orchestrator_config": "",
        "worker_key_pattern": "worker:*", "probe_timeout_s": 10.0,
    }  # fmt: skip
    session.start("redis-connection", uses=["redis"], **(given | parameters))
    session.current().evidence()


class Watch:
    """A watch that a test drives: it goes on until the test has seen what it waits for."""

    def __init__(self, every_s: float = 0.2, timeout_s: float = 1.0) -> None:
        run = session.current()
        watcher = run.watcher()
        assert watcher is not None
        self._changed = threading.Condition()
        self._last: Watched | None = None
        self.watching = Watching(
            watcher, "redis", seconds=60, every_s=every_s, timeout_s=timeout_s,
            on_look=self._seen, on_end=run.ledger_has_grown,
        )  # fmt: skip
        self.watching.start()

    def _seen(self, watched: Watched) -> None:
        with self._changed:
            self._last = watched
            self._changed.notify_all()

    def until(self, happened: Callable[[Watched], object]) -> Watched:
        """Go on until that has ``happened``."""
        with self._changed:
            assert self._changed.wait_for(
                lambda: self._last is not None and bool(happened(self._last)), timeout=30
            ), self._last
            assert self._last is not None
            return self._last

    def end(self) -> Watched:
        """Stop, and what was seen."""
        self.watching.stop()
        assert self.watching.wait()
        return self.watching.watched()


def _comings(watched: Watched) -> list[tuple[str, str]]:
    return [(coming.what, coming.name) for coming in watched.comings]


def _answers(watched: Watched) -> list[bool]:
    return [value is not None for value in next((c.values for c in watched.curves if c.name == "PING"), ())]


def test_registrations_come_and_go(server: RedisServer) -> None:
    """Each is told with its name; the numbers are Redis's own; one connection serves all looks."""
    server.send("SET", "worker:1", "x")
    begin(server.url())
    before = int(server.send("INFO", "stats").partition("total_connections_received:")[2].split()[0])
    watch = Watch()
    watch.until(lambda watched: watched.presences)
    server.send("SET", "worker:2", "x")
    watch.until(lambda watched: ("came", "worker:2") in _comings(watched))
    server.send("DEL", "worker:1")
    watch.until(lambda watched: ("went", "worker:1") in _comings(watched))
    watched = watch.end()
    after = int(server.send("INFO", "stats").partition("total_connections_received:")[2].split()[0])
    assert _comings(watched) == [("came", "worker:2"), ("went", "worker:1")]
    assert [curve.name for curve in watched.curves] == [
        "Registrations", "PING", "Clients connected", "Memory used",
    ]  # fmt: skip
    assert watched.silences == ()
    assert watched.state == "stopped"
    assert after - before == 4  # redis-cli three times, and the watch once


def test_a_server_that_hangs_leaves_a_gap(server: RedisServer) -> None:
    """A look that gets no answer ends at its own timeout; when the server goes on, so does the watch."""
    begin(server.url())
    watch = Watch(timeout_s=0.4)
    watch.until(lambda watched: any(_answers(watched)))
    server.freeze()
    watch.until(lambda watched: watched.silences)
    server.thaw()
    watch.until(lambda watched: _answers(watched)[-1])
    watched = watch.end()
    assert [silence.why for silence in watched.silences] == ["ping timed out"]
    assert watched.silences[0].until_s > watched.silences[0].from_s


def test_a_server_that_is_killed_and_comes_back() -> None:
    """Refused meanwhile; afterwards what its memory held is gone, and the watch says that too."""
    port = free_port()
    with redis_server(port=port) as server:
        server.send("SET", "worker:1", "x")
        begin(server.url())
        watch = Watch()
        watch.until(lambda watched: watched.presences)
        server.process.kill()
        watch.until(lambda watched: watched.silences)
    with redis_server(port=port):
        watch.until(lambda watched: _comings(watched))
        watched = watch.end()
    assert _comings(watched) == [("went", "worker:1")]
    assert any("refused" in silence.why for silence in watched.silences)


def test_a_server_that_was_down_when_the_run_began() -> None:
    """The watch sees it start: it doesn't go by what the probes saw."""
    port = free_port()
    begin(f"redis://127.0.0.1:{port}")
    watch = Watch()
    watch.until(lambda watched: watched.silences)
    with redis_server(port=port):
        watch.until(lambda watched: any(_answers(watched)))
        watched = watch.end()
    assert len(watched.silences) == 1


def test_a_connection_that_the_server_closed_is_opened_again(server: RedisServer) -> None:
    """An idle timeout of the server, or a person who killed our client, is no silence."""
    begin(server.url())
    watch = Watch()
    seen = len(watch.until(lambda watched: any(_answers(watched))).moments)
    server.send("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
    watch.until(lambda watched: len(watched.moments) > seen + 2)
    watched = watch.end()
    assert watched.silences == ()
    assert all(_answers(watched))


def test_what_was_sent_is_in_the_ledger(server: RedisServer) -> None:
    """Each kind of command once, with how often: nothing but PING, INFO, SCAN and DBSIZE."""
    begin(server.url())
    before = session.current().evidence().ledger
    watch = Watch()
    watch.until(lambda watched: len(watched.moments) > 2)
    watch.end()
    sent = session.current().evidence().ledger[len(before) :]
    assert all("times)" in entry.what for entry in sent if entry.to == "redis")
    assert {entry.what.split(" (")[0] for entry in sent if entry.to == "redis"} == {
        "PING", "INFO clients", "INFO memory", "SCAN MATCH worker:* COUNT 1000", "DBSIZE",
    }  # fmt: skip


def test_no_secret_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    """Not the password that is used, and none in the name of a key."""
    with redis_server("--requirepass", PASSWORD) as server:
        server.send("SET", f"worker:redis://:{PASSWORD}@h/0", "x", password=PASSWORD)
        begin(server.url(f":{PASSWORD}"))
        capsys.readouterr()
        session.watch(every=0.2, headless=0.5)
        shown = capsys.readouterr().out
        assert "'kind': 'watch'" in shown
        assert "Clients connected" in shown
        assert PASSWORD not in shown
        assert PASSWORD not in repr(session.current().evidence())


def test_a_wrong_password_is_told(server: RedisServer) -> None:
    """No look is an answer, and the reason is Redis's own."""
    server.send("CONFIG", "SET", "requirepass", PASSWORD)
    begin(server.url())
    watched = Watch().until(lambda watched: watched.silences)
    assert "NOAUTH" in watched.silences[0].why
    assert watched.curves == ()


def test_without_a_person_nothing_is_watched_unless_asked(
    server: RedisServer, capsys: pytest.CaptureFixture[str]
) -> None:
    """A headless run is as fast as before, and its output says what a person can do."""
    begin(server.url())
    capsys.readouterr()
    connections = server.send("INFO", "stats").partition("total_connections_received:")[2].split()[0]
    session.watch(seconds=30)
    shown = capsys.readouterr().out
    again = server.send("INFO", "stats").partition("total_connections_received:")[2].split()[0]
    assert "Not watched: nobody was there." in shown
    assert int(again) == int(connections) + 1  # redis-cli's own


def test_an_interrupt_ends_the_watch_quietly(
    server: RedisServer, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The picture of what was seen until then stays."""
    begin(server.url())
    waits = iter([KeyboardInterrupt])
    ended = Watching.wait

    def wait(watching: Watching) -> bool:
        for interrupt in waits:
            time.sleep(0.5)
            raise interrupt
        return ended(watching)

    monkeypatch.setattr(Watching, "wait", wait)
    capsys.readouterr()
    session.watch(every=0.2, headless=60)
    assert ", then stopped" in capsys.readouterr().out


@pytest.mark.parametrize(
    "call", [{"headless": "long"}, {"headless": 1, "every": 0}, {"headless": float("nan")}]
)
def test_a_time_that_is_none_is_refused(
    server: RedisServer, capsys: pytest.CaptureFixture[str], call: dict[str, Any]
) -> None:
    """One line says what is wanted; the cells below still run."""
    begin(server.url())
    capsys.readouterr()
    session.watch(**call)
    assert "watch() needs a number of seconds" in capsys.readouterr().out


def test_a_later_watch_stops_the_one_before(
    server: RedisServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """There is one at a time, whichever cell began it."""
    begin(server.url())
    monkeypatch.setattr(watch_module, "is_interactive", lambda: True)
    session.watch(seconds=60, every=0.2)
    first = watch_module._under_way
    assert first is not None
    session.watch(seconds=60, every=0.2)
    assert first.wait()
    assert first.watched().state == "stopped"
    watch_module.stop_watching()
    second = watch_module._under_way
    assert second is not None
    assert second is not first
    assert second.wait()
    capsys.readouterr()


def test_a_database_with_too_many_keys_is_not_searched_at_every_look(server: RedisServer) -> None:
    """The figures are watched all the same, and a sentence says what is not."""
    script = "for i = 1, 60000 do redis.call('SET', 'other:' .. i, 'x') end"
    server.send("EVAL", script, "0")
    begin(server.url())
    watched = Watch().until(lambda watched: watched.moments)
    assert watched.note.startswith("Registrations were not watched: a look reads 50,000 keys at most")
    assert "Registrations" not in {curve.name for curve in watched.curves}
