"""The forms in which the world writes secrets: one visible table.

It drives the tests of redaction and of the last gate, and docs/secrets.md shows it
(``scripts/generate_secrets_doc.py``). A form is found *by its place* where nobody told us the secret
(after ``--requirepass``, under the key ``password``), or *once known*: a secret that was met elsewhere is
written there in another spelling. The last gate finds every form once the secret is known.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

#: Where the secret stands in a sample.
PLACE = "§"

#: A secret of letters, digits and a hyphen, which most formats write as it is.
SIMPLE = "Zk41-hunter2x"

#: A secret that most formats have to write in another way.
AWKWARD = "Kq7&<z>\"9'v/T+é %$x"

By = Literal["place", "known"]


@dataclass(frozen=True)
class Form:
    """One way of writing a secret.

    ``sample``: a text with :data:`PLACE` where the secret stands, ``spelled``: how the secret is written
    there, ``by``: how it is found. ``file``: a name of such a file, ``encoded``: its bytes.
    ``secret``: the one that tests put in.
    """

    group: str
    name: str
    sample: str
    by: By = "place"
    spelled: Callable[[str], str] = str
    file: str = "app.log"
    encoded: Callable[[str], bytes] = str.encode
    secret: str = SIMPLE

    @property
    def text(self) -> str:
        """The sample with its secret."""
        return self.sample.replace(PLACE, self.spelled(self.secret))

    @property
    def data(self) -> bytes:
        """The sample with its secret, as a file holds it."""
        return self.encoded(self.text)


def _with(between: str) -> Callable[[str], str]:
    """The secret with ``between`` after its third character."""
    return lambda secret: f"{secret[:3]}{between}{secret[3:]}"


FORMS: tuple[Form, ...] = (
    Form("Command lines", "redis-server", "redis-server --requirepass § --port 6379"),
    Form("Command lines", "redis-cli", "redis-cli -h cache -a § ping"),
    Form("Redis' configuration", "requirepass", "requirepass §\nport 6379", file="redis.conf"),
    Form("URLs", "a Redis URL", "REDIS_URL=redis://app:§@cache:6379/0", file=".env"),
)
