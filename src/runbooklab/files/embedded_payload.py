"""A document inside a page of HTML, in a ``<script>`` element of a type that no browser runs.

It is compressed with xz and written in base 85 (RFC 1924, with ``,`` for ``<``). The same document gives
the same bytes.
"""

from __future__ import annotations

import base64
import hashlib
import lzma
import re

from msgspec import Struct

from runbooklab.errors import RunbookError

TYPE = "application/vnd.runbooklab.run+xz"

#: The most bytes of a payload, unpacked and packed, and the most memory for unpacking.
MOST_BYTES = 8 << 20
MOST_PACKED = 4 << 20
MOST_MEMORY = 16 << 20

#: The element's id. Stored pages have it, so it never changes.
_ID = "carried"
#: A payload in a page, with its attributes sorted as BeautifulSoup writes them.
PAYLOAD_ELEMENT = re.compile(
    rb'<script data-sha256="([0-9a-f]{64})" id="%s" type="%s">([^<]*)</script>'
    % (_ID.encode(), re.escape(TYPE.encode()))
)
#: How a damaged payload is recognised.
PAYLOAD_TRACE = TYPE.encode()

_FILTERS = [
    # For text: no alignment (pb) and much context (lc).
    {"id": lzma.FILTER_LZMA2, "preset": 6, "lc": 4, "lp": 0, "pb": 0, "dict_size": 8 << 20}
]


class NoPayload(RunbookError, ValueError):
    """A page has no payload, or none that can be read; ``str()`` says why in a clause."""


class Payload(Struct, frozen=True):
    """The SHA-256 of the document, and the document packed."""

    sha256: str
    text: str

    @property
    def element(self) -> str:
        """The HTML element that holds it."""
        return f'<script data-sha256="{self.sha256}" id="{_ID}" type="{TYPE}">{self.text}</script>'


def pack_payload(document: bytes) -> Payload:
    """``document`` as the HTML element of a page."""
    packed = lzma.compress(document, format=lzma.FORMAT_XZ, check=lzma.CHECK_CRC32, filters=_FILTERS)
    text = base64.b85encode(packed).decode().replace("<", ",")
    return Payload(hashlib.sha256(document).hexdigest(), text)


def unpack_payload(page: bytes) -> bytes:
    """The document of the only payload in ``page``; its digest is not checked. Raises :class:`NoPayload`."""
    payloads = PAYLOAD_ELEMENT.findall(page)
    if len(payloads) != 1:
        raise NoPayload("has no embedded run" if not payloads else "has more than one embedded run")
    if len(payloads[0][1]) > MOST_PACKED:
        raise NoPayload(f"has an embedded run of more than {MOST_PACKED >> 20} MiB, packed")
    try:
        packed = base64.b85decode(payloads[0][1].replace(b",", b"<"))
        unpacker = lzma.LZMADecompressor(format=lzma.FORMAT_XZ, memlimit=MOST_MEMORY)
        document = unpacker.decompress(packed, max_length=MOST_BYTES + 1)
    except (ValueError, lzma.LZMAError) as error:
        raise NoPayload(f"has an embedded run that cannot be unpacked: {error}") from None
    if len(document) > MOST_BYTES:
        raise NoPayload(f"has an embedded run of more than {MOST_BYTES >> 20} MiB")
    if not unpacker.eof or unpacker.unused_data:
        raise NoPayload("has an embedded run that was cut short or extended")
    return document


def payload_digest(page: bytes) -> str:
    """The SHA-256 that the payload in ``page`` states for its document; "" if there is not exactly one."""
    payloads = PAYLOAD_ELEMENT.findall(page)
    return payloads[0][0].decode() if len(payloads) == 1 else ""
