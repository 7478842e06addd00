"""Records are read from JSON in any thread."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from runbooklab.model.conclusions import AuditEntry
from runbooklab.model.from_json import from_builtins, from_json

SOURCE = Path(__file__).resolve().parents[3] / "src" / "runbooklab"

#: Four threads read records of types that nobody has read yet; msgspec alone crashes at once.
RACE = """
import sys, threading, msgspec
from runbooklab.model.from_json import from_builtins, from_json

sys.setswitchinterval(1e-6)
for number in range(100):
    inner = msgspec.defstruct(f"Inner{number}", [(f"a{n}", int, 0) for n in range(30)])
    outer = msgspec.defstruct(f"Outer{number}", [(f"a{n}", tuple[inner, ...], ()) for n in range(30)])
    together = threading.Barrier(4)

    def read(from_text):
        together.wait()
        if from_text:
            from_json(b'{"a1": [{"a2": 1}]}', outer)
        else:
            from_builtins({"a29": [{"a3": 1}]}, outer)

    threads = [threading.Thread(target=read, args=[at % 2]) for at in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
print("read")
"""


def test_threads_may_read_the_same_new_type_at_once():
    """The process lives, though msgspec looks at a type without a lock when it meets it first."""
    done = subprocess.run([sys.executable, "-c", RACE], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "read\n"), done.stderr


def test_what_is_no_such_record_is_refused():
    """With msgspec's own errors, which say where the mistake is."""
    with pytest.raises(msgspec.ValidationError, match="missing required field"):
        from_builtins({"remedy": "x"}, AuditEntry)
    with pytest.raises(msgspec.DecodeError):
        from_json(b"{", AuditEntry)


def test_no_record_is_read_past_these_functions():
    """Plain values may be: a type without fields is looked at in one step."""
    past = re.compile(r"msgspec\.(convert|json\.Decoder|json\.decode\([^\n]*type=|msgpack)")
    sources = {path.relative_to(SOURCE).as_posix(): path.read_text() for path in SOURCE.rglob("*.py")}
    found = {name for name, source in sources.items() if past.search(source)}
    assert found == {"model/from_json.py", "notebook/target.py"}
