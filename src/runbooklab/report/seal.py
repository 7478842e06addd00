"""A page's own digest, by which a changed byte is found wherever it stands.

The seal is the SHA-256 of the page's bytes with 64 zeros in the seal's place. There is no key in it: it
shows that a page was changed, and not that nobody sealed it again afterwards.
"""

from __future__ import annotations

import re

from runbooklab.model.digests import BLANK, sha256

NAME = "runbooklab-sha256"
#: What a page holds until it is sealed.
UNSEALED = f'<meta content="{BLANK}" name="{NAME}"/>'
_SEAL = re.compile(rb'(<meta content=")([0-9a-f]{64})(" name="%s"/>)' % NAME.encode())


def sealed(page: str) -> str:
    """``page`` with its seal, which is a ``<meta>`` of 64 zeros until now (:data:`UNSEALED`).

    nbconvert parses whatever a template draws with BeautifulSoup and writes it out again. Doing the same
    here makes its page and that of ``runbook run`` the same bytes.
    """
    from bs4 import BeautifulSoup

    spelled = str(BeautifulSoup(page, features="html.parser")).encode()
    return _SEAL.sub(rb"\g<1>%s\g<3>" % sha256(spelled).encode(), spelled, count=1).decode()


def is_as_sealed(page: bytes) -> bool | None:
    """Whether ``page`` is as it was sealed; None if it has no seal."""
    seals = _SEAL.findall(page)
    if not seals:
        return None
    blank = _SEAL.sub(rb"\g<1>%s\g<3>" % BLANK.encode(), page, count=1)
    return len(seals) == 1 and seals[0][1].decode() == sha256(blank)
