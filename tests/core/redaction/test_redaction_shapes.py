"""Redaction: secrets in the shapes of many programs, and the look-alikes that must stay readable."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runbooklab.domains.container.probes.logs import log_lines
from runbooklab.redaction.names import KEY, KEY_HINTS, lowered
from runbooklab.redaction.text import clean, clean_argv, clean_setting, find_secrets
from runbooklab.redaction.vault import TOKEN, Vault

SECRET = "Zq7wVbT9xKm2"


@pytest.fixture
def vault() -> Vault:
    return Vault(b"a key for tests")


SHAPES = r"""
redis://default:{}@host
redis://default:{}@[2001:db8::1]
redis://h:6379/0?username=a&password={}&x=1
redis:\/\/default:{}@host
http://proxy/?to=redis%3A%2F%2Fdefault%3A{}%40host%3A6379
sentinel auth-pass mymaster {}
sentinel sentinel-pass {}
primaryauth {}
tls-key-file-pass {}
"SENTINEL" "SET" "mymaster" "auth-pass" "{}"
"CONFIG" "SET" "requirepass" "{}"
rename-command CONFIG {}
user app on <{}
ACL SETUSER app on >{} ~*
"ACL" "SETUSER" "app" "on" ">{}" "~*"
"HELLO" "3" "AUTH" "default" "{}" "SETNAME" "x"
"MIGRATE" "h" "6379" "k" "0" "1000" "AUTH2" "u" "{}"
MIGRATE h 6379 k 0 1000 AUTH2 u {} KEYS a
*2\r\n$4\r\nAUTH\r\n$12\r\n{}\r\n
*3\r\n$4\r\nAUTH\r\n$3\r\napp\r\n$12\r\n{}\r\n
curl -u user:{} http://x
sshpass -p {} ssh h
mysql -p{} db
docker run --env=REDIS_PASSWORD={} redis
ENV REDIS_PASSWORD {}
setx REDIS_PASSWORD "{}"
REDIS_PASSWORD_2={}
redis_pw: {}
passcode: {}
signing_key: {}
SECRET_KEY_BASE={}
DJANGO_SECRET_KEY='{}'
password_hash: {}
Kennwort={}
contraseña: {}
AccountKey={};EndpointSuffix=core.windows.net
{"name": "REDIS_PASSWORD", "value": "{}"}
"password": {"value": "{}"}
{\"password\":\"{}\"}
password=b'{}'
password == "{}"
password: !!str {}
password: &anchor {}
REDIS_PASSWORD: ${REDIS_PASSWORD:-{}}
default: ${REDIS_PASSWORD:-{}}
Using password {} for redis
login failed with password "{}"
the password was '{}'.
machine h login u password {}
Authorization: Token {}
Proxy-Authorization: Basic {}
bearer: {}
Cookie: session={}
EnvironmentVariable(name='REDIS_PASSWORD', value='{}')
"""


@pytest.mark.parametrize("shape", SHAPES.strip().split("\n"))
def test_a_secret_of_this_shape_is_replaced(shape: str, vault: Vault) -> None:
    """No form of the secret stays in the text, and the text does not vanish with it."""
    cleaned = clean(shape.replace("{}", SECRET), vault)
    assert SECRET not in cleaned
    assert TOKEN.search(cleaned)
    assert cleaned[:3] == shape[:3] or shape.startswith("{}")


TOKENS = """
AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
ghs_0123456789abcdefghijklmnopqrstuvwxyz
github_pat_0123456789abcdefghijklmnopqrstuvwxyz
glpat-0123456789abcdefghij
glrt-0123456789abcdefghij
xoxb-123456789012-123456789012-abcdefghijklmnopqrstuvwx
https://hooks.slack.com/services/T0000/B0000/abcdefghijklmn
sk_live_0123456789abcdefghijklmnop
sk-proj-0123456789abcdefghijABCDEFGHIJ0123456789
AIzaSyA0123456789abcdefghijklmnopqrstuv
npm_0123456789abcdefghijklmnopqrstuvwxyz
pypi-AgEIcHlwaS5vcmcCJGFiY2RlZmdoLTAxMjMtNDU2Ny04OWFiLWNkZWYwMTIzNDU2Nw
SG.abcdefghijklmnopqrstuv.abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG
hvs.CAESIJ0123456789abcdefghijklmnop
eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJlLXRleHQ
telegram 1234567890:AAabcdefghijklmnopqrstuvwxyz0123456
"""


@pytest.mark.parametrize("token", TOKENS.strip().split("\n"))
def test_a_token_of_a_service_is_known_by_its_shape(token: str, vault: Vault) -> None:
    """It is replaced wherever it stands, and what the last gate looks for is known then."""
    cleaned = clean(f"lookup of {token} done", vault)
    assert TOKEN.search(cleaned)
    assert cleaned.startswith("lookup of ")
    assert cleaned.endswith(" done")
    assert vault.leaks(token.encode())


READABLE = """
5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8
redis@sha256:5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8
com.docker.compose.config-hash=5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8
run_id:5e884898da28047151d0e56f8dc6292773603d0d
master_replid:5e884898da28047151d0e56f8dc6292773603d0d
commit 2fd976b41111031313107792b40d5cfd1a8baf90
123e4567-e89b-12d3-a456-426614174000
f3b1c0a9d2e4
ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAbcdefghijklmnopqrstuvwxyz012345678901234567 host
SHA256:uNiVztksCsDhcc0u9e8BgrJXVGDbwhZvpQx1zjE4abc
session:token:17
user:42:auth:state
worker:api-key:3 and queue:secret:x
detect-secrets==1.5.0
requirepass ${REDIS_PASSWORD:-}
the path is a password: `env:REDIS_PASSWORD`
1 password for 2 servers, 3 tokens left
CLUSTER SECRET rotated
password policy: at least 12 characters
no password is set
cmd=auth user=default addr=10.0.0.1:6379
sentinel: avoid logging auth-pass value
image my-registry.example.org/token-service:7.2
task-12 mask-1 sk-1
Using database 3 and pool of 10
redis.exceptions.AuthenticationError: invalid username-password pair
""".strip().split("\n")


@pytest.mark.parametrize("text", READABLE)
def test_what_is_no_secret_stays_readable(text: str, vault: Vault) -> None:
    """Identifiers, digests, public keys, names of Redis keys and prose are shown as they are."""
    assert clean(text, vault) == text


BODY = tuple(
    f"MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcw{number:02d}AbCdEfGhIjKlMnOpQrStUvWx" for number in range(4)
)
BEGIN, END = "-----BEGIN RSA PRIVATE KEY-----", "-----END RSA PRIVATE KEY-----"


@pytest.mark.parametrize(
    ("before", "text", "after"),
    [
        ("a\n", "\n".join((BEGIN, *BODY, END)), "\nb"),
        ("one line: ", " ".join((BEGIN, *BODY, END)), " b"),
        ("escaped: ", "\\n".join((BEGIN, *BODY, END)), ""),
        ("its end is cut off:\n", "\n".join((BEGIN, *BODY)), ""),
        ("its beginning is cut off\n", "\n".join((*BODY, END)), "\nb"),
    ],
)
def test_a_private_key_goes_whole(before: str, text: str, after: str, vault: Vault) -> None:
    """In one line or in many, also if an excerpt has cut it, and none of the text around it."""
    assert TOKEN.sub("{}", clean(before + text + after, vault)) == f"{before}{{}}{after}"


def test_a_private_key_in_a_log_is_known_line_by_line(vault: Vault) -> None:
    """The engine gives each line apart and with a time: none of the key's lines is shown."""
    lines = ["starting", BEGIN, *BODY, END, "ready"]
    data = "\n".join(f"2026-11-22T21:00:00.{number:09d}Z {line}" for number, line in enumerate(lines))
    shown = "\n".join(line.text for line in log_lines(data.encode(), vault))
    assert shown.startswith("starting")
    assert shown.endswith("ready")
    assert not [line for line in BODY if line in shown]


def test_a_settings_whole_value_is_a_secret_where_its_name_says_so(vault: Vault) -> None:
    """Spaces, commas and quotes do not end the value of a variable, a label or an argument."""
    value = "two words, {and} 'more'"
    assert clean_setting("REDIS_PASSWORD", value, vault) == vault.learn(value)
    assert clean_argv(["run", f"--db-password={value}"], vault)[1] == f"--db-password={vault.learn(value)}"
    assert clean_argv(["run", "--api-token", value], vault)[2] == vault.learn(value)
    assert clean_setting("REDIS_HOST", "redis, or another", vault) == "redis, or another"
    assert clean_setting("MAX_TOKENS", "4096", vault) == "4096"
    url = clean_setting("REDIS_PASSWORD_URL", f"redis://:{SECRET}@db:6379", vault)
    assert url == f"redis://:{vault.learn(SECRET)}@db:6379"


@pytest.mark.exhaustive
@pytest.mark.parametrize(
    "piece",
    [
        "-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----", "password ", "${password:-",
        "name: token ", "%3A%2F%2F%3A", "xoxb-1-", "sk-a", "AUTH\n$4\n", "password: |\n ", "curl -u ",
        "Cookie: a=", "eyJaaaaaaaaa.",
    ],
)  # fmt: skip
def test_a_hostile_line_is_read_whole(piece: str) -> None:
    """Whatever is repeated, the search ends (pytest's own timeout catches a blow-up)."""
    clean(piece * (300_000 // len(piece)), Vault(b"a key for tests"))


def test_no_pattern_repeats_a_group_possessively() -> None:
    """Python before 3.11.5 cuts such a match short (python/cpython#106052): an atomic group says the same."""
    source = Path(__file__).resolve().parents[3] / "src" / "runbooklab"
    # A comma behind it is a set of characters that stand for themselves.
    repeated = [path.name for path in source.rglob("*.py") if re.search(r"\)[*+?]\+(?!,)", path.read_text())]
    assert repeated == []


@pytest.mark.parametrize(
    "text",
    [
        "ŞİFRE=hunter2x9Q",
        "şıfre=hunter2x9Q",
        'const p = process.env.ŞİFRE || "hunter2x9Q"',
        'os.getenv("ŞİFRE", "hunter2x9Q")',
        'config["ŞİFRE"] || "hunter2x9Q"',
        "PA\u017fSWORD=hunter2x9Q",
        "TO\u212aEN=hunter2x9Q",
    ],
)
def test_no_letter_case_hides_the_name_of_a_secret(text: str) -> None:
    """What is looked for before the patterns takes the same letters for the same as these do."""
    assert [found.value for found in find_secrets(text)] == ["hunter2x9Q"]


@given(st.from_regex(re.compile(KEY, re.IGNORECASE), fullmatch=True))
def test_a_hint_stands_in_every_name_of_a_secret(name: str) -> None:
    """A text without a hint is not searched for names at all."""
    assert any(hint in lowered(name) for hint in KEY_HINTS), name
