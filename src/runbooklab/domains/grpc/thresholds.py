"""The numbers by which workers are judged, each with its source."""

from __future__ import annotations

#: Workers that are called in one run; the rest is counted.
MOST_WORKERS = 8
#: A server that allows fewer calls at once on one connection makes callers wait. Source: RFC 9113, 6.5.2
#: recommends no fewer than 100; what a busy orchestrator has in flight to one worker is a dozen.
FEW_STREAMS = 16
#: A server's first frame comes within milliseconds; later than this it is short of processor time.
LATE_SETTINGS_MS = 150.0
#: The part of the scheduling periods in which a throttled container had to wait. Source: cpu.stat.
MUCH_THROTTLED = 0.5
#: The least keepalive that a server takes by itself, in seconds.
#: Source: gRPC core, keepalive guide, GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS
#: (which is spelled grpc.http2.min_ping_interval_without_data_ms).
LEAST_KEEPALIVE_S = 300
#: The largest message that gRPC takes by itself, in bytes.
USUAL_MESSAGE_BYTES = 4_194_304
#: Bytes of a second of speech: 48,000 samples of 4 bytes.
BYTES_OF_SPEECH_A_SECOND = 48_000 * 4
#: A call that answers within this is quick, in milliseconds.
QUICK_MS = 500.0
