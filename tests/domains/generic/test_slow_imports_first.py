"""What takes long to import is there before a probe's time begins, and only where a check needs it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

_STARTS = """
import sys, time
from pathlib import Path
from runbooklab.domain.rules import Rules
from runbooklab.model.declared import Declaration, Declarations
from runbooklab.notebook.target import target_of
from runbooklab.observe.collect import Collection
from runbooklab.redaction import Vault

declared = Declarations((Declaration("check", "one", sys.argv[1]),))
rules, vault = Rules.of((), declared), Vault()
target, _ = target_of({}, rules, vault)
collection = Collection(target, Path.cwd(), vault, probes=rules.probes.values(), declared=declared)
clock, looks = time.monotonic, ["sqlglot" in sys.modules]
time.monotonic = lambda: (looks.append("sqlglot" in sys.modules), clock())[1]
collection.start()
print(*looks[:2])
"""


@pytest.mark.parametrize(
    ("check", "said"),
    [
        ("sql: SELECT 1\nserver: postgresql://me@127.0.0.1:9/db\npass: rows == 1", "False True"),
        ("tcp: 127.0.0.1:9\npass: open", "False False"),
    ],
)
def test_the_parser_of_sql_is_there_when_the_time_begins(check: str, said: str, tmp_path: Path) -> None:
    """At the first look at the clock it is imported for a check with SQL, and for no other."""
    done = subprocess.run(
        [sys.executable, "-c", _STARTS, check],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout.split() == said.split(), done.stderr
