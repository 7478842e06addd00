"""What error texts say of Docker's set-up."""

from __future__ import annotations

import re

from runbooklab.domain.sign import SignTable, sign

_SIGNS = (
    sign(
        "the docker command has no Compose",
        "compose-missing compose-v1-only",
        r"unknown command: docker compose",
        r"'compose' is not a docker command",
        r"unknown shorthand flag: 'f' in -f",
    ),
    sign(
        "what answers is not Docker", "not-docker-on-endpoint", r"invalid character '<' looking for beginning"
    ),
    sign(
        "no engine answers",
        "docker-unreachable docker-host-wrong docker-socket-is-directory",
        r"cannot connect to the docker daemon",
    ),
    sign(
        "this user may not use Docker",
        "docker-permission-denied",
        r"permission denied while trying to connect to the docker",
        r"docker\.sock: connect: permission denied",
    ),
    sign(
        "client and engine have other versions",
        "docker-api-version",
        r"client version \S+ is too (?:new|old)",
    ),
    sign(
        "the context does not exist",
        "docker-context-missing",
        r"context \S+ (?:does not exist|not found)",
        r"unable to resolve docker endpoint",
    ),
    sign(
        "the engine's configuration is invalid",
        "daemon-config-invalid",
        r"unable to configure the docker daemon with file .*(?:invalid|match any|unmarshal|EOF)",
    ),
    sign(
        "a setting is in two places",
        "daemon-config-conflict",
        r"specified both as a flag and in the configuration file",
    ),
    sign("a registry's limit is reached", "registry-rate-limit", r"toomanyrequests", r"pull rate limit"),
    sign(
        "a registry refuses",
        "image-pull-denied image-missing",
        r"pull access denied",
        r"denied: requested access",
    ),
    sign("an image is not there", "image-missing", r"no such image", r"manifest unknown"),
    sign(
        "a variable is empty",
        "compose-variable-unset",
        r"variable is not set\. defaulting to a blank",
        r"invalid reference format",
    ),
    sign(
        "Compose refuses the file",
        "compose-file-invalid",
        r"additional propert(?:y|ies) .* not allowed",
        r"undefined (?:network|volume|service)",
        r"dependency cycle",
        r"neither an image nor a build context",
        r"env file .* not found",
    ),
    sign(
        "there is no subnet left",
        "address-pool-exhausted",
        r"non-overlapping IPv4 address pool",
        r"predefined address pools have been fully",
    ),
    sign("subnets overlap", "subnet-collision", r"pool overlaps with other one"),
    sign(
        "a network is missing",
        "network-missing",
        r"network \S+ (?:declared as external, but could not be found|not found)",
    ),
    sign("a volume is missing", "volume-missing", r"no such volume", r"external volume \S+ not found"),
    sign("a bind source is missing", "bind-source-missing", r"bind source path does not exist"),
    sign("a directory is mounted onto a file", "bind-mount-is-directory", r"mount a directory onto a file"),
    sign("a name is taken", "container-name-conflict", r"is already in use by container"),
    sign(
        "a helper is missing",
        "credential-helper-missing",
        r"docker-credential-\S+.*(?:executable file not found|not found)",
    ),
    sign(
        "there is no runtime for GPUs",
        "gpu-runtime-missing",
        r"could not select device driver",
        r"unknown or invalid runtime name: nvidia",
    ),
    sign(
        "a limit cannot be",
        "resource-limit-impossible",
        r"range of cpus is from",
        r"minimum memory limit allowed",
    ),
    sign("a program is for another machine", "image-platform-mismatch entrypoint-crlf", r"exec format error"),
    sign(
        "the container's program is not there, or its first line is not",
        "entrypoint-crlf start-command-not-found",
        r"exec /\S+: no such file or directory",
    ),
    sign("the container's program is not found", "start-command-not-found", r"executable file not found in"),
    sign(
        "the container's program may not be executed",
        "entrypoint-not-executable",
        r"exec: .{1,200}: permission denied",
        r"exec /\S+: permission denied",
    ),
    sign(
        "two cgroup drivers are in use",
        "cgroup-driver-mismatch",
        r"cgroup driver\b.*(?:different|mismatch)",
        r"misconfiguration: .*cgroup driver",
    ),
    sign(
        "Docker's own rules are gone",
        "iptables-rules-missing",
        r"iptables.*no chain/target/match by that name",
        r"chain 'docker' does not exist",
    ),
    sign("shared memory is full", "shm-too-small", r"bus error"),
    sign("there is no space left", "disk-full", r"no space left on device", generic=True),
    sign(
        "names cannot be resolved",
        "container-dns-broken",
        r"temporary failure in name resolution",
        generic=True,
    ),
)

SIGNS = SignTable(
    signs=_SIGNS,
    subject=re.compile(r"docker|container|compose", re.IGNORECASE),
    title="Docker",
    words=("docker", "daemon", "compose"),
    log_prefixes=(),
)
