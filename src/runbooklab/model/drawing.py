"""What a domain provides to be drawn and compared: plain records that know no subject."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from msgspec import Struct, field

from runbooklab.model.conclusions import Finding, Status
from runbooklab.words import moment


class Moment(Struct, frozen=True):
    """Something that happened, for the timeline."""

    at: datetime  # with a time zone
    lane: str  # whose it is, as a heading: moments of one lane are drawn in one line
    text: str  # redacted; of any length
    status: Status = "skipped"  # skipped: neither good nor bad
    quoted: bool = False  # whether the text is a machine's


def moment_at(
    time: str, lane: str, text: str, status: Status = "skipped", *, quoted: bool = False
) -> Iterator[Moment]:
    """A moment at an ISO 8601 ``time``; none if that is not a time."""
    at = moment(time)
    if at is not None:
        yield Moment(at, lane, text, status, quoted)


class Bar(NamedTuple):
    """One bar of a plot."""

    name: str
    value: float  # from zero, in the unit of its plot
    words: str  # the value as a person reads it


class BarPlot(Struct, frozen=True):
    """A plot of horizontal bars in one unit. A domain provides it only if it says more than a number."""

    title: str
    says: str  # what it shows, as a sentence
    bars: tuple[Bar, ...]  # at least one


class Measure(Struct, frozen=True):
    """A number that is compared between runs. ``value`` is None if it was not observed."""

    name: str
    value: float | None
    words: str = ""  # the value as a person reads it
    noise: float = 0.0  # the change, relative to the larger value, below which it counts as the same


class Fact(Struct, frozen=True):
    """Something that says which thing was observed, or how it is set up; compared between runs."""

    name: str
    value: str
    #: Whether it is compared only if both runs observed it: one of many that any run may leave out.
    needs_both: bool = False


class Place(NamedTuple):
    """What readers call the place of a text in the evidence.

    A ``where`` in parentheses repeats other places, and counts only for a text that is in none of them.
    """

    pattern: str  # of the path, as fnmatch has it: "logs.*"
    where: str  # "{}" in it becomes what the pattern's last star matched


# compared by identity: templates are compiled once for each
class Vocabulary(Struct, frozen=True, eq=False):
    """How a report names what a domain knows by an id. What has no name here is spelled out from its id."""

    #: Layer -> its heading: "TCP connection".
    layers: Mapping[str, str] = field(default_factory=dict)
    #: Layer -> what its failure means, for a reader who does not know the subject.
    plainly: Mapping[str, str] = field(default_factory=dict)
    #: Vantage -> where it observes from, as a heading: "Inside the container".
    vantages: Mapping[str, str] = field(default_factory=dict)
    #: A word of an id -> how it is written: "dns" -> "DNS".
    spellings: Mapping[str, str] = field(default_factory=dict)
    #: The heading of the ladder.
    ladder: str = "Ladder"
    #: Whether each rung stands by itself, so that a failing one says nothing of those after it.
    rungs_stand_alone: bool = False

    def title(self, name: str) -> str:
        """An id in words.

        >>> Vocabulary(spellings={"dns": "DNS"}).title("slow-dns")
        'Slow DNS'
        """
        spellings = {**_SPELLINGS, **self.spellings}
        words = _WORD.sub(lambda word: spellings.get(word[0], word[0]), name.replace("-", " "))
        return words[:1].upper() + words[1:]

    def name_of(self, finding: Finding) -> str:
        """What a finding is about: the title that its runbook gives the check, else the words of its id."""
        return finding.title or self.title(finding.id)

    def layer(self, name: str) -> str:
        """A layer's heading."""
        return self.layers.get(name) or self.title(name)

    def vantage(self, name: str) -> str:
        """A vantage's heading."""
        return self.vantages.get(name) or _VANTAGES.get(name) or f"From {name.replace('-', ' ')}"


_WORD = re.compile(r"\b\w+\b")
_SPELLINGS = {"tcp": "TCP", "tls": "TLS", "url": "URL"}
_VANTAGES = {"host": "From this host"}

#: Without any domain.
PLAIN = Vocabulary()


class Drawings(Struct, frozen=True):
    """What the domains of one run provide for its report."""

    vocabulary: Vocabulary = PLAIN
    #: The name of what was observed; "" if nothing names it.
    target: str = ""
    #: In any order. Lanes are drawn in the order of their first moments.
    moments: tuple[Moment, ...] = ()
    plots: tuple[BarPlot, ...] = ()
    #: The first one that matches a path counts.
    places: tuple[Place, ...] = ()
    #: A sentence for each thing whose values were never read, and so have no tokens.
    left_out: tuple[str, ...] = ()
    #: Check -> the follow-up to propose, in words, if the check is not ok.
    follow_ups: Mapping[str, str] = field(default_factory=dict)
