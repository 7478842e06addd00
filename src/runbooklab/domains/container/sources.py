"""The pages that the rules come from, by the name that the rows use."""

from __future__ import annotations

INSPECT = "Docker CLI reference: docker container inspect (State, NetworkSettings)"
RUN = "Docker CLI reference: docker container run (exit status, publishing, restart policies)"
NETWORKS = "Docker manual: bridge network driver; packet filtering and firewalls"
ACCESS = "Docker manual: protect the daemon socket; contexts; API version matrix"
HEALTH = "Dockerfile reference: HEALTHCHECK"
