"""The words by which a text alone shows a cause."""

from __future__ import annotations

import re

#: Cause -> the words by which a text shows it by itself.
TEXTS: dict[str, re.Pattern[str]] = {
    cause: re.compile(pattern, re.IGNORECASE)
    for cause, pattern in {
        "message-too-large": r"(?:received|sent) message larger than max",
        "concurrency-limit-reached": r"concurrent rpc limit exceeded",
        "metadata-too-large": r"(?:received )?(?:initial |trailing )?metadata size exceeds|header list size",
        "keepalive-too-many-pings": r"too[ _]many[ _]pings|ENHANCE_YOUR_CALM",
        "proto-mismatch": (
            r"exception (?:de)?serializing (?:request|response)|error parsing (?:request|response)"
            r"|failed to (?:de)?serialize|DecodeError: |(?:de)?serializ\w+ (?:request|response) failed"
            r"|wireType|invalid wire type|error parsing message"
        ),
        "connection-age-goaway": (
            r"max[_ ]?(?:connection[_ ]?)?age|GOAWAY.{0,60}NO_ERROR|GOAWAY"
            r" received(?!.*(?:too_many|CALM))|graceful_?stop|session timed out"
        ),
        "channel-after-fork": (
            r"other threads are currently calling into grpc|skipping fork\(?\)? handlers"
            r"|fork_posix|after fork|GRPC_ENABLE_FORK_SUPPORT"
        ),
        "dns-resolver-mismatch": r"C-?ares status is not ARES_SUCCESS|could not contact DNS servers",
        "deadline-too-short": r"DEADLINE_EXCEEDED|deadline exceeded",
    }.items()
}
