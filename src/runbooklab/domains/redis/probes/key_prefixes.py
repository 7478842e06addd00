"""Names of keys, counted by what they begin with: what a database holds, in a line."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

#: Prefixes that are shown; the rest is counted together.
MOST_PREFIXES = 8
_PREFIX = re.compile(r"[^:/|.]{1,60}[:/|.]")
OTHERS = "other keys"


def key_prefixes(names: Iterable[str]) -> dict[str, int]:
    """Counts by prefix, up to the first ``:``, ``/``, ``|`` or ``.``; what only one key has is not named.

    A name of its own may say more than what the data is: whose it is, or a token.

    >>> key_prefixes(["worker:1", "worker:2", "session.ada@example.org", "lonely"])
    {'worker:*': 2, 'other keys': 2}
    """
    found = (_PREFIX.match(name) for name in names)
    counts = Counter(f"{match[0]}*" if match else "" for match in found)
    shared = [(prefix, count) for prefix, count in counts.most_common() if prefix and count > 1]
    shown = dict(shared[:MOST_PREFIXES])
    rest = counts.total() - sum(shown.values())
    return shown | ({OTHERS: rest} if rest else {})
