"""What the lab must know of Redis to carry remedies out: credentials, redis-cli, and a person's part."""

from __future__ import annotations

from itertools import pairwise
from urllib.parse import unquote, urlsplit

from runbooklab.domains.container.shell import SHELL
from runbooklab.lab.testbed import Testbed

#: What in a command is a person's part, and why; see :attr:`runbooklab.lab.lab.Lab.manual_signs`.
MANUAL_SIGNS: tuple[tuple[str, str], ...] = (
    ("FOLDER=", "a person edits the file"),
    ("read -rs REDIS_URL", "a person types the URL"),
    ("MASTER_IS_GONE", "a person says whether the master is gone"),
    ("CORRECTED", "a person corrects the command"),
    ("tar -cf", "a person has the file"),
    ('"${CRT:?', "a person has the certificate"),
    ("--cluster fix", "a person answers what redis-cli asks"),
    ("df -h", "a person frees space, or lets Redis write there"),
)
#: Remedies that end the harm and leave the cause to a person, and what is left to do.
STOPGAPS = {"stop-crash-loop": "a person fixes what the log names"}


def credentials(url: str) -> dict[str, str]:
    """The variables in which the commands of plans look for the password of this URL."""
    try:
        password = unquote(urlsplit(url).password or "")
    except ValueError:
        return {}
    return {"REDISCLI_AUTH": password, SHELL.variable: password} if password else {}


def redis_cli(words: list[str], testbed: Testbed) -> bool:
    """It goes to a server of this host at a port of the lab's range, or to a socket of the testbed."""
    given = dict(pairwise(words))
    if "-s" in given:
        return testbed.owns_files([given["-s"]])
    return given.get("-h") in ("localhost", "127.0.0.1") and given.get("-p", "").startswith(("1", "2"))
