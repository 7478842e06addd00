"""Many texts looked for at once, in a time linear in what is searched however many they are.

The search itself is pyahocorasick's, whose automaton is made of all its texts at once. A log may bring a
secret with every line, so there are several: of a few texts, of twice as many, of four times as many ... The
newest texts are looked for one at a time until they are enough for the smallest automaton.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from itertools import islice
from typing import Any

#: Texts that are looked for one at a time.
_FEW = 48

#: Places of one search that may overlap; if there are more (a text of one letter, a thousand secrets of
#: the same letter), those are taken that begin first and are longest.
_MOST_PLACES = 100_000


class Needles:
    """Texts to search for, each with the name under which it is found. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: set[str] = set()
        self._newest: dict[str, str] = {}
        self._settled: tuple[
            tuple[dict[str, str], Any], ...
        ] = ()  # texts and their automaton, the largest first

    def __len__(self) -> int:
        return len(self._known)

    def __contains__(self, text: str) -> bool:
        return text in self._known

    def add(self, text: str, name: str) -> None:
        """Search for ``text`` from now on; a text that has a name keeps it."""
        with self._lock:
            if text and text not in self._known:
                self._known.add(text)
                self._newest = {**self._newest, text: name}
                if len(self._newest) > _FEW:
                    self._settle()

    def places(self, haystack: str) -> Iterator[tuple[int, int, str]]:
        """Start, end and name of every text in ``haystack``, also if they overlap; in no order."""
        with self._lock:
            settled, newest = self._settled, self._newest
        for _, automaton in settled:
            found = list(islice(automaton.iter(haystack), _MOST_PLACES))
            if len(found) == _MOST_PLACES:
                found = list(automaton.iter_long(haystack))
            for last, (length, name) in found:
                yield last + 1 - length, last + 1, name
        for text, name in newest.items():
            at = haystack.find(text)
            while at >= 0:
                yield at, at + len(text), name
                at = haystack.find(text, at + len(text))

    def _settle(self) -> None:
        texts, settled = self._newest, list(self._settled)
        while settled and len(settled[-1][0]) <= len(texts):
            texts = {**settled.pop()[0], **texts}
        self._settled, self._newest = (*settled, (texts, _automaton(texts))), {}


def _automaton(texts: dict[str, str]) -> Any:
    import ahocorasick  # type: ignore[import-not-found] # it has no types

    automaton = ahocorasick.Automaton()
    for text, name in texts.items():
        automaton.add_word(text, (len(text), name))
    automaton.make_automaton()
    return automaton
