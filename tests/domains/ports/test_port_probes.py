"""What the probes of ports read: the kernel's tables, rules, Compose files, configurations."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from runbooklab.domains.ports.context import Context
from runbooklab.domains.ports.probes.compose import compose_ports
from runbooklab.domains.ports.probes.compose_port import one
from runbooklab.domains.ports.probes.configured import configured_ports, ports_in
from runbooklab.domains.ports.probes.connects import connects
from runbooklab.domains.ports.probes.host import host_settings
from runbooklab.domains.ports.probes.nat_text import rules_of_iptables
from runbooklab.domains.ports.probes.nft_text import rules_of_nft
from runbooklab.domains.ports.probes.proc_net import sockets_in
from runbooklab.domains.ports.probes.sockets import sockets
from runbooklab.domains.ports.readings.bind_errors import ports_in as ports_in_error
from runbooklab.domains.ports.readings.wanted import parsed, wanted_of
from runbooklab.domains.ports.target import Target
from runbooklab.lab.ports import free_port
from runbooklab.model.observation import Key, Missing, Observation
from runbooklab.observe.context import NotObserved
from runbooklab.redaction import Vault

T = object


def context(project: Path, sources: str = "given", **values: object) -> Context:
    """A context of a probe that waits for nobody."""

    def wait(key: Key[T]) -> Observation[T]:
        return Observation(key.name, missing=Missing("not-applicable"))

    target = Target(values, dict.fromkeys(values, sources))
    return Context(target, project, Vault(), time.monotonic() + 3, wait)  # type: ignore[arg-type] # it waits for any


# --- the parameter -----------------------------------------------------------------------------


def test_ports_are_written_with_protocol_and_owner() -> None:
    """Blanks do not matter; what names no port is told."""
    rows, wrong = parsed(" 6379:redis-tts, 5353/udp , 50051 : tts worker,0,70000,x:1 ")
    assert [(row.label, row.owner) for row in rows] == [
        ("6379", "redis-tts"), ("5353/udp", ""), ("50051", "tts worker"),
    ]  # fmt: skip
    assert wrong == ("0", "70000", "x:1")


def test_a_compose_file_that_somebody_names_replaces_the_usual_ports(tmp_path: Path) -> None:
    """The usual ones are an example that nobody asked for."""
    (tmp_path / "c.yml").write_text("services:\n  web:\n    ports: ['8000:80', '9000-9001:90-91', '80']\n")
    ctx = context(tmp_path, compose_file="c.yml")
    target = Target(
        {"ports": Target.ports.preset, "compose_file": "c.yml"}, {"compose_file": "given", "ports": "default"}
    )
    rows = wanted_of(target, compose_ports(ctx), None)
    assert [(row.port, row.owner, row.inside) for row in rows] == [
        (8000, "web", 80), (9000, "web", 90), (9001, "web", 91),
    ]  # fmt: skip
    assert {row.source for row in wanted_of(target, None, None)} == {"default"}


# --- the Compose file --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entry", "host_ip", "first", "last", "inside", "protocol"),
    [
        ("8080:80", "", 8080, 8080, 80, "tcp"),
        ("80", "", 0, 0, 80, "tcp"),
        (80, "", 0, 0, 80, "tcp"),
        ("127.0.0.1:8080:80/udp", "127.0.0.1", 8080, 8080, 80, "udp"),
        ("127.0.0.1::80", "127.0.0.1", 0, 0, 80, "tcp"),
        ("[::1]:8080:80", "::1", 8080, 8080, 80, "tcp"),
        ("8000-8002:80", "", 8000, 8002, 80, "tcp"),
        ("8000-8002:90-92", "", 8000, 8002, 90, "tcp"),
        ({"target": 80, "published": "8080", "protocol": "udp"}, "", 8080, 8080, 80, "udp"),
        ({"target": 80, "published": 8080, "host_ip": "127.0.0.2"}, "127.0.0.2", 8080, 8080, 80, "tcp"),
        ({"target": 80}, "", 0, 0, 80, "tcp"),
        ({"target": 80, "published": "8000-8001"}, "", 8000, 8001, 80, "tcp"),
    ],
)
def test_a_port_is_read_in_each_syntax(
    entry: object, host_ip: str, first: int, last: int, inside: int, protocol: str
) -> None:
    """Short and long, with ranges, protocols and addresses."""
    port = one(entry, 1, Vault())
    assert not port.problem
    assert (port.host_ip, port.first, port.last, port.inside, port.protocol) == (
        host_ip, first, last, inside, protocol,
    )  # fmt: skip


@pytest.mark.parametrize(
    "entry",
    [
        "70051:80", "80:70051", "http:80", "8080:80/foo", "300.1.1.1:80:80", "8000-8001:80-82",
        "8001-8000:80", "", None, True, {"published": 80}, {"target": 80, "published": "70000"},
        "8080:0",
    ],
)  # fmt: skip
def test_a_port_that_compose_refuses_says_why(entry: object) -> None:
    """As docker's parser does."""
    assert one(entry, 1, Vault()).problem


