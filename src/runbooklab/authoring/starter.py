"""The runbook that an author starts from: it is valid, runs, and says in comments what goes where."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from runbooklab.domain.rules import Rules
from runbooklab.domains import DEFAULT
from runbooklab.model.parameter import Parameter

_FRONT = """\
---
title: {title}
severity: medium
time_to_resolution: under 10 minutes
# What a person sees that makes them open this runbook.
symptoms:
  - "The log says `...`"
# The subjects whose probes run and whose causes are judged.
uses: [{uses}]
# What may differ from one system to the next; each can be given with -p NAME VALUE.
parameters:
{parameters}# Slugs of other runbooks.
related: []
---
"""

_BODY = """\
# {title}

What is broken, and for whom, in a sentence or two.

## Verdict

```{{code-cell}}
diagnose()
```

<!-- The verdict comes first; what it is about, and all that needs explaining, goes below it. -->

## Diagnostic steps

### 1. The first thing to look at

<!-- A bash fence shows a reader the command and never runs. The live cell below it does the same.
     A cell with an id that does not exist lists those that do, once it is run. -->

```bash
# the command that a person would type
```

What the answer means, and what to do about it.

{checks}
## Resolution

<!-- The fix of what was found, with its commands. Nothing is changed until a person asks for it. -->

```{{code-cell}}
resolve()
```

## Validation

```{{code-cell}}
validate()
```

<!-- The last code cell: it gives the diagnosis to reports. -->

```{{code-cell}}
conclude()
```
"""

_PARAMETER = """\
  - name: {name}
    type: {type}
    default: {default}
    help: {help}
"""


def starter(title: str) -> str:
    """The Markdown of a new runbook about the default domain."""
    rules = Rules.of(DEFAULT)
    checks = "".join(f'```{{code-cell}}\ncheck("{name}")\n```\n\n' for name in rules.validation[:2])
    front = _FRONT.format(
        title=json.dumps(title, ensure_ascii=False),
        uses=", ".join(DEFAULT),
        parameters="".join(_parameter(*row) for row in _parameters(rules)),
    )
    return f"{front}\n{_BODY.format(title=title, checks=checks)}"


def title_of(slug: str) -> str:
    """A title made of a slug's words.

    >>> title_of("queue-is-slow")
    'Queue is slow'
    """
    return slug.replace("-", " ").capitalize()


def _parameters(rules: Rules) -> Iterator[tuple[str, Any, str]]:
    """What names the target, and the parameters that every runbook should have."""
    for row in rules.parameters.values():
        if row.is_path or row.is_url:
            yield row.name, row.preset or row.default, _help(row)
    yield "incident", "", "Incident number or name, printed on the report"
    yield "environment", "", "Where the target is; production makes applying a fix ask for that word too"
    yield "apply", "", "Remedy to carry out; empty: change nothing"


def _help(row: Parameter[Any]) -> str:
    if row.is_url:
        return "URL to diagnose instead of the one in the configuration"
    return "The service's configuration file; a relative path starts at the project"


def _parameter(name: str, default: str, help_: str) -> str:
    return _PARAMETER.format(name=name, type="str", default=json.dumps(default), help=json.dumps(help_))
