"""A document inside a page of HTML, in a ``<script>`` element of a type that no browser runs.

It is compressed with xz and written in base 85 (RFC 1924, with ``,`` for ``<``). The same document gives
the same bytes.
"""

from __future__ import annotations

import base64
import hashlib
import lzma
import re
from dataclasses import dataclass

from runbooklab.errors import RunbookError

TYPE = "application/vnd.runbooklab.run+xz"

#: Most bytes that a payload may unpack to and may have itself; most memory that unpacking may take besides.
MOST_BYTES = 8 << 20
MOST_PACKED = 4 << 20
MOST_MEMORY = 16 << 20

#: The element's id. Stored pages have it, so it never changes.
_ID = "carried"
#: Where a payload stands in a page, attributes sorted as BeautifulSoup writes them.
PAYLOAD_ELEMENT = re.compile(
    rb'<script data-sha256="([0-9a-f]{64})" id="%s" type="%s">([^<]*)</script>'
    % (_ID.encode(), re.escape(TYPE.encode()))
)
#: What a payload is recognised by when it has been damaged.
PAYLOAD_TRACE = TYPE.encode()

_FILTERS = [
    # Text, so no alignment (pb) and much context (lc).
    {"id": lzma.FILTER_LZMA2, "preset": 6, "lc": 4, "lp": 0, "pb": 0, "dict_size": 8 << 20}
]


class NoPayload(RunbookError, ValueError):
    """There is no payload in a page, or none that can be read; ``str()`` says which in a clause."""


@dataclass(frozen=True)
class Payload:
    """The SHA-256 of the document, and the document packed."""

    sha256: str
    text: str

    @property
    def element(self) -> str:
        """It as it stands in a page."""
        return f'<script data-sha256="{self.sha256}" id="{_ID}" type="{TYPE}">{self.text}</script>'


def pack_payload(document: bytes) -> Payload:
    """``document`` as it stands in a page."""
    packed = lzma.compress(document, format=lzma.FORMAT_XZ, check=lzma.CHECK_CRC32, filters=_FILTERS)
    text = base64.b85encode(packed).decode().replace("<", ",")
    return Payload(hashlib.sha256(document).hexdigest(), text)


def unpack_payload(page: bytes) -> bytes:
    """The document of the one payload in ``page``, whatever its digest. Raises :class:`NoPayload`."""
    payloads = PAYLOAD_ELEMENT.findall(page)
    if len(payloads) != 1:
        raise NoPayload("carries no run" if not payloads else "carries more than one run")
    if len(payloads[0][1]) > MOST_PACKED:
        raise NoPayload(f"carries a run of more than {MOST_PACKED >> 20} MiB, packed")
    try:
        packed = base64.b85decode(payloads[0][1].replace(b",", b"<"))
        unpacker = lzma.LZMADecompressor(format=lzma.FORMAT_XZ, memlimit=MOST_MEMORY)
        document = unpacker.decompress(packed, max_length=MOST_BYTES + 1)
    except (ValueError, lzma.LZMAError) as error:
        raise NoPayload(f"carries a run that cannot be unpacked: {error}") from None
    if len(document) > MOST_BYTES:
        raise NoPayload(f"carries a run of more than {MOST_BYTES >> 20} MiB")
    if not unpacker.eof or unpacker.unused_data:
        raise NoPayload("carries a run that was cut short or added to")
    return document


def payload_digest(page: bytes) -> str:
    """The SHA-256 that the one payload in ``page`` says its document has; "" if there is no such payload."""
    payloads = PAYLOAD_ELEMENT.findall(page)
    return payloads[0][0].decode() if len(payloads) == 1 else ""
