"""TLS: on one side only, or not accepted by the other."""

from __future__ import annotations

from typing import Any

from runbooklab.domains.redis.lab.certificates import Authority
from runbooklab.domains.redis.lab.testbed import LabRedis, RedisTestbed
from runbooklab.lab.fault import Fault
from runbooklab.lab.testbed import Situation

OPENSSL = ("openssl",)


def tls_redis(
    testbed: RedisTestbed, *arguments: str, host: str = "IP:127.0.0.1", days: int = 30
) -> tuple[LabRedis, Authority]:
    """A Redis that speaks TLS only, with a certificate for ``host``, and who signed it."""
    authority = Authority.make(testbed.folder / "tls", testbed.run)
    authority.sign("redis", host=host, days=days)
    folder, options = testbed.share(authority.folder, "/tls")
    redis = testbed.redis(
        "--tls-auth-clients",
        "no",
        "--tls-cert-file",
        f"{folder}/redis.crt",
        "--tls-key-file",
        f"{folder}/redis.key",
        "--tls-ca-cert-file",
        f"{folder}/ca.crt",
        *arguments,
        port_setting="--tls-port",
        **options,
    )
    return redis, authority


def tls_situation(
    testbed: RedisTestbed, redis: LabRedis, options: str, scheme: str = "rediss", **more: Any
) -> Situation:
    """The server inspected through TLS with these URL options."""
    return testbed.situation(redis, redis_url=f"{scheme}://127.0.0.1:{redis.port}/0{options}", **more)


def tls_to_plain_port(testbed: RedisTestbed) -> Situation:
    return tls_situation(testbed, testbed.redis(), "")


def plain_to_tls_port(testbed: RedisTestbed) -> Situation:
    redis, _ = tls_redis(testbed)
    return testbed.situation(redis)


def tls_untrusted(testbed: RedisTestbed) -> Situation:
    redis, _ = tls_redis(testbed)
    return tls_situation(testbed, redis, "")


def tls_hostname_mismatch(testbed: RedisTestbed) -> Situation:
    redis, authority = tls_redis(testbed, host="DNS:redis.internal.example")
    return tls_situation(testbed, redis, f"?ssl_ca_certs={authority.certificate}&ssl_check_hostname=true")


def tls_expired(testbed: RedisTestbed) -> Situation:
    redis, authority = tls_redis(testbed, days=-1)
    return tls_situation(testbed, redis, f"?ssl_ca_certs={authority.certificate}")


def client_certificate_required(testbed: RedisTestbed) -> Situation:
    redis, authority = tls_redis(testbed, "--tls-auth-clients", "yes")
    return tls_situation(testbed, redis, f"?ssl_ca_certs={authority.certificate}")


def tls_version_mismatch(testbed: RedisTestbed) -> Situation:
    redis, authority = tls_redis(testbed, "--tls-protocols", "TLSv1.1")
    return tls_situation(testbed, redis, f"?ssl_ca_certs={authority.certificate}")


def ca_file_missing(testbed: RedisTestbed) -> Situation:
    redis, authority = tls_redis(testbed)
    return tls_situation(testbed, redis, f"?ssl_ca_certs={authority.folder / 'company-ca.crt'}")


FAULTS = (
    Fault("tls-to-plain-port", "rediss:// to a server without TLS.", tls_to_plain_port),
    Fault("plain-to-tls-port", "redis:// to a server that speaks TLS only.", plain_to_tls_port, OPENSSL),
    Fault("tls-untrusted", "The certificate's authority is not known to the client.", tls_untrusted, OPENSSL),
    Fault("tls-hostname-mismatch", "The certificate is for another name.", tls_hostname_mismatch, OPENSSL),
    Fault("tls-expired", "The certificate ended yesterday.", tls_expired, OPENSSL),
    Fault(
        "tls-client-certificate-required",
        "The server wants a client certificate.",
        client_certificate_required,
        OPENSSL,
    ),
    Fault("tls-version-mismatch", "The server speaks TLS 1.1 only.", tls_version_mismatch, OPENSSL),
    Fault("tls-ca-file-missing", "The URL's CA file isn't there.", ca_file_missing, OPENSSL),
)
