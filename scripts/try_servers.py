"""Write docs/servers.md: the lab's drills on other versions of Redis and on Valkey.

python scripts/try_servers.py   # installs the servers into .servers, takes about a minute

Runs without a Docker engine, so that what needs a container is left out; docs/fault-matrix.md has that.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "live"))

from other_servers import OTHER_SERVERS  # noqa: E402 - found by the line above

PAGE = ROOT / "docs" / "servers.md"

INTRODUCTION = """\
# Servers

<!-- Written by scripts/try_servers.py; don't edit it by hand. -->

What a server is, and what it can do, is read from what it says of itself: INFO, its error codes, what it
answers to HELLO. No rule asks for a version. So older and newer versions of Redis and its forks are
diagnosed by the same rules, and the same drills show it. {date}, on servers that run as processes of
this host, without a Docker engine:

| Server | Drills | Right | Wrong | Left out, as they need a container or what this server lacks |
|---|---|---|---|---|
"""

REST = """
The drills of [docs/fault-matrix.md](fault-matrix.md) run on the Redis of this machine, in containers.

Redis 8, KeyDB and Dragonfly could not be installed for these drills. For them there are INFO texts in
`tests/golden/info/`, written after their documentation and not recorded from a server; tests judge
them. A client that begins with HELLO, as redis-py 8 does, needs Redis 6 or later: the run itself speaks
protocol 2 and reads older servers too.
"""


def drilled(program: Path) -> list[dict[str, Any]]:
    """The results of all drills on this server, without an engine."""
    done = subprocess.run(
        [sys.executable, "-m", "runbooklab", "drill", "all", "--json"],
        env=os.environ
        | {"RUNBOOKLAB_REDIS_SERVER": str(program), "DOCKER_HOST": "unix:///nowhere/docker.sock"},
        capture_output=True,
        timeout=600,
        check=False,  # exit status 2 says that one is wrong, and the page does too
    )
    results: list[dict[str, Any]] = json.loads(done.stdout)
    return results


def row(identity: str, results: list[dict[str, Any]]) -> str:
    done = [result for result in results if not result["skipped"]]
    wrong = [result["case"] for result in done if not is_right(result)]
    left_out = len(results) - len(done)
    return f"| {identity} | {len(done)} | {len(done) - len(wrong)} | {', '.join(wrong) or '0'} | {left_out} |"


def is_right(result: dict[str, Any]) -> bool:
    """As the drill itself judges it."""
    if result["failed"]:
        return False
    if not result["expected"]:
        return not result["supported"] and result["verdict"] == "ok"
    return result["supported"][:1] == [result["expected"]] and set(result["also"]) <= set(result["supported"])


def main() -> None:
    rows = []
    for server in OTHER_SERVERS:
        if not server.path.exists():
            server.install()
        rows.append(row(server.identity, drilled(server.path)))
        sys.stdout.write(f"{rows[-1]}\n")
    PAGE.write_text(INTRODUCTION.format(date=f"{datetime.now(UTC):%Y-%m-%d}") + "\n".join(rows) + "\n" + REST)


if __name__ == "__main__":
    main()
