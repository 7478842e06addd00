"""Passwords, ACL users and the protocol's version."""

from __future__ import annotations

from runbooklab.domains.redis.lab.testbed import PASSWORD, Recipe, RedisTestbed
from runbooklab.lab.fault import Fault
from runbooklab.lab.testbed import Situation


def _password_protected(user_info: str, *acl: str) -> Recipe:
    """A server with a password, and ACL users as given, inspected with ``user_info@`` in the URL."""

    def recipe(testbed: RedisTestbed) -> Situation:
        redis = testbed.redis("--requirepass", PASSWORD)
        client = testbed.client(redis.url_of())
        if acl:
            client.execute_command("ACL", "SETUSER", *acl)
        return testbed.situation(redis, redis_url=f"redis://{user_info}127.0.0.1:{redis.port}/0")

    return recipe


def _acl_user(*rules: str) -> Recipe:
    """The URL has the credentials of an ACL user with these rules."""
    return _password_protected("orchestrator:own-Passw0rd@", "orchestrator", ">own-Passw0rd", *rules)


def auth_not_enabled(testbed: RedisTestbed) -> Situation:
    redis = testbed.redis()
    return testbed.situation(redis, redis_url=redis.url_of())


def hello_renamed(testbed: RedisTestbed) -> Situation:
    return testbed.situation(testbed.redis("--rename-command", "HELLO", ""))


def auth_renamed(testbed: RedisTestbed) -> Situation:
    redis = testbed.redis("--requirepass", PASSWORD, "--rename-command", "AUTH", "")
    return testbed.situation(redis, redis_url=redis.url_of())


FAULTS = (
    Fault("command-renamed", "AUTH is switched off by rename-command.", auth_renamed),
    Fault("auth-required", "The server has a password, the URL none.", _password_protected("")),
    Fault(
        "auth-required/default-off",
        "The default user is off, the URL has no user.",
        _password_protected("", "default", "off"),
    ),
    Fault("auth-wrong-credentials", "The URL has another password.", _password_protected(":other-Passw0rd@")),
    Fault(
        "auth-wrong-credentials/unknown-user",
        "The URL names a user that isn't there.",
        _password_protected(f"orchestrator:{PASSWORD}@"),
    ),
    Fault(
        "auth-wrong-credentials/user-off",
        "The URL names a user that is off.",
        _acl_user("off", "~*", "+@all"),
    ),
    Fault("auth-not-enabled-on-server", "The URL has a password, the server none.", auth_not_enabled),
    Fault(
        "acl-permission-denied",
        "The user may not use PING and GET.",
        _acl_user("on", "~*", "+@all", "-@read", "-ping"),
    ),
    Fault(
        "acl-permission-denied/keys",
        "The user may not touch the workers' keys.",
        _acl_user("on", "~cache:*", "+@all"),
    ),
    Fault(
        "acl-permission-denied/write",
        "The user may read and not write.",
        _acl_user("on", "~*", "+@read", "+@connection"),
    ),
    Fault(
        "acl-permission-denied/get",
        "The user may find registrations and not read them.",
        _acl_user("on", "~*", "+@all", "-get"),
    ),
    Fault("client-protocol-mismatch", "The server's HELLO is renamed away.", hello_renamed),
)
