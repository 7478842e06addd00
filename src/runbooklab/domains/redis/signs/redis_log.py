"""Lines of Redis' own log, as its source writes them (server.c, rdb.c, aof.c, config.c, tls.c)."""

from __future__ import annotations

from runbooklab.domain.sign import Sign, sign

SIGNS: tuple[Sign, ...] = (
    # --- what is no failure
    sign(
        "advice that Redis prints at start",
        "",
        r"WARNING:? .*(?:overcommit_memory|Memory overcommit must be enabled|Transparent Huge Pages)",
        r"TCP backlog setting of \d+ cannot be enforced",
        r"no config file specified, using the default",
        r"(?:Ready to accept|now ready to accept) connections",
        r"oO0OoO0OoO0Oo",
        r"monotonic clock: POSIX",
        level="harmless",
    ),
    # --- it does not start
    sign(
        "Redis' port is taken",
        "port-conflict-process port-conflict-container redis-start-failed",
        r"could not create server (?:TCP|TLS) listening socket.*address already in use",
        r"creating server (?:TCP|TLS) listening socket.*address already in use",
        r"failed listening on port \d+ \(\w+\), aborting",
        r"opening unix socket: bind: address already in use",
    ),
    sign(
        "Redis' address is not there",
        "bind-address-unavailable redis-config-invalid",
        r"(?:could not create|creating) server (?:TCP|TLS) listening socket.*(?:cannot|can't"
        r") assign requested address",
        r"(?:could not create|creating) server (?:TCP|TLS) listening socket.*name (?:or service "
        r")?(?:does not|not)",
    ),
    sign(
        "Redis cannot listen",
        "redis-start-failed bind-address-unavailable",
        r"(?:could not create|creating) server (?:TCP|TLS) listening socket",
    ),
    sign("data of a newer Redis", "redis-data-newer redis-data-corrupt", r"can't handle RDB format version"),
    sign(
        "no way to write the append-only file",
        "redis-start-failed persistence-failing container-crash-looping",
        r"can't open (?:or create )?(?:the )?append[- ]only (?:file|dir)",
        r"can't open or create append-only dir",
        r"error opening .*append[- ]?only",
        r"appendonlydir.*(?:permission denied|read-only file system)",
    ),
    sign(
        "damaged data",
        "redis-data-corrupt redis-data-newer container-crash-looping",
        r"bad file format reading the append only file",
        r"unexpected end of file reading the append only file",
        r"short read or OOM loading DB",
        r"wrong signature trying to load DB",
        r"internal error in RDB reading",
        r"RDB CRC error|wrong RDB checksum",
        r"AOF loading (?:failed|aborted)|unrecoverable error reading the append only file",
        r"AOF .*(?:is missing|doesn't exist)|truncat\w+.*append[- ]only|redis-check-(?:aof|rdb)",
    ),
    sign(
        "data that could not be loaded",
        "redis-data-corrupt redis-data-newer redis-start-failed",
        r"fatal error loading the DB",
        level="vague",
    ),
    sign(
        "no configuration file",
        "redis-config-not-mounted redis-config-invalid redis-start-failed",
        r"fatal error, can't open config file",
        r"can't (?:open|chdir).*redis\.conf",
    ),
    sign(
        "a mistake in Redis' configuration",
        "redis-config-invalid container-crash-looping",
        r"FATAL CONFIG FILE ERROR",
        r"bad directive or wrong number of arguments",
        r"reading the configuration file, at line \d+",
        r"error in (?:the )?(?:user declaration|ACL file)",
        r"aborting redis startup because of ACL errors",
        r"can't load (?:the )?ACL",
    ),
    sign(
        "a folder that Redis cannot use",
        "redis-config-invalid redis-start-failed persistence-failing",
        r"can't chdir to",
        r"can't open the log file",
        r"failed opening the (?:log|pid) ?file",
    ),
    sign(
        "Redis could not start",
        "redis-start-failed redis-config-invalid container-crash-looping",
        r"failed to configure TLS",
        r"failed to load (?:certificate|private key|CA certificate)",
        r"can't load module from|module \S+ failed to load|error loading the extension",
        r"sentinel config file .* is not writable",
        r"Sentinel .*without a config file",
        r"Failed to (?:initialize|init) (?:server|io)",
        r"Module Configuration detected without|: (?:server )?aborting\.?$",
        r"redis(?:[-.]server)?(?:\.service)?[\"']? (?:has )?failed (?:to start|because)"
        r"|failed to start (?:the |service |container )?[\"']?redis(?! ur)",
    ),
    sign(
        "a start script that fails",
        "redis-start-failed persistence-failing container-crash-looping",
        r"^(?!.*(?:\.sock|connecting)).*(?:redis|/data\b|/bitnami)[^\n]*"
        r"(?:permission denied|EACCES|operation not permitted|read-only file system)",
        r"(?:permission denied|EACCES|operation not permitted|read-only file system)[^\n]*(?:redis\b"
        r"|/data\b|/bitnami)",
        r"^(?:find|chown|chmod|mkdir|rm|cp|touch|install): .*(?:permission denied|not permitted|read-only)",
        r"^sed: -e expression",
        needs_subject=True,
    ),
    sign(
        "a service that failed",
        "redis-start-failed redis-config-invalid redis-data-corrupt container-stopped",
        r"Active: failed|Failed with result '|Main process exited, code=exited, status=(?!0|137|139)",
        needs_subject=True,
    ),
    # --- it ended
    sign(
        "Redis crashed",
        "redis-crashed redis-data-corrupt container-crash-looping",
        r"REDIS BUG REPORT",
        r"crashed by signal",
        r"ASSERTION FAILED",
        r"guru meditation",
    ),
    sign(
        "Redis got no memory",
        "redis-crashed container-oom-killed memory-exhausted",
        r"out of memory allocating \d+ bytes",
    ),
    sign(
        "Redis was ordered to stop",
        "container-stopped container-never-started",
        r"received SIG(?:TERM|INT) scheduling shutdown",
        r"user requested shutdown",
        r"redis is now ready to exit",
    ),
    # --- it runs, and something fails
    sign(
        "Redis cannot save",
        "persistence-failing",
        r"background saving (?:error|terminated (?!with success))",
        r"failed opening the (?:temp )?RDB",
        r"write error saving DB on disk",
        r"can't save in background",
        r"error writing to the AOF file|asynchronous AOF fsync.*slow|AOF rewrite.*error",
        r"can't (?:rewrite|open) append only file in background",
        r"failed (?:opening|to open) .*\.rdb",
        r"(?:AOF|append[- ]?only)[^\n]{0,40}rewr\w+[^\n]*(?:error|denied|no space|fail)",
        r"opening the temp file for AOF",
    ),
    sign(
        "HTTP on Redis' port",
        "url-scheme-invalid",
        r"possible SECURITY ATTACK detected",
        r"(?:POST or Host:|HTTP) (?:commands|request) (?:to|on) Redis",
    ),
    sign(
        "a plain client on a TLS port",
        "plain-to-tls-port",
        r"error accepting a client connection:.*(?:wrong version number|http request|record layer"
        r"|unknown protocol|packet length)",
    ),
    sign(
        "a client without a certificate",
        "tls-client-certificate-required",
        r"error accepting a client connection:.*(?:did not return a certificate|certificate required)",
    ),
    sign(
        "a client that does not trust Redis",
        "tls-untrusted tls-expired",
        r"error accepting a client connection:.*(?:unknown ca|bad certificate|certificate unknown"
        r"|certificate expired)",
    ),
    sign(
        "no TLS version in common",
        "tls-version-mismatch",
        r"error accepting a client connection:.*(?:unsupported protocol|no shared cipher"
        r"|version too low|protocol version)",
    ),
    sign(
        "a client whose TLS handshake failed",
        "plain-to-tls-port tls-untrusted tls-client-certificate-required tls-version-mismatch",
        r"error accepting a client connection:",
    ),
    sign(
        "a client that was cut off",
        "output-buffer-limit",
        r"overcoming of output buffer limits",
        r"closed ASAP for .*output buffer",
    ),
    sign("an idle client that was cut off", "idle-timeout", r"closing idle client"),
    sign(
        "too few file descriptors for maxclients",
        "maxclients-reached",
        r"you requested maxclients of",
        r"current maximum open files is \d+",
        r"unable to set the max number of files limit",
    ),
    sign(
        "replication that fails",
        "replica-link-down auth-wrong-credentials",
        r"error condition on socket for SYNC",
        r"unable to (?:connect|AUTH) to (?:MASTER|PRIMARY)(?![\w.-])",
        r"(?:MASTER|PRIMARY) (?:timeout|aborted replication)",
        r"Timeout connecting to the (?:MASTER|PRIMARY)",
        r"Master does not (?:understand|support)",
        r"Failed trying to load the (?:MASTER|PRIMARY) synchronization DB",
    ),
)
