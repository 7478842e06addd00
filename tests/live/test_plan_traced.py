"""What the kernel sees of a plan and of an import: no program started, nothing sent, nothing written."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from machine import lacking

ROOT = Path(__file__).resolve().parents[2]
CALLS = (
    "execve,fork,vfork,socket,connect,bind,sendto,sendmsg,kill,tgkill,open,openat,creat,truncate,"
    "unlink,unlinkat,rename,renameat,renameat2,mkdir,mkdirat,rmdir,link,linkat,symlink,symlinkat,chmod,fchmodat"
)
#: An opened file that is only read is no act.
_ACT = re.compile(r"(?!(?:open|openat)\((?!.*O_(?:WRONLY|RDWR|CREAT|TRUNC|APPEND)))[a-z0-9]+\(.*")


def acts(folder: Path, *words: str, cwd: Path = ROOT) -> list[str]:
    """The system calls of ``runbook WORDS`` that start, send or change something."""
    if shutil.which("strace") is None:
        lacking("strace is not installed")
    trace = folder / "trace"
    tracer = ("strace", "-f", "-o", str(trace), "-e", f"trace={CALLS}")
    done = subprocess.run(
        [*tracer, sys.executable, "-m", "runbooklab", *words], cwd=cwd,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}, capture_output=True, text=True,
        timeout=100, check=False,
    )  # fmt: skip
    if "PTRACE" in done.stderr or not trace.exists():
        lacking(f"strace may not trace here: {done.stderr[:200]}")
    assert done.returncode == 0, done.stderr
    calls = [re.sub(r"^\d+\s+", "", line) for line in trace.read_text().splitlines()]
    assert calls[0].startswith("execve(")  # the command itself
    return [call for call in calls[1:] if _ACT.match(call)]


@pytest.mark.parametrize("slug", sorted(path.stem for path in (ROOT / "runbooks").glob("*.md")))
def test_a_plan_is_silent(slug: str, tmp_path: Path) -> None:
    """For each of our runbooks."""
    assert acts(tmp_path, "run", slug, "--plan") == []


def test_an_import_writes_the_runbook_alone(tmp_path: Path) -> None:
    """With ``--plan`` nothing at all; without it a temporary file that becomes the runbook."""
    for name in ("runbooks", "configs"):
        (tmp_path / name).mkdir()
    source = tmp_path / "Disk.md"
    source.write_text("# Disk\n\n```bash\ndf -h /\ncurl http://127.0.0.1:9/\n```\n")
    assert acts(tmp_path, "import", str(source), "--plan", cwd=tmp_path) == []
    made = acts(tmp_path, "import", str(source), cwd=tmp_path)
    assert made[-1].startswith("rename(")
    assert all(f"{tmp_path}/runbooks/.disk.md." in call for call in made)
