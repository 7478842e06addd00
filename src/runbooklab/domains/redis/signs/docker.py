"""What Docker's engine, its command line and Compose say (moby, libnetwork, runc, Compose v2)."""

from __future__ import annotations

from runbooklab.domain.sign import Sign, sign

SIGNS: tuple[Sign, ...] = (
    # --- the engine itself
    sign(
        "Docker does not let this user in",
        "docker-permission-denied",
        r"permission denied while trying to connect to the docker daemon|docker\.sock.*permission denied",
        r"permission denied.*docker\.sock|got permission denied while trying to connect to the docker",
    ),
    sign(
        "Docker's context is not there",
        "docker-context-missing",
        r"context \"?\S+\"? (?:does not exist|not found)|unable to resolve docker endpoint: context",
    ),
    sign(
        "an endpoint of Docker's that a library does not speak",
        "docker-endpoint-unusable",
        r"install paramiko package to enable ssh",
        r"npipe:// protocol is only supported on windows|install pypiwin32 package to enable npipe",
        r"could not read CA certificate|unable to resolve docker endpoint: open \S+\.pem",
        r"TLS configuration is invalid|unable to parse docker host",
    ),
    sign(
        "another API version of Docker",
        "docker-api-version",
        r"client version [\d.]+ is too (?:old|new)",
        r"API version .* is too (?:old|new)",
    ),
    sign(
        "Docker does not run",
        "docker-unreachable docker-permission-denied",
        r"cannot connect to the docker daemon",
        r"is the docker daemon running",
        r"error during connect:.*docker",
        r"error while fetching server API version",
        r"docker_?engine.*(?:cannot find the file|system cannot find)",
        r"docker desktop is (?:not running|unable to start)",
        r"docker\.sock.*(?:no such file|connection refused)",
    ),
    # --- ports
    sign(
        "a port that another container has",
        "port-conflict-container port-conflict-process",
        r"port is already allocated",
    ),
    sign(
        "a port that a process has",
        "port-conflict-process port-conflict-container",
        r"(?:failed to|error|cannot|could not) (?:start|starting|bind|listen|set up|expose"
        r")[^\n]*address already in use",
        r"listen tcp[46]? \S+: bind: (?:address already in use|only one usage)",
        r"ports are not available",
        r"failed to bind host port",
        r"bind: An attempt was made to access a socket in a way forbidden",
        r"error starting userland proxy|driver failed programming external connectivity",
        r"exposing port TCP \S+ -> ",
    ),
    # --- networks
    sign(
        "a network that is not there",
        "network-missing",
        r"network \S+ (?:declared as external, but could not be found|not found)",
        r"no such network",
        r"could not find (?:the|a) network",
        r"network \S+ could not be found",
    ),
    sign(
        "no network left",
        "network-missing network-detached",
        r"could not find an available, non-overlapping IPv4"
        r"|Pool overlaps with other one on this address space",
        r"all predefined address pools have been fully subnetted",
    ),
    # --- containers
    sign(
        "a name that a container has already",
        "container-stopped container-never-started container-crash-looping",
        r"container name \"?\S+ is already in use",
        r"name \S+ is already in use by container",
    ),
    sign(
        "no such container",
        "container-missing",
        r"no such container",
        r"no container found for",
        r"service \"?\S+?\"? is not running|no such service",
        r"No such object",
    ),
    sign(
        "a container in a crash loop",
        "container-crash-looping redis-config-invalid redis-data-corrupt",
        r"container \S+ is restarting, wait until",
        r"is restarting, wait",
        r"Back-off restarting failed container|CrashLoopBackOff",
        r"\bRestarting \(\d+\) \d+ \w+ ago",
    ),
    sign(
        "a paused container",
        "container-paused",
        r"container \S+ is paused",
        r"unpause the container before",
        r"\(Paused\)",
    ),
    sign(
        "a container that does not run",
        "container-stopped container-never-started container-crash-looping",
        r"container \S+ is not running",
        r"container is not running|is not running: exited",
        r"cannot exec in a stopped (?:state|container)",
        r"\bExited \(0\) \d+",
    ),
    sign(
        "a container that ran out of memory",
        "container-oom-killed container-killed",
        r"\bOOM ?Killed\b(?!\W{1,3}false)",
        r"Memory cgroup out of memory|oom-kill:|Out of memory: Kill(?:ed)? process \d+ \(redis",
    ),
    sign(
        "a killed container",
        "container-killed container-oom-killed",
        r"exited with code 137|(?:exit(?:ed)?(?: code| status)?|code|status)[ :=(]{1,3}137\b",
    ),
    sign(
        "a crash",
        "redis-crashed container-crash-looping",
        r"exited with code 139|exit(?:ed)?(?: code| status)?[ :=(]{1,3}139\b",
    ),
    sign(
        "a health check that fails",
        "dependency-unhealthy auth-required container-crash-looping",
        r"dependency failed to start(?!.*exited)",
        r"container (?:for service )?\S+ is unhealthy",
        r"\(unhealthy\)",
        r"health ?check .*(?:fail|unhealthy|timed out|exceeded timeout)|liveness probe failed"
        r"|readiness probe failed",
    ),
    sign(
        "a dependency that has ended",
        "startup-race container-stopped redis-config-invalid",
        r"dependency .* exited \(\d+\)|container \S+ exited \(\d+\)|service \S+ didn't complete successfully",
    ),
    # --- starting a container
    sign(
        "a program that is not in the image",
        "start-command-not-found",
        r"executable file not found",
        r"exec: \"[^\"]*\": (?:stat )?.*(?:no such file|not found)",
        r"exit(?:ed)?(?: with)?(?: code| status)?[ :=(]{1,3}127\b",
        r"docker-entrypoint\.sh: .*not found",
        r"exec [\w/.-]+: no such file or directory",
    ),
    sign(
        "a program for another processor",
        "redis-start-failed start-command-not-found",
        r"exec format error",
        r"no matching manifest for linux/",
    ),
    sign(
        "a folder where a file is wanted",
        "redis-config-not-mounted redis-start-failed",
        r"are you trying to mount a directory onto a file",
        r"not a directory.*mount|mount.*not a directory",
        r"mounts? denied|path \S+ is not shared from the host",
        r"bind source path does not exist|invalid mount config",
    ),
    sign(
        "a container that does not start",
        "redis-start-failed start-command-not-found container-never-started",
        r"OCI runtime (?:create|exec|start) failed",
        r"failed to create (?:shim|task|the containerd)",
        r"error response from daemon:.*(?:failed to start|cannot start container)",
        r"runc create failed",
    ),
    sign(
        "an image that cannot be had",
        "container-missing",
        r"pull access denied|manifest (?:unknown|for \S+ not found)|toomanyrequests|unable to find image",
        r"failed to resolve reference|ImagePullBackOff|ErrImagePull",
    ),
    sign(
        "no space for Docker",
        "redis-start-failed persistence-failing container-missing",
        r"(?:docker|containerd|overlay2?|redis|/data\b|layer|error response from daemon"
        r")[^\n]*no space left on device",
        r"no space left on device[^\n]*(?:docker|overlay|redis|rdb|aof)",
    ),
)
