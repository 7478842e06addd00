"""A container's own view without tools in it: its files, and what its name server says."""

from __future__ import annotations

import struct

import pytest

from runbooklab.domains.redis.probes.from_container import addresses_in, addresses_of, name_servers, query


def _answer(name: str, *addresses: bytes, code: int = 0, kind: int = 1) -> bytes:
    question = query(7, name)[12:]
    records = b"".join(
        b"\xc0\x0c" + struct.pack(">2HIH", kind, 1, 60, len(address)) + address for address in addresses
    )
    return struct.pack(">6H", 7, 0x8180 | code, 1, len(addresses), 0, 0) + question + records


def test_a_question_names_every_label() -> None:
    """A question is the RFC's: a header, the labels by their lengths, type A, class IN."""
    assert query(7, "cache.example") == b"\0\7\1\0\0\1\0\0\0\0\0\0\5cache\7example\0\0\1\0\1"


def test_an_answer_gives_each_address_once() -> None:
    """Every address of the answer comes in its order, each once."""
    answer = _answer("cache", b"\xac\x12\0\2", b"\xac\x12\0\3", b"\xac\x12\0\2")
    assert addresses_of(answer) == ("172.18.0.2", "172.18.0.3")


def test_another_kind_of_record_is_passed_over() -> None:
    """An answer that holds only other records gives no address, and is no failure."""
    assert addresses_of(_answer("cache", b"\5other\0", kind=5)) == ()


def test_a_name_that_does_not_exist_has_no_address() -> None:
    """NXDOMAIN is an answer: the name does not exist."""
    assert addresses_of(_answer("cache", code=3)) == ()


@pytest.mark.parametrize("answer", [_answer("cache", code=2), _answer("cache", code=5), b"", b"garbage"])
def test_a_server_that_fails_says_nothing_of_the_name(answer: bytes) -> None:
    """A failure, a refusal and what is no answer are errors of the server."""
    with pytest.raises(OSError, match=r"answers with code|no answer"):
        addresses_of(answer)


def test_a_hosts_file_is_read_by_name_and_alias() -> None:
    """Names and aliases count whatever their case; comments and other rows do not."""
    hosts = "127.0.0.1\tlocalhost\n::1 localhost\n172.17.0.2 Cache redis # db\n# 10.0.0.1 cache\n"
    assert addresses_in(hosts, "localhost") == ("127.0.0.1", "::1")
    assert addresses_in(hosts, "cache") == addresses_in(hosts, "redis") == ("172.17.0.2",)
    assert addresses_in(hosts, "db") == ()


def test_name_servers_come_in_their_order() -> None:
    """Servers and search domains are read; options are passed over."""
    text = "nameserver 10.0.0.1\nnameserver 10.0.0.2\nsearch a.example b.example\noptions ndots:0\n"
    assert name_servers(text) == (["10.0.0.1", "10.0.0.2"], ["a.example", "b.example"])
