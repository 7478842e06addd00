"""What Redis says of the credentials in the URL."""

from __future__ import annotations

from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.readings.conversation import (
    CREDENTIAL_CODES,
    failed_stage,
    server_codes,
    server_words,
)
from runbooklab.domains.redis.records.conversation import Stage


def auth_error(e: Evidence) -> Stage | None:
    """The step in which the credentials were refused: AUTH itself, or a HELLO that carries it."""
    stage = failed_stage(e)
    if stage and stage.outcome == "error" and (stage.name == "auth" or stage.code == "WRONGPASS"):
        return stage
    return None


def auth_is_unknown(e: Evidence) -> bool:
    """Whether the server asks AUTH itself for a login: then it does not know that command.

    Valkey 9 answers an unknown command so until somebody has logged in; older servers name the command.
    """
    stage = failed_stage(e)
    return stage is not None and stage.name == "auth" and stage.code == "NOAUTH"


def no_password_set(e: Evidence) -> bool:
    """Whether Redis says of itself that it has no password to compare with."""
    words = server_words(e).lower()
    return "without any password" in words or "no password is set" in words


def refused_credentials(e: Evidence) -> bool:
    """Whether Redis refuses whatever the URL holds."""
    if auth_is_unknown(e):
        return False
    return bool(server_codes(e) & CREDENTIAL_CODES) or (auth_error(e) is not None and not no_password_set(e))
