"""Inspecting a situation of the lab as a run does: in this process, or as another user in a child process.

``python -m runbooklab.lab.inspection DOMAIN...`` is that child: parameters, and what the runbook declares, as
JSON on stdin, evidence on stdout.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from runbooklab.authoring.project import find_suite
from runbooklab.diagnosis.stored_evidence import evidence_of
from runbooklab.domain.rules import Rules
from runbooklab.lab.testbed import Situation
from runbooklab.model.declared import Declarations
from runbooklab.model.evidence import Evidence
from runbooklab.model.from_json import from_json
from runbooklab.notebook.target import target_of
from runbooklab.observe.collect import Collection
from runbooklab.redaction import Vault

#: Root without its privileges: it cannot open files and sockets with mode 000.
_WITHOUT_PRIVILEGES = ("setpriv", "--inh-caps=-all", "--bounding-set=-all")
_CHILD_S = 120.0


def inspect(situation: Situation, rules: Rules, vault: Vault | None = None) -> Evidence:
    """What a run by these rules would observe; ``vault`` learns its secrets, except those of a child.

    Raises :class:`subprocess.SubprocessError` if the child fails.
    """
    if not situation.needs_own_process:
        return gather(situation.parameters, rules, vault)
    drop = _WITHOUT_PRIVILEGES if situation.unprivileged and os.geteuid() == 0 else ()
    environment = os.environ | situation.environment
    child = subprocess.run(
        [*situation.within, *drop, sys.executable, "-m", __name__, *rules.names],
        input=msgspec.json.encode([situation.parameters, rules.declared]),
        env={name: value for name, value in environment.items() if value},
        stdout=subprocess.PIPE,
        timeout=_CHILD_S,
        check=True,
    )
    return evidence_of(msgspec.json.decode(child.stdout))


def warm(rules: Rules) -> None:
    """Import what the probes need: if several inspect at once, imports must not use up their time."""
    for probe in rules.probes.values():
        probe.load()


def gather(parameters: Mapping[str, Any], rules: Rules, vault: Vault | None = None) -> Evidence:
    """Everything the probes of these rules observe of the target that these parameters name."""
    vault = vault or Vault()
    target, _ = target_of(parameters, rules, vault)
    gathering = Collection(
        target,
        find_suite(Path(__file__).parent).root,
        vault,
        probes=rules.probes.values(),
        domains=rules.names,
        declared=rules.declared,
    )
    gathering.start()
    return gathering.evidence()


if __name__ == "__main__":
    given, written = from_json(sys.stdin.buffer.read(), tuple[dict[str, Any], Declarations])
    of_child = Rules.of(sys.argv[1:], written)
    warm(of_child)
    sys.stdout.buffer.write(msgspec.json.encode(gather(given, of_child)))
