"""A secret that a saved notebook holds as its token: asked for again, once for each kernel."""

from __future__ import annotations

from collections.abc import Mapping
from getpass import getpass
from typing import TYPE_CHECKING, Any

from runbooklab.errors import UserError
from runbooklab.notebook.person import is_interactive
from runbooklab.redaction import TOKEN

if TYPE_CHECKING:
    from runbooklab.redaction import Vault


def with_secrets_known(parameters: Mapping[str, Any], vault: Vault) -> dict[str, Any]:
    """``parameters`` with every token in them known to ``vault``.

    A person is asked for what it does not know. What they type may be another secret than the one that was
    saved: its own token then stands for it. Raises :class:`UserError` if nobody can be asked, or if
    nothing is typed: a run with the token for a password would only find a wrong password.
    """
    return {
        name: _known(name, value, vault) if isinstance(value, str) else value
        for name, value in parameters.items()
    }


def _known(name: str, value: str, vault: Vault) -> str:
    for token in dict.fromkeys(TOKEN.findall(value)):
        if vault.reveal(token) == token:
            typed = _ask(name, token) if is_interactive() else ""
            if not typed:
                raise UserError(
                    f"the secret in {name} is not known here: the file holds only {token} in its place",
                    hint=f"run the cell again and type it, or let {name} name where it is (env:NAME)",
                )
            value = value.replace(token, vault.learn(typed, in_url="://" in value))
    return value


def _ask(name: str, token: str) -> str:
    return getpass(f"Secret in {name} (saved as {token}): ").strip()
