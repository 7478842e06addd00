"""What only a person changes in a file: the exact line, as it is and as it should be."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from evidence_samples import address, alter_container, change, healthy, inside, log, talk
from judging import plan_for, target_with
from runbooklab.domains.address.probes.address import address as address_probe
from runbooklab.domains.address.probes.config import config
from runbooklab.domains.address.probes.table import CONFIG
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.records.server import ServerConfig
from runbooklab.model.conclusions import RemedyPlan
from runbooklab.model.file_edit import FileEdit, as_diff
from runbooklab.model.observation import AnyKey, Observation
from runbooklab.observe.context import Context
from runbooklab.observe.docker.records import Mount
from runbooklab.redaction import Vault
from runbooklab.report.cells import remedy_html, remedy_text
from situations import SITUATIONS


def read(folder: Path, text: str, situation: str) -> tuple[Evidence, Vault]:
    """A situation whose configuration is ``text``, read and taken apart by the probes themselves."""
    (folder / "shop.yaml").write_text(text)
    vault, target = Vault(b"key"), target_with(orchestrator_config="shop.yaml")

    def nothing(key: AnyKey) -> Observation[Any]:
        return key.not_looked_at()

    seen = config(Context(target, folder, vault, time.monotonic() + 3, nothing))

    def only_config(key: AnyKey) -> Observation[Any]:
        return Observation(key.name, value=seen) if key.name == CONFIG.name else key.not_looked_at()

    taken_apart = Context(target, folder, vault, time.monotonic() + 3, only_config)
    found = change(SITUATIONS[situation](), config=seen)
    return (change(found, address=address_probe(taken_apart)) if not seen.problem else found), vault


def applied(plan: RemedyPlan, folder: Path, vault: Vault) -> str:
    """The file with the plan's edits; each old line has to be there as the edit says."""
    lines = (folder / "shop.yaml").read_text().splitlines()
    for edit in plan.edits:
        new = vault.reveal(edit.new)
        if not edit.line:
            lines.append(new)
            continue
        assert lines[edit.line - 1] == vault.reveal(edit.old)
        lines[edit.line - 1] = new
    return "\n".join(lines) + "\n"


SECRET = "p%40Ahorn77"
FILES = [
    ("port-published-elsewhere", "fix-redis-url", "log: x\nredis:\n  url: redis://localhost:6379/0\n",
     "log: x\nredis:\n  url: redis://localhost:6380/0\n"),
    ("port-published-elsewhere", "fix-redis-url", f'redis:\n  url: "redis://:{SECRET}@localhost:6379" # x\n',
     f'redis:\n  url: "redis://:{SECRET}@localhost:6380" # x\n'),
    ("auth-wrong-credentials", "drop-credentials", f"a: 1\n\nredis:\n  url: redis://:{SECRET}@localhost:6379\n",
     "a: 1\n\nredis:\n  url: redis://localhost:6379\n"),
    ("healthy", "raise-client-pool",
     "redis:\n  url: redis://localhost:6379\n  connection_pool_size: 10 # x\n",
     "redis:\n  url: redis://localhost:6379\n  connection_pool_size: 20 # x\n"),
    ("healthy", "raise-client-timeout", "redis:\n  url: redis://localhost:6379?db=1\n",
     "redis:\n  url: redis://localhost:6379?db=1&socket_timeout=30\n"),
    ("healthy", "fix-database-index", "redis:\n  url: redis://localhost:6379/3\n  db: 3\n",
     "redis:\n  url: redis://localhost:6379/0\n  db: 0\n"),
    ("port-conflict-process", "use-other-port", "redis:\n  url: redis://localhost:6379\n",
     "redis:\n  url: redis://localhost:6380\n"),
    ("healthy", "fix-config-file", "log: x\n", 'log: x\nredis:\n  url: "redis://localhost:6379"\n  db: 0\n'),
    ("healthy", "fix-config-file", "redis:\n\turl: redis://db\n", "redis:\n  url: redis://db\n"),
]  # fmt: skip


@pytest.mark.parametrize(("situation", "remedy_id", "before", "after"), FILES)
def test_an_edit_is_the_line_of_the_file(
    tmp_path: Path, situation: str, remedy_id: str, before: str, after: str
) -> None:
    """As the file has it, with its quotes and remarks; a password in it stays, unseen."""
    evidence, vault = read(tmp_path, before, situation)
    plan = plan_for(remedy_id, evidence)
    assert plan.edits
    assert applied(plan, tmp_path, vault) == after
    shown = remedy_text(plan, ()) + remedy_html(plan, ())
    assert SECRET not in shown
    assert "@@" in shown


def test_a_line_that_nobody_saw_is_no_edit(tmp_path: Path) -> None:
    """A URL that is made of parts, or given by a variable's value elsewhere, is not in a line."""
    text = "redis:\n  host: localhost\n  port: 6379\n"
    evidence, _ = read(tmp_path, text, "port-published-elsewhere")
    assert plan_for("fix-redis-url", evidence).edits == ()
    assert plan_for("fix-redis-url", SITUATIONS["port-published-elsewhere"]()).edits == ()


def test_a_url_by_parameter_has_no_line() -> None:
    """What gave it is the parameter."""
    given = address("redis://localhost:6379", source="parameter")
    assert (
        plan_for("fix-redis-url", change(SITUATIONS["port-published-elsewhere"](), address=given)).edits == ()
    )


def test_a_mistyped_setting_is_put_right_in_the_line_that_the_log_names() -> None:
    """The file lies on this host, and one known setting is nearly what it says."""
    fatal = ("*** FATAL CONFIG FILE ERROR (Redis 7.2.4) ***", "config-fatal", "error")
    evidence = alter_container(
        SITUATIONS["redis-config-invalid"](),
        command=("redis-server", "/etc/redis.conf"),
        mounts=(Mount("bind", "/srv/redis.conf", "/etc/redis.conf"),),
    )
    lines = ("Reading the configuration file, at line 3", (">>> 'maxmemroy 100mb'", "config-line", "error"))
    plan = plan_for("fix-redis-config", change(evidence, logs=log(fatal, *lines)))
    assert plan.edits == (FileEdit("/srv/redis.conf", 3, "maxmemroy 100mb", "maxmemory 100mb"),)


def test_a_setting_is_kept_by_a_line_at_the_end() -> None:
    """Redis goes by the last line of a setting; the file is the one that lies on this host."""
    evidence = alter_container(
        healthy(
            redis=talk({"config_file": "/etc/redis.conf"}),
            inside=inside(info={"config_file": "/etc/redis.conf", "maxmemory": "0"}),
        ),
        command=("redis-server", "/etc/redis.conf"),
        mounts=(Mount("bind", "/srv/redis.conf", "/etc/redis.conf"),),
    )
    line = FileEdit("/srv/redis.conf", 0, "", "maxmemory 268435456")
    assert plan_for("raise-maxmemory", evidence).edits == (line,)
    renamed = change(evidence, server_config=ServerConfig(renamed={"CONFIG": "/etc/redis.conf:3"}))
    assert plan_for("raise-maxmemory", renamed).edits == (line,)
    assert as_diff(line).splitlines()[2:] == ["@@ at the end @@", "+maxmemory 268435456"]
