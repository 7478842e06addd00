"""What a remedy lost and opened is what it does not announce."""

from __future__ import annotations

from runbooklab.lab.kept import Seen, lost, opened
from runbooklab.lab.lab import Trait

MEMORY = ("redis", Trait("Memory 100", "100 bytes"))
RUNS = ("redis", Trait("runs", "redis"))
PUBLISHED = ("redis", Trait("port 6379/tcp published on every address", "0.0.0.0:6379"))
UNGUARDED = ("redis", Trait("takes commands from anybody", "without a password", if_before="answers"))
ANSWERS = ("redis", Trait("answers", "redis"))


def test_what_is_gone_unannounced_is_lost() -> None:
    """A trait that the remedy's text names may go; another one is lost."""
    before, after = Seen(frozenset({MEMORY, RUNS})), Seen(frozenset({RUNS}))
    assert lost(before, after, "Makes it again.") == ("redis: Memory 100",)
    assert lost(before, after, "Makes it again without its limit of 100 bytes.") == ()


def test_what_is_open_afterwards_is_opened() -> None:
    """What was not open before and is not announced was opened."""
    after = Seen(open=frozenset({PUBLISHED}))
    assert opened(Seen(), after, "Publishes it.") == ("redis: port 6379/tcp published on every address",)
    assert opened(Seen(), after, "Publishes it at 0.0.0.0:6379.") == ()
    assert opened(after, after, "Publishes it.") == ()


def test_what_could_not_be_compared_was_not_opened() -> None:
    """A trait that needs another one before counts only if that was there."""
    after = Seen(open=frozenset({UNGUARDED}))
    assert opened(Seen(), after, "Starts it.") == ()
    assert opened(Seen(frozenset({ANSWERS})), after, "Starts it.") == ("redis: takes commands from anybody",)
