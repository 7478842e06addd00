"""A secret of which a text shows only a part is replaced as well."""

from __future__ import annotations

import pandas as pd
import pytest

from runbooklab.redaction import Vault

HEX = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
SECRETS = (
    HEX,
    HEX[:32],
    "k3JvQx8ZtL1mW9yRb7Nc2HsGf5Dp0TuVaEoXiYzKqM4=",
    "correct horse battery staple, twice as long",
)
WAYS = ["redis://default:{}@10.0.0.5:6379/0", "redis://:{}@h", "{}", "a long text before it, and then: {}"]


def longest_part(secret: str, text: str) -> int:
    """How many characters of the secret, one after the other, stand in the text."""
    parts = (
        length
        for length in range(len(secret), 0, -1)
        for start in range(len(secret) - length + 1)
        if secret[start : start + length] in text
    )
    return next(parts, 0)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("secret", SECRETS)
def test_a_table_that_cuts_a_secret_shows_no_part_of_it(secret: str, way: str) -> None:
    """pandas shows the first 46 characters of a long value, in text and in HTML."""
    vault = Vault(b"key")
    vault.learn(secret)
    frame = pd.DataFrame({"setting": [way.format(secret)]})
    for shown in (repr(frame), frame._repr_html_()):
        assert longest_part(secret, vault.redact(shown)) < 8
        assert not vault.leaks(vault.redact(shown))


@pytest.mark.parametrize("cut", ["...", "\u2026", "&hellip;"])
def test_both_ends_count(cut: str) -> None:
    """A text may show the beginning, the end, or both with an ellipsis between."""
    vault = Vault(b"key")
    token = vault.learn(HEX)
    for shown in (f"{HEX[:10]}{cut}", f"{cut}{HEX[-10:]}", f"<{HEX[:20]}{cut}{HEX[-9:]}>"):
        assert vault.leaks(shown) == (token,)
        assert longest_part(HEX, vault.redact(shown)) < 3


@pytest.mark.parametrize(
    "text", [f"{HEX[:12]} is short", f"{HEX[:5]}...", "Looking again ...", f"...{HEX[8:20]}..."]
)
def test_nothing_else_is_taken_for_a_part(text: str) -> None:
    """Without an ellipsis, with fewer than eight characters, or from the middle."""
    vault = Vault(b"key")
    vault.learn(HEX)
    assert vault.redact(text) == text


def test_many_secrets_that_begin_alike_take_linear_time() -> None:
    """A log of a stranger's may be full of them."""
    vault = Vault(b"key")
    for number in range(3000):
        vault.learn(f"same-beginning-{number:06d}-same-ending")
    assert "same-beginning-000007" not in vault.redact("same-beginning-000007-sa... " * 500)
