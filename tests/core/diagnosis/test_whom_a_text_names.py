"""Which servers are contacted because a pasted text names them: only those that are near."""

from __future__ import annotations

import pytest

from runbooklab.diagnosis.told import is_near

NEAR = (
    "127.0.0.1:50051", "worker:50051", "web", "nginx.service", "8080/udp", "/var/log",
    "http://localhost:8080/health", "http://web/", "https://10.1.2.3/a?b=http://example.org/", "http://127.1/",
    "http://[::1]:8080/", "redis://cache:6379", "redis://192.168.1.5",
)  # fmt: skip
FAR = (
    "8.8.8.8:50051", "https://example.org", "http://example.org/a", "http://8.8.8.8/", "http://example.org:53/",
    "http://example.sh:8080/", "http://web@example.org/", "http://web:80@example.org/", "http://example.org#web",
    "http://example.org\\@web/", "http://134744072/", "http://0x08080808/", "http://010.8.8.8/", "http://8.8/",
    "http://[2001:4860:4860::8888]/", "http://[::ffff:8.8.8.8]/", "http://example。org/", "http://８.８.８.８/",
    "http://example%2eorg/", "http:///a", "http://[web/", "redis://example.org", "redis://example.org:6379",
)  # fmt: skip
GIVING_CREDENTIALS = (
    "http://169.254.169.254/latest", "http://2852039166/", "http://0xa9fea9fe:80/", "169.254.169.254:8080",
    "http://[::ffff:169.254.169.254]/", "http://[fe80::a9fe:a9fe]/", "http://[fd00:ec2::254]/",
    "http://metadata/", "http://metadata.google.internal/", "http://instance-data/", "http://192.0.0.192/",
)  # fmt: skip


@pytest.mark.parametrize("value", NEAR)
def test_what_is_near_is_asked(value: str) -> None:
    """This host, a private network, a name without dots; and what names no host at all."""
    assert is_near(value)


@pytest.mark.parametrize("value", [*FAR, *GIVING_CREDENTIALS])
def test_whoever_writes_a_log_does_not_choose_whom_we_call(value: str) -> None:
    """With or without a port, and however an address is written."""
    assert not is_near(value)
