"""Commands of remedies, with the shell variable that replaces a password in them."""

from __future__ import annotations

from runbooklab.domain.shell import Shell

#: The containers that we make again are those of a Redis.
SHELL = Shell("REDIS_PASSWORD")
PASSWORD, ASK, TYPED = SHELL.password, SHELL.ask, SHELL.typed
quoted, command, replace_in_file = SHELL.quoted, SHELL.command, SHELL.replace_in_file
