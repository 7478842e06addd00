"""Where the rules come from: pages of the manuals, and what was measured."""

from __future__ import annotations

ACCESS = (
    'Docker documentation, "Linux post-installation steps"; docker/cli, resolveContextName; '
    "measured, Docker 20.10"
)
API = "Docker Engine API, GET /_ping and version negotiation; measured, Docker 20.10"
CONTEXTS = 'Docker documentation, "Docker contexts"'
DAEMON = 'dockerd\'s reference, "Daemon configuration file"; moby, daemon/config; measured, dockerd 20.10.24'
PRUNE = 'Docker documentation, "Prune unused Docker objects"; statvfs(3)'
STORAGE = 'Docker documentation, "Select a storage driver"'
LOGS = 'Docker documentation, "JSON File logging driver"'
RULES = 'Docker documentation, "Packet filtering and firewalls"; moby, libnetwork'
ROOTLESS = 'Docker documentation, "Rootless mode", known limitations'
LOGIN = 'docker login reference, "Credential stores", "Credential helpers"'
COMPOSE_INSTALL = 'Docker documentation, "Install the Docker Compose plugin"; docker/cli, cli-plugins/manager'
COMPOSE = "Compose specification and its JSON schema; compose-go, loader and validation"
INTERPOLATION = 'Compose specification, "Interpolation"'
POOLS = "dockerd's reference, default-address-pools; moby, libnetwork/ipamutils; ip-route(8)"
NETWORKS = "docker network reference; moby, daemon/network; measured, Docker 20.10"
DNS = 'Docker documentation, "Networking overview", DNS services; resolv.conf(5)'
VOLUMES = 'Docker documentation, "Volumes"; path_resolution(7), permissions'
MOUNTS = 'Docker documentation, "Bind mounts": differences between -v and --mount; measured, Docker 20.10'
LIMITS = (
    'Docker documentation, "Resource constraints"; moby, daemon_unix.go: verifyPlatformContainerResources'
)
GPU = 'Docker documentation, "GPU access"; moby, daemon/devices; measured, Docker 20.10'
IMAGES = 'docker pull reference; Docker documentation, "Usage and limits" of Docker Hub'
RUN = 'docker run reference, "Exit status"; measured, Docker 20.10 with runc 1.1'
PLATFORM = 'Docker documentation, "Multi-platform images"; execve(2), ENOEXEC; elf(5)'
INSPECT = "Docker Engine API, GET /containers/{id}/json, State"
HEALTH = "Dockerfile reference, HEALTHCHECK; measured, Docker 20.10"
