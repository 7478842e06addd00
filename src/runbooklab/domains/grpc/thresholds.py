"""The numbers by which workers are judged, each with its source."""

from __future__ import annotations

#: Workers that are called in one run; the rest is counted.
MOST_WORKERS = 12
#: A server that allows fewer calls at once on one connection makes callers wait. Source: RFC 9113, 6.5.2
#: recommends no fewer than 100; what a busy orchestrator has in flight to one worker is a dozen.
FEW_STREAMS = 16
#: A server's first frame comes within milliseconds; later than this it is short of processor time.
LATE_SETTINGS_MS = 150.0
#: The part of the scheduling periods in which a throttled container had to wait. Source: cpu.stat.
MUCH_THROTTLED_SHARE = 0.5
#: It had to wait in nearly all of them ...
ALWAYS_THROTTLED_SHARE = 0.9
#: ... and then less than LATE_SETTINGS_MS shows it: the rest of one period of 100 ms.
LATE_IF_ALWAYS_MS = 60.0
#: The least keepalive that a server takes by itself, in seconds.
#: Source: gRPC core, keepalive guide, GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS
#: (which is spelled grpc.http2.min_ping_interval_without_data_ms).
LEAST_KEEPALIVE_S = 300
#: The largest message that gRPC takes by itself, in bytes.
USUAL_MESSAGE_BYTES = 4_194_304
#: Bytes of a second of speech: 48,000 samples of 4 bytes.
SPEECH_SECOND_BYTES = 48_000 * 4
#: A call that answers within this is quick, in milliseconds.
QUICK_MS = 500.0
#: A longer time in a log is none of one call, in seconds.
LONGEST_CALL_S = 3600
#: A line of a log older than this, in seconds, is history.
RECENT_S = 900.0
#: An offset between two clocks that is worth a word, in seconds.
CLOCKS_DIFFER_S = 60.0
#: How sure a cause is that one kind of line of an error text names.
NAMED_BY_TEXT_CONFIDENCE = 0.7
#: The same of a line that several causes share.
SHARED_BY_TEXT_CONFIDENCE = 0.5
#: How sure a fault of a certificate is that is named after the first one: no check came to it.
SECOND_FAULT_CONFIDENCE = 0.9
