"""A container's settings with its loopback address replaced, so that its worker can be reached."""

from __future__ import annotations

import re

from runbooklab.domains.container.remedies.recreate import Change
from runbooklab.observe.docker.records import Container, RunOption

_LOOPBACK = r"(?:127\.0\.0\.1|localhost|\[::1\]|::1)"
#: A word, or a variable's name, that says where to listen.
_WHERE = re.compile(r"bind|listen|host|addr", re.IGNORECASE)
#: The address behind such a word: ``--bind=127.0.0.1``, ``{"bind": "127.0.0.1"}``.
_BEHIND = re.compile(rf"((?:bind|listen|host|addr(?:ess)?)\w*\W{{1,4}}){_LOOPBACK}(?![\w.])", re.IGNORECASE)
_ANY = "0.0.0.0"  # noqa: S104 # inside its container


def rebound(found: Container, port: int) -> Change | None:
    """The change that lets it listen on all addresses of its container; None if its settings name none.

    ``port`` is the one inside: an address with it is where the worker listens, one with another port may be
    where it calls somebody.
    """
    words = [each for each in found.options or () if not each.option]
    values = _replaced([each.value for each in words], port)
    if values != [each.value for each in words]:
        changed = tuple(
            RunOption("", value, each.template) for each, value in zip(words, values, strict=True)
        )
        return Change("let the command name 0.0.0.0", words=changed)
    variables = {
        name: _of_word(value, port) if not _WHERE.search(name) else _exact(_of_word(value, port))
        for name, value in found.environment.items()
    }
    options = tuple(
        ("--env", f"{name}={value}") for name, value in variables.items() if value != found.environment[name]
    )
    return Change("let the variable name 0.0.0.0", options=options) if options else None


def _replaced(words: list[str], port: int) -> list[str]:
    """Each word of a command; one that is a loopback address counts behind an option that says where."""
    behind = ["", *words[:-1]] if words else []
    return [
        _exact(_of_word(word, port)) if _WHERE.search(before) else _of_word(word, port)
        for word, before in zip(words, behind, strict=True)
    ]


def _exact(word: str) -> str:
    return _ANY if re.fullmatch(_LOOPBACK, word, re.IGNORECASE) else word


def _of_word(word: str, port: int) -> str:
    """The word with the address replaced that it listens at.

    >>> _of_word("--address=127.0.0.1:50051", 50051), _of_word("redis://localhost:6379", 50051)
    ('--address=0.0.0.0:50051', 'redis://localhost:6379')
    """
    with_port = re.sub(rf"(?<![\w.:]){_LOOPBACK}(?=:{port}(?!\d))", _ANY, word, flags=re.IGNORECASE)
    return _BEHIND.sub(rf"\g<1>{_ANY}", with_port) if with_port == word else with_port
