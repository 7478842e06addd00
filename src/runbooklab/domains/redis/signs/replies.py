"""Replies of a Redis server: its error codes (RESP), and the words clients put in their place.

Sources: Redis 7 ``src/server.c`` (shared.*err), ``networking.c``, ``cluster.c``, ``acl.c``; redis-py
``exceptions.py``, Jedis ``Protocol.processError``, Lettuce ``ExceptionFactory``, StackExchange.Redis
``ResultProcessor``.
"""

from __future__ import annotations

from runbooklab.domain.sign import Sign, sign


def _code(code: str) -> str:
    """A code that is a common word too: as a server or a client puts it, in capitals, before a text."""
    return rf"(?-i:(?:^|[-\"'(]|: |\) ?|> ?)-?{code}(?=[ \"',)]|$))"


def _word(*codes: str) -> str:
    """Codes that are no words of any language."""
    return rf"(?-i:(?<![\w-])-?(?:{'|'.join(codes)})(?![\w-]))"


SIGNS: tuple[Sign, ...] = (
    sign(
        "wrong password",
        "auth-wrong-credentials url-password-as-username",
        _word("WRONGPASS"),
        r"invalid username-password",
        r"invalid password\b(?!.*(postgres|mysql))",
        r"user is disabled",
        needs_subject=False,
    ),
    sign(
        "no password is set on the server",
        "auth-not-enabled-on-server wrong-redis-answering",
        r"without any password configured",
        r"but no password is set",
        r"client sent AUTH, but no password",
    ),
    sign(
        "a password is wanted",
        "auth-required url-password-as-username healthcheck-false-healthy",
        _word("NOAUTH"),
        r"HELLO must be called with the client already authenticated",
        r"\bNoAuthError\b|RedisAuthRequired",
        r"AUTH failed: .*required",
        r"operation not permitted.*auth",
        r"requires? authentication but no",
    ),
    sign(
        "a password is wanted",
        "auth-required url-password-as-username healthcheck-false-healthy",
        r"authentication required\b(?!.*(?:proxy|http))",
        needs_subject=True,
    ),
    sign(
        "a login that failed",
        "auth-wrong-credentials auth-required url-password-as-username",
        r"AuthenticationFailure",
        r"(?<![\w.])(?:redis\.exceptions\.)?AuthenticationError\b.*redis|"
        r"redis\.exceptions\.AuthenticationError",
        r"wrong number of arguments for 'auth' command",
        r"redis\S* .*(?:authentication|auth) failed|(?:authentication|auth) failed.*redis",
    ),
    sign(
        "no permission",
        "acl-permission-denied",
        _word("NOPERM"),
        r"\bNoPermissionError\b",
        r"has no permissions to (?:run|access)",
        r"no permission to access a key",
    ),
    sign(
        "protected mode",
        "protected-mode",
        _code("DENIED") + r" Redis",
        r"running in protected mode",
        r"^-DENIED\b",
    ),
    sign(
        "Redis is full",
        "memory-exhausted",
        r"OOM command not allowed",
        _code("OOM") + r" ",
        r"command not allowed when used memory",
        r"\bredis\S*OutOfMemoryError",
        r"used memory (?:is )?(?:greater than|>) 'maxmemory'",
    ),
    sign(
        "too many connections on the server",
        "maxclients-reached",
        r"max(?:imum)? number of clients (?:\+ cluster connections )?reached",
        r"\bMaxClientsError\b",
    ),
    sign(
        "Redis is loading",
        "loading startup-race",
        r"is loading the dataset in memory",
        _code("LOADING") + r"(?= Redis|$)",
        r"\bBusyLoadingError\b",
        r"RedisLoadingException",
    ),
    sign(
        "Redis cannot save",
        "persistence-failing",
        _word("MISCONF"),
        r"unable to persist (?:on|to) disk",
        r"errors writing to the AOF file",
    ),
    sign(
        "the link to the master is down",
        "replica-link-down",
        _word("MASTERDOWN"),
        r"link with master is down",
        r"\bMasterDownError\b",
        r"No connection (?:to|with) master",
    ),
    sign(
        "not enough replicas",
        "not-enough-replicas",
        _word("NOREPLICAS"),
        r"not enough good (?:replica|slave)s",
    ),
    sign(
        "a read-only replica",
        "replica-read-only replica-link-down",
        _code("READONLY"),
        r"write against a read[- ]only (?:replica|slave)",
        r"\bReadOnlyError\b",
        r"RedisReadOnlyException",
        r"Command cannot be issued to a (?:slave|replica)",
    ),
    sign(
        "busy with a script",
        "script-busy slow-commands",
        r"BUSY Redis is busy",
        _word("UNKILLABLE"),
        _code("BUSY") + r"(?= Redis|$)",
        r"is busy running a (?:lua )?script",
        r"RedisBusyException",
    ),
    sign(
        "the cluster is down",
        "cluster-down",
        _word("CLUSTERDOWN"),
        r"\bClusterDownError\b",
        r"hash slot not served",
        r"cluster state is (?:not ok|fail)",
    ),
    sign(
        "a cluster answers",
        "cluster-client-needed",
        _code("MOVED") + r"(?= \d)",
        _code("ASK") + r"(?= \d)",
        r"\bMOVED \d{1,5} \S+:\d",
        r"\bASK \d{1,5} \S+:\d",
        _word("CROSSSLOT"),
        r"\b(?:Moved|Ask)Error\b|\bJedis(?:Moved|Ask)DataException|ClusterCrossSlot",
        r"keys in request don't hash to the same slot",
        r"Endpoint \S+ serving hashslot \d+ is not reachable",
        r"too many cluster redirections|cannot use '?\w+'? with redis-cluster",
    ),
    sign(
        "only database 0 in a cluster",
        "cluster-needs-db0",
        r"select is not allowed in cluster mode",
        r"multiple databases are not supported.*cluster|"
        r"cluster.*(?:only|supports?).*(?:db|database) ?(?:0|zero)",
    ),
    sign(
        "no cluster",
        "wrong-redis-answering",
        r"this instance has cluster support disabled",
        r"cluster support (?:is )?disabled",
        r"Cluster mode is not enabled on this node",
    ),
    sign(
        "the database's number",
        "db-out-of-range cluster-needs-db0",
        r"db index is out of range",
        r"invalid db index",
        r"invalid database (?:index|number)",
        r"out of range.*\bselect\b",
    ),
    sign(
        "an unknown command HELLO",
        "client-protocol-mismatch",
        _word("NOPROTO"),
        r"unknown command [`'\"‘]?hello\b",
        r"unsupported protocol version",
        r"\bHELLO\b.*unknown command",
    ),
    sign(
        "a Sentinel answers",
        "sentinel-port",
        r"unknown command [`'\"‘]?(?:get|set|setex|hset|hget|hgetall|del|exists|select|info keyspace"
        r"|keys|scan|lpush"
        r"|rpush|blpop|eval|evalsha|zadd|expire|ttl)\b",
    ),
    sign(
        "a command that this Redis does not know",
        "acl-permission-denied client-protocol-mismatch sentinel-port",
        r"ERR unknown command",
        r"unknown (?:sub)?command or wrong number of arguments",
        r"ERR unknown subcommand",
        r"\bERR unsupported command\b",
    ),
    sign(
        "a value of the wrong type",
        "worker-wrong-type worker-key-prefix",
        _word("WRONGTYPE"),
        r"operation against a key holding the wrong kind of value",
    ),
    sign(
        "a script that is not in Redis' cache",
        "registrations-lost-on-restart",
        _word("NOSCRIPT"),
        r"no matching script",
    ),
    sign("no such stream group", "registrations-lost-on-restart registrations-flushed", _word("NOGROUP")),
    sign(
        "an aborted transaction",
        "memory-exhausted acl-permission-denied replica-read-only",
        _word("EXECABORT"),
        r"transaction discarded because of previous errors",
        level="vague",
    ),
    sign(
        "Sentinel knows no healthy master",
        "replica-link-down container-stopped network-not-shared",
        r"No master found for ",
        r"\bMasterNotFoundError\b",
        r"All sentinels? (?:down|are unreachable)",
        _word("NOGOODSLAVE", "NOMASTERLINK"),
        r"Cannot determine master|no_viable_sentinel",
        r"all sentinels (?:specified )?.*unreachable",
        r"Sentinel .*no such master",
        r"No such master with that name",
    ),
)
