"""What the runbooks' examples name, as it is for this target: its port, container, network and commands."""

from __future__ import annotations

from runbooklab.domains.address.records import DEFAULT_PORT
from runbooklab.domains.address.remedies.config_file import show
from runbooklab.domains.address.target import ORCHESTRATOR_CONFIG
from runbooklab.domains.container.shell import command
from runbooklab.domains.container.target import DOCKER_NETWORK, REDIS_CONTAINER
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.remedies.site import Site


def own_words(e: Evidence) -> dict[str, str]:
    """Example -> what a person types or reads for this target."""
    site = Site(e)
    host = site.url_host or "localhost"
    port = str(site.host_port)
    words = {
        "docker ps | grep redis": command("docker", "ps", "--all", "--filter", f"name={site.name}"),
        "redis-cli ping": site.ping,
        f"nc -zv localhost {DEFAULT_PORT}": command("nc", "-zv", host, port),
        f"-i :{DEFAULT_PORT}": f"-i :{port}",
        f"Port {DEFAULT_PORT}": f"Port {port}",
        f"grep redis: {ORCHESTRATOR_CONFIG.preset}": show(e),
        ORCHESTRATOR_CONFIG.preset: site.config,
        REDIS_CONTAINER.preset: site.name,
        DOCKER_NETWORK.preset: site.network,
    }
    address = e.address.value
    if address is not None and address.source == "parameter":
        words["in the configuration"] = "in the parameter redis_url"
        words[f"grep redis: {ORCHESTRATOR_CONFIG.preset}"] = site.run_again
    return words
