"""Reading what the engine streams, a log or a command's output, up to a bound in bytes and in time.

docker-py's own methods won't do: an endless log is read byte by byte from a terminal, and an exec's
output is waited for without a timeout.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from docker.errors import create_api_error_from_http_exception
from requests.exceptions import ConnectionError as ConnectionFailed
from requests.exceptions import HTTPError, Timeout

if TYPE_CHECKING:
    from docker import APIClient

_PIECE = 64 * 1024
_HEADER_BYTES = 8


def read_stream(
    client: APIClient, method: str, path: str, *, most_bytes: int, seconds: float, **options: Any
) -> tuple[bytes, bool]:
    """The body of the engine's answer, demultiplexed, and whether there was more than ``most_bytes``.

    ``options`` are those of requests. Raises :class:`TimeoutError` after ``seconds``, docker's
    ``APIError`` if the engine refuses, and ``requests.RequestException``.
    """
    end = time.monotonic() + seconds
    url = f"{client.base_url}/v{client.api_version}{path}"
    held = bytearray()
    try:
        with client.request(method, url, stream=True, timeout=seconds, **options) as answer:
            _raise_refusal(answer)
            for piece in answer.iter_content(_PIECE):
                held += piece
                if len(held) > most_bytes:
                    return demultiplexed(bytes(held[:most_bytes])), True
                if time.monotonic() > end:
                    raise TimeoutError(f"no end within {seconds:.1f} s")
    except (Timeout, ConnectionFailed) as error:
        if isinstance(error, Timeout) or "timed out" in str(error):
            raise TimeoutError(f"no answer within {seconds:.1f} s") from error
        raise
    return demultiplexed(bytes(held)), False


def _raise_refusal(answer: Any) -> None:
    try:
        answer.raise_for_status()
    except HTTPError as error:
        create_api_error_from_http_exception(error)


def demultiplexed(data: bytes) -> bytes:
    r"""Both output streams in the order they were written; a terminal's output comes as it is.

    Source: Docker Engine API, "Attach to a container", stream format: a header of one byte for the
    stream, three zeros and the length, before each frame.

    >>> demultiplexed(b"\1\0\0\0\0\0\0\3out\2\0\0\0\0\0\0\3err")
    b'outerr'
    >>> demultiplexed(b"plain")
    b'plain'
    """
    pieces, at = bytearray(), 0
    while len(data) - at >= _HEADER_BYTES and data[at] <= 2 and data[at + 1 : at + 4] == b"\0\0\0":
        length = int.from_bytes(data[at + 4 : at + _HEADER_BYTES], "big")
        pieces += data[at + _HEADER_BYTES : at + _HEADER_BYTES + length]
        at += _HEADER_BYTES + length
    return bytes(pieces) if at else data
