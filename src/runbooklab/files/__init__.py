"""Files: temporary, atomic, and read within a bound. The public names for other packages are listed here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runbooklab.lazy_exports import lazy_exports

if TYPE_CHECKING:
    from runbooklab.files import bounded_json
    from runbooklab.files.bounded import PIPE_S, limit_in_words, read_file, read_of_user, text_of_user
    from runbooklab.files.embedded_payload import (
        PAYLOAD_ELEMENT,
        PAYLOAD_TRACE,
        NoPayload,
        pack_payload,
        payload_digest,
        unpack_payload,
    )
    from runbooklab.files.folder_lock import alone
    from runbooklab.files.secret_reference import is_reference, resolve_reference
    from runbooklab.files.temporary import (
        make_temporary,
        release_temporary,
        remove_leftovers,
        remove_own_temporaries,
        remove_temporary,
        write_atomic,
    )
else:
    __getattr__ = lazy_exports(
        __name__,
        {
            "folder_lock": ("alone",),
            "bounded_json": (),
            "bounded": ("PIPE_S", "read_file", "read_of_user", "limit_in_words", "text_of_user"),
            "embedded_payload": (
                "PAYLOAD_ELEMENT",
                "PAYLOAD_TRACE",
                "NoPayload",
                "payload_digest",
                "pack_payload",
                "unpack_payload",
            ),
            "secret_reference": ("is_reference", "resolve_reference"),
            "temporary": (
                "release_temporary",
                "make_temporary",
                "remove_temporary",
                "remove_leftovers",
                "remove_own_temporaries",
                "write_atomic",
            ),
        },
    )

__all__ = [
    "PAYLOAD_ELEMENT",
    "PAYLOAD_TRACE",
    "PIPE_S",
    "NoPayload",
    "alone",
    "bounded_json",
    "is_reference",
    "limit_in_words",
    "make_temporary",
    "pack_payload",
    "payload_digest",
    "read_file",
    "read_of_user",
    "release_temporary",
    "remove_leftovers",
    "remove_own_temporaries",
    "remove_temporary",
    "resolve_reference",
    "text_of_user",
    "unpack_payload",
    "write_atomic",
]
