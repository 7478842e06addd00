"""Markdown runbooks of other people's making, as small samples, and what an import makes of them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from runbooklab.importing.folder import Result, import_all
from runbooklab.importing.judging import TableJudge
from runbooklab.importing.report import Row
from runbooklab.importing.runbook import Imported
from runbooklab.shell.programs import built_in_programs

#: The judge of a project that adds nothing to the table.
JUDGE = TableJudge(built_in_programs(), Path("/nowhere"))

#: A runbook with most of what real ones have: prompts, output, placeholders, lists, a variable, a fix.
SAMPLE = """\
---
title: Orders are late
owner: "#team-orders"
---

Orders wait in the queue of <code>orders</code>.

## Diagnosis

1. Look at the pods, replacing `<namespace>` with the namespace of the shop:

   ```console
   $ kubectl get pods -n <namespace>
   NAME      READY   STATUS
   orders    1/1     Running
   ```

   A pod that is not ready is the reason.
1. Set the node and look at its disk:

   ```bash
   export NODE=$(kubectl get nodes -o name | head -1)
   kubectl describe $NODE
   df -h /var
   ```
1. Ask the service:

   ```sh
   # Is it ready?
   curl -sS http://{host}:8080/ready
   ssh web-1
   uptime
   ```

```promql
rate(orders_total{namespace="<namespace>"}[5m])
```

## Mitigation

```bash
kubectl rollout restart deploy/orders -n ${NAMESPACE}
kubectl delete pod <pod-name> -n <NAMESPACE>
```

See [the other page](other.md#more) and ![a picture](missing.png).
"""


def result(text: str | bytes, name: str = "sample.md", *, inline: bool = False) -> Result:
    """What becomes of one file."""
    data = text.encode() if isinstance(text, str) else text
    return import_all({name: data}, JUDGE, inline)[0]


def imported(text: str | bytes, name: str = "sample.md", *, inline: bool = False) -> Imported:
    """The runbook that one file becomes."""
    found = result(text, name, inline=inline)
    assert found.imported is not None, found.failure
    return found.imported


def front(text: str) -> dict[str, Any]:
    """The front matter of a runbook."""
    loaded = yaml.safe_load(text.split("---\n")[1])
    assert isinstance(loaded, dict)
    return loaded


def cells(text: str, what: str = "check") -> dict[str, dict[str, str]]:
    """The declared checks or remedies of a runbook: id -> its fields."""
    found = re.findall(rf"^(`{{3,}})\{{{what}\}} (\S+)\n(.*?)^\1$", text, re.MULTILINE | re.DOTALL)
    return {name: yaml.load(body, yaml.BaseLoader) for _, name, body in found}  # texts alone


def only_check(text: str, name: str = "sample.md") -> dict[str, str]:
    """The fields of the one check that a file gets."""
    (fields,) = cells(imported(text, name).text).values()
    return fields


def fence(content: str, language: str = "bash", heading: str = "Diagnosis") -> str:
    """A runbook with one code block under a heading."""
    return f"# Down\n\n## {heading}\n\n```{language}\n{content}\n```\n"


def rows(content: str, language: str = "bash", heading: str = "Diagnosis") -> tuple[Row, ...]:
    """The report of a runbook with one code block."""
    return imported(fence(content, language, heading)).rows
