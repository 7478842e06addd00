"""A setting of Redis' configuration file that is mistyped: the line that its log names, put right."""

from __future__ import annotations

import difflib
import re

from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.probes.redis_guard import READABLE_SETTINGS
from runbooklab.domains.redis.readings.logs import lines_of_last_run, said
from runbooklab.model.file_edit import FileEdit

#: Settings beside those that are read (redis.conf).
_MORE = (
    "aclfile", "include", "loadmodule", "logfile", "loglevel", "masterauth", "masteruser", "pidfile",
    "rename-command", "replicaof", "requirepass", "supervised", "tls-ca-cert-file", "tls-cert-file",
    "tls-key-file", "tls-protocols", "user",
)  # fmt: skip
#: How alike two names have to be, as difflib counts it: two letters of maxmemory that changed places are.
LEAST_LIKENESS = 0.8
#: What Redis prints before the line that it cannot read (config.c, loadServerConfigFromString).
_AT_LINE = re.compile(r"Reading the configuration file, at line (?P<number>\d+)")


def mistyped_directive(e: Evidence, path: str) -> tuple[FileEdit, ...]:
    """The edit of ``path`` ("" if it is not on this host); none unless one known setting is meant."""
    line = said(e, "config-line").removeprefix(">>>").strip().removeprefix("'").removesuffix("'")
    found = [match for each in lines_of_last_run(e) if (match := _AT_LINE.search(each.text))]
    name, _, value = line.partition(" ")
    known = (*READABLE_SETTINGS, *_MORE)
    near = difflib.get_close_matches(name.lower(), known, n=1, cutoff=LEAST_LIKENESS)
    if not path or not found or not near or name.lower() in known:
        return ()
    return (FileEdit(path, int(found[-1]["number"]), line, f"{near[0]} {value}"),)
