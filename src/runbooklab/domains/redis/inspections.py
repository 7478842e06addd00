"""Commands by which a person sees what a check sees, or makes sure of a cause that is only suspected.

They read and change nothing. The rows of checks and causes choose among them; each is filled in with this
target's names and ports. Those that need more of the evidence are in ``inspections_of_checks.py``.
"""

from __future__ import annotations

from collections.abc import Callable

from runbooklab.domain.steps import Steps
from runbooklab.domains.address.remedies.config_file import show
from runbooklab.domains.container.inspections import LOG, shell
from runbooklab.domains.container.shell import command
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.remedies.names import refused
from runbooklab.domains.redis.remedies.site import Site

Command = Callable[[Evidence], str]

#: Stands in a command for the client's container if nobody named it.
SOME_CLIENT = "orchestrator"


def _at_site(words: Callable[[Site], str]) -> Command:
    """The command of a target; one with a name in it that no object can have is refused, as in a remedy."""
    return lambda e: refused(Steps((words(Site(e)),), ""), e).commands[0]


def inside(*words: str) -> Command:
    """A command inside the Redis container."""
    return _at_site(lambda site: command("docker", "exec", site.name, *words))


def redis(*words: str) -> Command:
    """A command to Redis."""
    return _at_site(lambda site: site.cli(*words))


CONFIG = _at_site(lambda site: show(site.e))
REDIS_LOG = LOG
NETWORK = _at_site(lambda site: command("docker", "network", "inspect", site.network))
RESOLV_CONF = _at_site(
    lambda site: command("docker", "exec", site.client or SOME_CLIENT, "cat", "/etc/resolv.conf")
)
ORCHESTRATOR_LOG = _at_site(
    lambda site: command("docker", "logs", "--tail", "50", site.client or SOME_CLIENT)
)
RESOLVE = _at_site(lambda site: command("getent", "hosts", site.url_host or site.name))
HOLDER = _at_site(lambda site: command("sudo", "lsof", "-nP", f"-iTCP:{site.host_port}", "-sTCP:LISTEN"))
LISTENS = _at_site(lambda site: command("ss", "-ltn", f"sport = :{site.host_port}"))
FIREWALL = shell("sudo iptables -S | grep -E 'DROP|REJECT'")


def _certificate(site: Site) -> str:
    there = f"{site.url_host or 'localhost'}:{site.host_port}"
    return f"{command('openssl', 's_client', '-connect', there, '-showcerts')} < /dev/null"


CERTIFICATE = _at_site(_certificate)
