"""Why Compose refuses a file, and the variables that it fills in with nothing."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

#: ``missing``: not there; ``unreadable``: it is, and cannot be read; ``yaml``: does not parse;
#: ``interpolation``: a ``$`` that Compose refuses; ``required``: a variable that the file insists on is not
#: set; ``shape``: not a mapping; ``reference``: a file or a service that it builds on cannot be had;
#: ``merge``: two files say what does not go together.
Kind = Literal["missing", "unreadable", "yaml", "interpolation", "required", "shape", "reference", "merge"]


class Problem(Struct, frozen=True):
    """Why Compose refuses the file."""

    kind: Kind
    message: str
    line: int = 0  # from 1; 0: not known
    key: str = ""  # services.web.image
    file: str = ""  # where it stands, if not in the Compose file itself


class UnsetVariable(Struct, frozen=True):
    """A variable that the file uses, with neither a value nor a default."""

    name: str
    line: int
    key: str
    file: str = ""  # where it stands, if not in the Compose file itself