def test_a_compose_file_is_read_with_its_variables(tmp_path: Path) -> None:
    """From .env beside it; lines of entries are known, and no other value of the file is kept."""
    (tmp_path / ".env").write_text("WEB=8081\n")
    (tmp_path / "c.yml").write_text(
        "services:\n  web:\n    environment: {KEY: hunter2secret}\n    ports:\n      - ${WEB}:80\n"
        "      - target: 90\n        published: ${API:-9001}\n    deploy:\n      replicas: 2\n"
    )
    seen = compose_ports(context(tmp_path, compose_file="c.yml"))
    (web,) = seen.services
    assert [(port.first, port.line) for port in web.ports] == [(8081, 5), (9001, 7)]
    assert web.replicas == 2
    assert "hunter2secret" not in repr(seen)


def test_a_service_has_the_ports_of_the_one_that_it_extends(tmp_path: Path) -> None:
    """And its image; a circle of services ends."""
    (tmp_path / "c.yml").write_text(
        "services:\n  a: {image: 'x:1', ports: ['8080:80']}\n  b:\n    extends: {service: a}\n"
        "    ports: ['8081:81']\n  c: {extends: c, ports: ['8082:82']}\n"
    )
    _, b, c = compose_ports(context(tmp_path, compose_file="c.yml")).services
    assert ([each.first for each in b.ports], b.image) == ([8080, 8081], "x:1")
    assert [each.first for each in c.ports] == [8082]


def test_a_default_file_that_is_not_there_is_nothing_to_look_at(tmp_path: Path) -> None:
    """Nobody named it; one that somebody named is missed."""
    with pytest.raises(NotObserved) as error:
        compose_ports(context(tmp_path, "default", compose_file="docker-compose.yml"))
    assert error.value.missing.reason == "not-applicable"
    with pytest.raises(NotObserved) as error:
        compose_ports(context(tmp_path, compose_file="mine.yml"))
    assert error.value.missing.reason == "error"


@pytest.mark.parametrize("kind", ["fifo", "loop", "binary", "folder", "large"])
def test_odd_files_end_soon(tmp_path: Path, kind: str) -> None:
    """A pipe that nobody writes to, a circle of links, no text at all: no fault, and no wait."""
    path = tmp_path / "c.yml"
    if kind == "fifo":
        os.mkfifo(path)
    elif kind == "loop":
        path.symlink_to(path)
    elif kind == "binary":
        path.write_bytes(bytes(range(256)) * 100)
    elif kind == "folder":
        path.mkdir()
    else:
        with path.open("wb") as file:
            file.truncate(1 << 30)
    began = time.monotonic()
    for probe in (compose_ports, configured_ports):
        try:
            probe(context(tmp_path, compose_file="c.yml", orchestrator_config="c.yml"))
        except NotObserved:
            continue
    assert time.monotonic() - began < 3


def test_ports_of_a_configuration_are_those_of_this_host() -> None:
    """Numbers that are called a port, and addresses that lead here."""
    data = {
        "redis": {"url": "redis://:hunter2@localhost:6380/0", "pool": 10},
        "grpc": {"port": 50051, "listen": "0.0.0.0:9000"},
        "upstream": {"url": "http://example.com:8080", "support": 5},
    }
    assert {row.key: row.port for row in ports_in(data, "")} == {
        "redis.url": 6380, "grpc.port": 50051, "grpc.listen": 9000,
    }  # fmt: skip


# --- the kernel --------------------------------------------------------------------------------


