"""The kinds of declared checks: one row each, with all that may be written and asked about.

`runbook kinds`, the documentation, the editors' schema, lint and the judge all read this table.
"""

from __future__ import annotations

from runbooklab.domains.generic.kinds.host import HOST
from runbooklab.domains.generic.kinds.kind import Field, Kind, Option
from runbooklab.domains.generic.kinds.network import NETWORK
from runbooklab.domains.generic.kinds.servers import SERVERS

#: Name -> kind.
KINDS: dict[str, Kind] = {row.name: row for row in (*HOST, *NETWORK, *SERVERS)}

#: Names of the kinds that ask a server for something.
CONTACTING = frozenset(row.name for row in (*NETWORK, *SERVERS))

__all__ = ["CONTACTING", "KINDS", "Field", "Kind", "Option"]
