"""The token that a worker is called with: used at the moment of the call, and never written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runbooklab.files import is_reference, resolve_reference

if TYPE_CHECKING:
    from runbooklab.domains.grpc.context import Context


def token_of(ctx: Context) -> str:
    """The token in clear, "" if there is none. Raises :class:`UserError` if its place cannot be read."""
    token: str = ctx.vault.reveal(ctx.target.worker_token)
    if is_reference(token):
        token = resolve_reference(token)
        ctx.vault.learn(token)
    return token
