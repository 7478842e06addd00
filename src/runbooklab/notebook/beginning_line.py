"""The one line under the set-up cell: what is looked at, and what becomes of secrets in the parameters."""

from __future__ import annotations

import os

from runbooklab.notebook.run import Run
from runbooklab.notebook.scratch import LAB_SECRETS_VARIABLE
from runbooklab.redaction import TOKEN
from runbooklab.words import listed


def line(run: Run) -> str:
    """It names the target, and each parameter that holds a secret."""
    name = run.redact(run.rules.target_name(run.about.parameters))
    target = f"Looking at {name}." if name else "Looking."
    secret = [key for key, value in run.about.parameters.items() if TOKEN.search(str(value))]
    if not secret:
        return target
    which = f"The {'secret' if len(secret) == 1 else 'secrets'} in {listed(secret)}"
    if os.environ.get(LAB_SECRETS_VARIABLE):
        verb = "stays" if len(secret) == 1 else "stay"
        return f"{target} {which} {verb} out of the saved file: {_tokens(run, secret)} there instead."
    return (
        f"{target} {which} would be saved in the file: this Jupyter server does not have runbooklab's "
        "extension. Let the parameter name where the secret is instead (env:NAME or file:/path)."
    )


def _tokens(run: Run, names: list[str]) -> str:
    """The tokens that stand for the secrets, with their verb."""
    tokens = [token for name in names for token in TOKEN.findall(str(run.about.parameters[name]))]
    return f"{listed(tokens)} {'stands' if len(tokens) == 1 else 'stand'}"
