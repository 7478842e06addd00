"""Tokens that are secrets by their own shape, whatever stands before them.

The shapes of most services' tokens are those of `detect-secrets`, whose plugins are imported one by one
and only when a text holds the mark of such a token. Those of its plugins that guess by entropy would take
container ids and digests for secrets, some search in quadratic time, and none is asked to verify anything
over a network: only the patterns are taken.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from functools import cache

from runbooklab.redaction.urls import Found

#: Plugin and class of detect-secrets -> what is found, and lower-case texts of which one is in each match.
_PLUGINS: dict[tuple[str, str], tuple[str, tuple[str, ...]]] = {
    ("aws", "AWSKeyDetector"): ("AWS key", ("aws", "akia", "asia", "abia", "acca", "a3t")),
    ("azure_storage_key", "AzureStorageKeyDetector"): ("Azure key", ("accountkey=",)),
    ("discord", "DiscordBotTokenDetector"): ("Discord token", ("discord", "bot")),
    ("github_token", "GitHubTokenDetector"): ("GitHub token", ("ghp_", "gho_", "ghu_", "ghs_", "ghr_")),
    ("gitlab_token", "GitLabTokenDetector"): (
        "GitLab token",
        ("gldt-", "glft-", "glsoat-", "glrt-", "glcbt-", "glptt-", "gloas-", "gr1348941"),
    ),
    ("mailchimp", "MailchimpDetector"): ("Mailchimp key", ("-us",)),
    ("pypi_token", "PypiTokenDetector"): ("PyPI token", ("pypi-",)),
    ("sendgrid", "SendGridDetector"): ("SendGrid key", ("sg.",)),
    ("slack", "SlackDetector"): ("Slack token", ("xox", "hooks.slack.com")),
    ("square_oauth", "SquareOAuthDetector"): ("Square token", ("sq0csp-",)),
    ("stripe", "StripeDetector"): ("Stripe key", ("k_live_",)),
    ("telegram_token", "TelegramBotTokenDetector"): ("Telegram token", ("telegram", "bot")),
}

#: Tokens that detect-secrets lacks or finds by a pattern that is not linear.
_OURS: tuple[tuple[str, tuple[str, ...], re.Pattern[str]], ...] = (
    (
        "GitHub token",
        ("github_pat_", "ghp_", "gho_", "ghu_", "ghs_", "ghr_"),
        re.compile(r"(?<!\w)(?:gh[pousr]_|github_pat_)\w{30,255}"),
    ),
    ("GitLab token", ("glpat-",), re.compile(r"(?<!\w)glpat-[\w-]{20,100}")),
    ("JWT", ("eyj",), re.compile(r"(?<![\w-])eyJ[\w-]{8,}+\.eyJ[\w-]{2,}+\.[\w-]{8,}+")),
    ("OpenAI or Anthropic key", ("sk-",), re.compile(r"(?<![\w-])sk-(?=[\w-]{0,40}\d)[\w-]{32,250}")),
    ("npm token", ("npm_",), re.compile(r"(?<!\w)npm_[A-Za-z0-9]{36}(?!\w)")),
    ("PyPI token", ("pypi-age",), re.compile(r"(?<!\w)pypi-AgE[\w-]{40,400}")),
    ("Stripe key", ("sk_live_", "rk_live_"), re.compile(r"(?<!\w)[rs]k_live_\w{16,250}")),
    ("Google API key", ("aiza",), re.compile(r"(?<![\w-])AIza[\w-]{35}(?![\w-])")),
    ("Slack token", ("xox",), re.compile(r"(?<!\w)xox[a-z]-[\w-]{10,250}", re.IGNORECASE)),
    ("Vault token", ("hvs.", "hvb."), re.compile(r"(?<![\w.])hv[sb]\.[\w-]{24,400}")),
    ("Twilio key", ("sk",), re.compile(r"(?<!\w)SK[0-9a-f]{32}(?!\w)")),
)


def find_tokens(text: str, lower: str) -> Iterator[Found]:
    """Every token of a known shape in ``text``, of which ``lower`` is the lower-case form."""
    for kind, hints, regex in _OURS:
        if any(map(lower.__contains__, hints)):
            for match in regex.finditer(text):
                yield Found(*match.span(), match[0], kind=kind)
    for (module, name), (kind, hints) in _PLUGINS.items():
        if any(map(lower.__contains__, hints)):
            for regex in _shapes(module, name):
                for match in regex.finditer(text):
                    group = 1 if regex.groups == 1 and len(match[1] or "") > 30 else 0
                    yield Found(*match.span(group), match[group], kind=kind)


@cache
def _shapes(module: str, name: str) -> tuple[re.Pattern[str], ...]:
    plugin = getattr(importlib.import_module(f"detect_secrets.plugins.{module}"), name)
    return tuple(plugin.denylist)