def test_the_kernels_tables_are_read_line_by_line() -> None:
    """Addresses are in the machine's order, mapped ones are IPv4; what cannot be read is left out."""
    head = (
        "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
    )
    tail = " 00000000:00000002 00:00000000 00000000  1000        0 4711 1\n"
    (one_,) = sockets_in(f"{head}   0: 0100007F:18EB 00000000:0000 0A{tail}garbage\n", "tcp", 4)
    assert (one_.address, one_.port, one_.state, one_.inode, one_.uid, one_.backlog) == (
        "127.0.0.1", 6379, "LISTEN", 4711, 1000, 2,
    )  # fmt: skip
    mapped = "0000000000000000FFFF00000100007F"
    (other,) = sockets_in(f"{head}   0: {mapped}:18EB {mapped}:0050 06{tail}", "tcp", 6)
    assert (other.address, other.family, other.state, other.peer_port) == ("127.0.0.1", 4, "TIME_WAIT", 80)
    (udp,) = sockets_in(f"{head}   0: 00000000:14E9 00000000:0000 07{tail}", "udp", 4)
    assert udp.state == "UNCONN"


@pytest.fixture
def listener() -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """A process that listens on a port of its own."""
    port = free_port()
    code = f"import socket,time; s=socket.create_server(('127.0.0.1',{port})); print(1,flush=True)"
    code += "; time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield port, process
        process.kill()


