"""Secrets: known ones, and ones that only look like it. What other packages use of it is listed here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runbooklab.lazy_exports import lazy_exports

if TYPE_CHECKING:
    from runbooklab.redaction.files import NotRedactable, redact_file
    from runbooklab.redaction.names import means_a_secret
    from runbooklab.redaction.pages import redact_html
    from runbooklab.redaction.record_texts import change_texts, names_and_states, states_in
    from runbooklab.redaction.shape import Shape
    from runbooklab.redaction.text import (
        clean,
        clean_argv,
        clean_setting,
        find_secrets,
        learn_secrets,
        visible,
        without_secrets,
    )
    from runbooklab.redaction.url_names import names_in_url
    from runbooklab.redaction.vault import COMMON_WORDS, TOKEN, Vault, is_weak
else:
    __getattr__ = lazy_exports(
        __name__,
        {
            "files": ("NotRedactable", "redact_file"),
            "names": ("means_a_secret",),
            "pages": ("redact_html",),
            "record_texts": ("change_texts", "names_and_states", "states_in"),
            "shape": ("Shape",),
            "text": (
                "clean",
                "clean_argv",
                "clean_setting",
                "find_secrets",
                "learn_secrets",
                "visible",
                "without_secrets",
            ),
            "url_names": ("names_in_url",),
            "vault": ("COMMON_WORDS", "TOKEN", "Vault", "is_weak"),
        },
    )

__all__ = [
    "COMMON_WORDS",
    "TOKEN",
    "NotRedactable",
    "Shape",
    "Vault",
    "change_texts",
    "clean",
    "clean_argv",
    "clean_setting",
    "find_secrets",
    "is_weak",
    "learn_secrets",
    "means_a_secret",
    "names_and_states",
    "names_in_url",
    "redact_file",
    "redact_html",
    "states_in",
    "visible",
    "without_secrets",
]
