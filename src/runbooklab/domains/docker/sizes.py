"""What the units of sizes stand for."""

from __future__ import annotations

#: Bytes of a MiB, which the parameters that end in ``_mb`` count.
MB = 1 << 20
