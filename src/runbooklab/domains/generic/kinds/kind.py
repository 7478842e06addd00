"""What a kind of declared check is: its keys, and the fields that expectations ask about."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Type = Literal["truth", "number", "text", "list", "json"]
#: A number's unit as it is stored; "" is a plain number.
Unit = Literal["", "%", "bytes", "ms", "s", "days"]


class Field(Struct, frozen=True):
    """Something that an expectation may ask about."""

    name: str
    type: Type
    says: str
    example: str
    unit: Unit = ""
    #: All values that a text can have; empty: any.
    words: tuple[str, ...] = ()
    #: Whether a name follows after a dot: ``json.database``, ``header.server``.
    has_names: bool = False
    #: Whether a finding lists it only if an expectation asks about it: the output says it, or it says little.
    aside: bool = False


class Option(Struct, frozen=True):
    """A further key of a check of this kind."""

    name: str
    says: str
    example: str
    required: bool = False
    words: tuple[str, ...] = ()
    #: Whether it is a mapping of names to texts.
    has_names: bool = False


class Kind(Struct, frozen=True, kw_only=True):
    """One kind of check."""

    name: str
    says: str  # what it looks at, one sentence
    subject: str  # what is written after its key
    example: str  # of what is written after its key
    expects: str  # an example of an expectation
    fields: tuple[Field, ...]
    options: tuple[Option, ...] = ()
    #: Fields that hold the target's own words, with what introduces them: a line follows what is wrong.
    tells: tuple[tuple[str, str], ...] = ()
    from_container: bool = False  # whether it can look from inside a container
    #: Whether it looks for its texts as they stand: a secret is a token there, and would not be found.
    no_secrets: bool = False
    library: str = ""  # one that takes long to import
    #: A module with the four functions of :class:`~runbooklab.domains.generic.probes.Looks`.
    module: str


#: Where the modules of the kinds are.
PROBES = "runbooklab.domains.generic.probes."

MS = Field("ms", "number", "Time until the answer was there", "ms > 800ms", unit="ms", aside=True)
REFUSED = Field("refused", "truth", "Whether the connection was refused", "refused")
UNRESOLVED = Field("unresolved", "truth", "Whether the name has no address", "unresolved")
TIMED_OUT = Field("timed_out", "truth", "Whether there was no answer in time", "timed_out")
JSON = Field(
    "json", "json", "A value in the JSON of the answer, by its path", 'json.database == "ok"', has_names=True
)
SERVER = "Address of the server, with user and password if it needs them: use a secret parameter"
