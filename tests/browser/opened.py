"""A page that is open in a browser."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Page


@dataclass
class Opened:
    """A page that is open, and all it has done that a report must not do."""

    page: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)  # console, errors, dialogs
    failures: dict[str, str] = field(default_factory=dict)  # address -> why its request failed

    def evaluate(self, script: str, argument: Any = None) -> Any:
        """The value of a JavaScript expression in the page (isolated from the page's policy)."""
        return self.page.evaluate(script, argument)
