"""Write docs/coverage.md: every command of the source runbook, and the cell that does it live.

python scripts/coverage_table.py          # writes docs/coverage.md
python scripts/coverage_table.py --check  # exit status 1 if it is out of date
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from runbooklab.authoring.outline import calls, outline, section_of, source_of

ROOT = Path(__file__).resolve().parent.parent
SLUG = "redis-connection"

RUN = "docker run -d --name redis-tts -p 127.0.0.1:6379:6379 redis:7-alpine"

#: (section of the source, [(its command or text to write, the call that does it live)]).
SOURCE: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    ("Check Redis container status", (
        ("docker ps | grep redis", "check redis-container"),
        ("docker ps -a | grep redis", "check redis-container"),
    )),
    ("Test Redis connectivity", (
        ("redis-cli -h localhost -p 6379 ping", "check redis-ping"),
        ("docker exec redis-tts redis-cli ping", "check redis-ping-inside"),
    )),
    ("Check Redis logs", (
        ("docker logs redis-tts --tail=50", "check redis-logs"),
    )),
    ("Verify configuration", (
        ('grep -A 3 "redis:" configs/orchestrator.yaml', "check orchestrator-config"),
        ('url: "redis://localhost:6379" db: 0', "check redis-url"),
    )),
    ("Test port availability", (
        ("nc -zv localhost 6379", "check port-reachable"),
        ("telnet localhost 6379", "check port-reachable"),
        ("lsof -i :6379", "check port-owner"),
        ("ss -tuln | grep :6379", "check port-owner"),
    )),
    ("Redis not running", (
        ("just redis", "remedy run-container"),
        (RUN, "remedy run-container"),
        ("docker compose up redis -d", "remedy run-container"),
        ("docker logs redis-tts", "check redis-logs"),
    )),
    ("Wrong Redis URL", (
        ('url: "redis://localhost:6379" db: 0', "remedy fix-redis-url"),
        ('url: "redis://redis:6379" db: 0', "remedy fix-redis-url"),
        ("docker exec orchestrator redis-cli -h redis -p 6379 ping", "check redis-ping-orchestrator"),
    )),
    ("Redis container stopped", (
        ("docker start redis-tts", "remedy start-container"),
        ("docker rm -f redis-tts", "remedy recreate-container"),
        (RUN, "remedy recreate-container"),
    )),
    ("Port conflict", (
        ("lsof -i :6379", "check port-owner"),
        ("kill <PID>", "remedy free-port"),
        ("docker run -d --name redis-tts -p 127.0.0.1:6380:6379 redis:7-alpine", "remedy use-other-port"),
        ('url: "redis://localhost:6380"', "remedy use-other-port"),
    )),
    ("Network connectivity issues", (
        ("docker network ls | grep tts-network", "check docker-network"),
        ("docker network inspect tts-network", "check docker-network"),
        ("docker inspect redis-tts | grep -A 10 Networks", "check docker-network"),
        ("docker network connect tts-network redis-tts", "remedy connect-network"),
    )),
    ("Redis authentication", (
        ('url: "redis://:password@localhost:6379"', "remedy set-credentials"),
        ('url: "redis://username:password@localhost:6379"', "remedy set-credentials"),
        ('docker exec redis-tts redis-cli CONFIG SET requirepass "mypassword"', "remedy set-password"),
    )),
    ("Redis out of memory", (
        ("docker exec redis-tts redis-cli INFO memory", "check redis-memory"),
        ("docker exec redis-tts redis-cli CONFIG SET maxmemory 268435456", "remedy raise-maxmemory"),
        (
            "docker exec redis-tts redis-cli CONFIG SET maxmemory-policy allkeys-lru",
            "remedy set-eviction-policy",
        ),
    )),
    ("Prevention", (
        ("./scripts/preflight-check.sh", "check prevention-preflight"),
        (
            'healthcheck: test: ["CMD", "redis-cli", "ping"] interval: 10s timeout: 3s retries: 5',
            "check prevention-healthcheck",
        ),
        ('watch -n 5 "docker exec redis-tts redis-cli ping"', "check prevention-monitoring"),
        ("connection_pool_size: 10", "check prevention-pooling"),
        (
            "docker run -d --name redis-tts -p 127.0.0.1:6379:6379 -v redis-data:/data redis:7-alpine "
            "redis-server --appendonly yes",
            "check prevention-persistence",
        ),
    )),
    ("Validation", (
        ("docker ps | grep redis", "validate"),
        ("redis-cli ping", "validate"),
        ("Connected to Redis", "validate"),
        ('redis-cli KEYS "worker:*"', "validate"),
    )),
    ("Quick checklist", (
        ("docker ps | grep redis", "checklist"),
        ("redis-cli ping", "checklist"),
        ("grep redis: configs/orchestrator.yaml", "checklist"),
        ("nc -zv localhost 6379", "checklist"),
        ("lsof -i :6379", "checklist"),
        ("docker network inspect tts-network", "checklist"),
        ("docker logs redis-tts", "checklist"),
    )),
    ("Testing worker registration", (
        ('redis-cli KEYS "worker:*"', "check worker-registrations"),
        ('redis-cli GET "worker:tts-worker-0"', "check worker-details"),
        ("redis-cli MONITOR | grep worker:", "check worker-registration-watch"),
    )),
    ("Advanced troubleshooting", (
        ("docker exec redis-tts redis-cli CONFIG SET slowlog-log-slower-than 10000", "remedy enable-slowlog"),
        ("docker exec redis-tts redis-cli SLOWLOG GET 10", "check redis-slowlog"),
        ("docker exec redis-tts redis-cli INFO stats", "check redis-stats"),
        ("docker exec redis-tts redis-cli FLUSHALL", "remedy flush-all"),
    )),
    ("Still having issues?", (
        ("docker logs redis-tts", "check redis-logs"),
        ("docker network inspect tts-network", "check docker-network"),
        (
            'import redis r = redis.from_url("redis://localhost:6379") print(r.ping())',
            "check python-client",
        ),
    )),
)  # fmt: skip


class Row(NamedTuple):
    source_section: str
    command: str
    live: str  # "check redis-ping", "remedy free-port", "validate"
    section: str  # title of the section that holds the cell
    cell: str  # the cell's id


def rows(notebook: dict[str, Any]) -> Iterator[Row]:
    """One row a command; raises :class:`LookupError` if no cell of the notebook does it."""
    titles = {section.slug: section.title for section in outline(notebook).sections}
    cells: dict[str, tuple[str, str]] = {}
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            for call in calls(source_of(cell)):
                argument = f" {call.argument}" if isinstance(call.argument, str) else ""
                cells.setdefault(f"{call.name}{argument}", (titles[section_of(cell)], cell["id"]))
    for source_section, commands in SOURCE:
        for command, live in commands:
            yield Row(source_section, command, live, *cells[live])


def table(notebook: dict[str, Any]) -> str:
    """docs/coverage.md."""
    lines = [
        "# Coverage",
        "",
        "<!-- Written by scripts/coverage_table.py; a test fails if it is out of date. -->",
        "",
        "Every command of the source runbook on Redis connection failures, and the cell of",
        "`notebooks/redis-connection.ipynb` that does it live. What changes something is a remedy:",
        "its cell shows the plan with this target's names, and nothing happens until a person asks for it.",
        "Ports are published on loopback here: the source opens them on all addresses, without a password.",
        "",
        "| Source section | Command | Done live by | Section here | Cell |",
        "|---|---|---|---|---|",
    ]
    for row in rows(notebook):
        fields = (row.source_section, _code(row.command), _code(row.live), row.section, _code(row.cell))
        lines.append(f"| {' | '.join(fields)} |")
    return "\n".join(lines) + "\n"


def _code(text: str) -> str:
    escaped = text.replace("|", "\\|")
    return f"`{escaped}`"


def main(arguments: list[str]) -> int:
    """Write the table, or with ``--check`` say whether it is up to date."""
    target = ROOT / "docs" / "coverage.md"
    text = table(json.loads((ROOT / "notebooks" / f"{SLUG}.ipynb").read_text(encoding="utf-8")))
    if "--check" not in arguments:
        target.write_text(text, encoding="utf-8")
    elif not target.is_file() or target.read_text(encoding="utf-8") != text:
        sys.stderr.write(f"{target} is out of date; run python scripts/coverage_table.py\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
