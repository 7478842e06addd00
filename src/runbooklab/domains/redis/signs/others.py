"""Services that an error text may be about instead of Redis, and how it shows: names, classes and ports."""

from __future__ import annotations

import re

from runbooklab.domain.sign import Other


def _other(name: str, words: str, *ports: int, weak: bool = False) -> Other:
    return Other(name, ports, re.compile(words, re.IGNORECASE), weak)


OTHERS: tuple[Other, ...] = (
    _other(
        "PostgreSQL",
        r"postgres|psycopg|\bpq: |PSQLException|asyncpg|\bpgx?\b|\bPG::|libpq|pgbouncer|SQLSTATE\[08|pg_hba",
        5432,
        6432,
    ),
    _other(
        "MySQL",
        r"mysql|mariadb|\bER_ACCESS_DENIED|SQLSTATE\[HY000\] \[(?:2002|1045)|Communications link failure",
        3306,
        33060,
    ),
    _other("a SQL database", r"\bjdbc|hikari|hibernate|sqlalchemy|java\.sql|ActiveRecord::|Doctrine\\"),
    _other("RabbitMQ", r"amqps?://|rabbit|\bpika\b|AMQP(?!.*redis)|Bunny::|amqplib", 5672, 5671, 15672),
    _other(
        "Kafka", r"kafka|librdkafka|NoBrokersAvailable|bootstrap[ .]?(?:server|broker)", 9092, 9093, 29092
    ),
    _other("MongoDB", r"mongo|MongoNetworkError|ServerSelectionTimeout", 27017, 27018),
    _other("Elasticsearch", r"elasticsearch|opensearch|elastic\.co", 9200, 9300),
    _other("Memcached", r"memcache|Dalli::|pylibmc", 11211),
    _other("ZooKeeper", r"zookeeper|\bzk\b", 2181),
    _other(
        "Microsoft SQL Server",
        r"sqlserver|mssql|pyodbc|System\.Data\.SqlClient|Microsoft\.Data\.SqlClient",
        1433,
    ),
    _other("Oracle", r"\bORA-\d|oracle\.jdbc|TNS:", 1521),
    _other("NATS", r"\bnats\b(?:://|:)", 4222),
    _other("Cassandra", r"cassandra|NoHostAvailable", 9042),
    _other("ClickHouse", r"clickhouse", 8123),
    _other("etcd", r"\betcd", 2379),
    _other(
        "gRPC",
        r"\bgrpc|StatusCode\.[A-Z]|rpc error: code =|_InactiveRpcError"
        r"|failed to connect to all addresses",
        50051,
    ),
    _other("SMTP", r"\bsmtp|nodemailer|\bMAIL FROM", 25, 587, 465),
    _other("LDAP", r"\bldaps?\b", 389, 636),
    _other("SSH", r"\bssh\b|\bsshd\b", 22),
    _other("Git", r"\bgit(?:hub)?\b.*(?:clone|fetch|push|remote)|fatal: unable to access"),
    _other(
        "an HTTP service",
        r"https?://|HTTPS?ConnectionPool|urllib3|requests\.exceptions|httpx\.|aiohttp|AxiosError|fetch failed"
        r"|curl: \(|upstream|nginx|\bGET /|\bPOST /|httpclient|RestTemplate|WebClient|net/http|okhttp"
        r"|Faraday::|Net::(?:Read|Open)Timeout"
        r"|GuzzleHttp",
        80,
        443,
        3000,
        5000,
        8000,
        8080,
        8443,
        9090,
        weak=True,
    ),
)

#: What shows that a line is about Redis.
REDIS = re.compile(
    r"redis|valkey|jedis|lettuce\.core|\bredix\b|sidekiq|resque|bullmq|keydb|dragonfly|(?<!\d"
    r")6379(?!\d)|\b(?:16379|26379|6380)\b"
    r"|AOF|\bRDB\b",
    re.IGNORECASE,
)
