"""Rules that redirect a port, as iptables-save and nft print them."""

from __future__ import annotations

from runbooklab.domains.ports.probes.nat_text import rules_of_iptables
from runbooklab.domains.ports.probes.nft_text import rules_of_nft


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
-A PREROUTING -p tcp -m multiport --dports 90,91 -j MORE
-A MORE -p tcp -j REDIRECT --to-ports 92
"""
    assert [(rule.chain, rule.first) for rule in rules_of_iptables(text, 4)] == [
        ("MESH", 80), ("MORE", 90), ("MORE", 91),
    ]  # fmt: skip


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
		tcp dport vmap { 95 : jump by_map, 96 : accept }
	}
	chain by_map {
		redirect to :97 # handle 9
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
        (83, 83, "", 84), (95, 95, "", 97), (85, 85, "", 86),
    ]  # fmt: skip
    assert {rule.table for rule in rules} == {"inet fw"}