@pytest.mark.skipif(sys.platform != "linux", reason="reads Linux's /proc")
def test_a_listener_is_seen_with_its_process(
    listener: tuple[int, subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    """Name, command, parent and start; a password in its command line is in no record."""
    port, process = listener
    seen = sockets(context(tmp_path, ports=str(port)))
    (found,) = [each for each in seen.sockets if each.port == port]
    assert found.pids == (process.pid,)
    owner = seen.processes[str(process.pid)]
    assert (owner.parent, owner.state in "SR") == (os.getpid(), True)
    assert os.getpid() in owner.ancestors
    assert abs(owner.started_at - time.time()) < 60
    assert not owner.is_fork
    assert not found.passed_on


def test_each_port_is_tried_at_the_addresses_of_this_host(
    listener: tuple[int, subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    """Nothing is sent."""
    port, _ = listener
    (seen,) = connects(context(tmp_path, ports=f"{port}"))
    outcomes = {each.address: each.outcome for each in seen.attempts}
    assert outcomes["127.0.0.1"] == "connected"


@pytest.mark.skipif(sys.platform != "linux", reason="reads Linux's /proc")
def test_settings_of_this_host_are_read(tmp_path: Path) -> None:
    """A name to bind to stands for its addresses; a user who does not exist is said."""
    seen = host_settings(context(tmp_path, bind_address="localhost", service_user="no-such-user"))
    assert "127.0.0.1" in seen.bind_addresses
    assert seen.ephemeral is not None
    assert seen.service_uid is None
    assert "no-such-user" in seen.service_user_problem


def test_one_listener_that_takes_ipv6_alone_is_known() -> None:
    """The kernel says so by netlink."""
    from runbooklab.domains.ports.probes.sock_diag import v6_only_listeners

    if not socket.has_dualstack_ipv6():
        pytest.skip("this machine has no IPv6")
    with (
        socket.create_server(("::1", 0), family=socket.AF_INET6) as alone,
        socket.create_server(("::", 0), family=socket.AF_INET6, dualstack_ipv6=True) as both,
    ):
        found = v6_only_listeners()
        assert os.fstat(alone.fileno()).st_ino in found
        assert os.fstat(both.fileno()).st_ino not in found


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux by netlink")
def test_a_socket_that_is_bound_and_does_not_listen_is_seen() -> None:
    """No file of /proc/net has it, and nobody else can have its port."""
    from runbooklab.domains.ports.probes.sock_diag import bound_sockets

    if tuple(map(int, os.uname().release.split(".")[:2])) < (6, 8):
        pytest.skip("this kernel does not say")
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        found = {each.inode: each for each in bound_sockets()}
        mine, port = found[os.fstat(bound.fileno()).st_ino], bound.getsockname()[1]
    assert (mine.address, mine.port, mine.state, mine.family) == ("127.0.0.1", port, "BOUND", 4)


# --- rules and errors --------------------------------------------------------------------------


def test_rules_of_iptables_that_redirect_are_read() -> None:
    """With ports in each form; others are left out."""
    text = """
-A PREROUTING -p tcp -m tcp --dport 6379 -j REDIRECT --to-ports 6380
-A OUTPUT -d 127.0.0.1/32 -p tcp -m multiport --dports 80,8000:8010 -j DNAT --to-destination 10.0.0.5:81
-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER
-A DOCKER ! -i docker0 -p udp -m udp --dport 53 -j DNAT --to-destination 172.17.0.2:5353
-A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE
-A INPUT -p tcp --dport 22 -m comment --comment "no REDIRECT" -j ACCEPT
"""
    rules = list(rules_of_iptables(text, 4))
    assert [
        (rule.chain, rule.first, rule.last, rule.protocol, rule.to_address, rule.to_port) for rule in rules
    ] == [
        ("PREROUTING", 6379, 6379, "tcp", "", 6380),
        ("OUTPUT", 80, 80, "tcp", "10.0.0.5", 81),
        ("OUTPUT", 8000, 8010, "tcp", "10.0.0.5", 81),
        ("DOCKER", 53, 53, "udp", "172.17.0.2", 5353),
    ]  # fmt: skip


def test_rules_of_nft_that_redirect_are_read() -> None:
    """Those that iptables made are read by its own program."""
    text = """
table ip nat {
	chain output {
		type nat hook output priority -100; policy accept;
		tcp dport 6379 redirect to :6380 # handle 4
		ip daddr 127.0.0.1 tcp dport { 80, 8000-8010 } dnat to 10.0.0.5:81 # handle 5
		tcp dport 22 accept
	}
}
"""
    rules = list(rules_of_nft(text))
    assert [(rule.chain, rule.first, rule.last, rule.to_address, rule.to_port) for rule in rules] == [
        ("nat output", 6379, 6379, "", 6380),
        ("nat output", 80, 80, "10.0.0.5", 81),
        ("nat output", 8000, 8010, "10.0.0.5", 81),
    ]  # fmt: skip


def test_a_rule_of_iptables_that_no_connection_of_the_port_passes_is_left_out() -> None:
    """A chain that nothing leads to, and a rule about every port but one."""
    text = """
-A UNUSED -p tcp -m tcp --dport 6379 -j REDIRECT --to-ports 6380
-A OUTPUT -p tcp -m tcp ! --dport 6379 -j REDIRECT --to-ports 6380
-A OUTPUT -p tcp -j MESH
-A MESH -p tcp -m tcp --dport 80 -j REDIRECT --to-ports 81
"""
    assert [(rule.chain, rule.first) for rule in rules_of_iptables(text, 4)] == [("MESH", 80)]


def test_sets_and_maps_of_nft_are_read() -> None:
    """Those with a name, too; a chain without a hook counts only if one with a hook leads to it."""
    text = """
table inet fw {
	set mine {
		type inet_service
		flags interval
		elements = { 81, 8000-8010 }
	}
	chain pre {
		type nat hook prerouting priority dstnat; policy accept;
		tcp dport @mine redirect to :9000 # handle 5
		dnat ip to tcp dport map { 90 : 10.0.0.9, 91 : 10.0.0.8 } # handle 6
		meta l4proto tcp redirect to :tcp dport map { 83 : 84 } # handle 7
		jump more
	}
	chain more {
		tcp dport 85 redirect to :86 # handle 8
	}
	chain unused {
		tcp dport 87 redirect to :88 # handle 9
	}
}
"""
    rules = list(rules_of_nft(text))
    assert [(rule.first, rule.last, rule.to_address, rule.to_port) for rule in rules] == [
        (81, 81, "", 9000), (8000, 8010, "", 9000), (90, 90, "10.0.0.9", 0), (91, 91, "10.0.0.8", 0),
        (83, 83, "", 84), (85, 85, "", 86),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("error", "ports"),
    [
        ("Error starting userland proxy: listen tcp4 0.0.0.0:6379: bind: address already in use", (6379,)),
        ("Bind for :::8080 failed: port is already allocated", (8080,)),
        ("listen tcp [::1]:80: bind: cannot assign requested address", (80,)),
        ("no such file or directory: /srv/a:6379", ()),
        ("", ()),
    ],
)
def test_a_bind_error_names_its_port(error: str, ports: tuple[int, ...]) -> None:
    """Whether kernel or engine says it; other errors name none."""
    assert ports_in_error(error) == ports
