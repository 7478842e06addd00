"""Which commands of plans touch the testbed alone."""

from __future__ import annotations

import psutil

from runbooklab.domains.ports.lab.testbed import PortsTestbed
from runbooklab.lab.testbed import Testbed

#: Text in a command that makes it a manual step, and why.
MANUAL_SIGNS: tuple[tuple[str, str], ...] = (
    ("sysctl -w", "the kernel's settings are this machine's"),
    ("state time-wait", "it waits for a minute"),
)


def kill(words: list[str], testbed: Testbed) -> bool:
    """Processes that the testbed started, their children, and those that outlived them."""
    pids = {int(word) for word in words[1:] if word.isdigit()}
    own = {child.pid for child in psutil.Process().children(recursive=True)}
    orphans = testbed.orphans if isinstance(testbed, PortsTestbed) else set()
    return bool(pids) and pids <= own | orphans


def iptables(words: list[str], testbed: Testbed) -> bool:
    """To delete a rule that the testbed made."""
    if not isinstance(testbed, PortsTestbed) or words[1:4] != ["-t", "nat", "-D"]:
        return False
    return words[4:] in testbed.rules
