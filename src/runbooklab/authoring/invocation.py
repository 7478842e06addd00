"""What is to be run: a runbook and the values given for its parameters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from runbooklab.authoring.frontmatter import read
from runbooklab.authoring.parameters import Parameter, require
from runbooklab.authoring.project import Suite
from runbooklab.domains import DEFAULT


class Invocation(Struct, frozen=True):
    """``given`` are the values that differ from their defaults, secrets still in clear.

    ``declared`` are the runbook's parameters, ``uses`` the domains that it uses.
    """

    suite: Suite
    slug: str
    declared: tuple[Parameter, ...]
    given: Mapping[str, Any]
    uses: tuple[str, ...]

    @classmethod
    def of(cls, suite: Suite, slug: str, given: Mapping[str, Any] | None = None) -> Invocation:
        """Raises :class:`UserError` for an unknown runbook or parameter, and for a mistake in the runbook."""
        front = read(suite.require(slug))
        known = {parameter.name: parameter for parameter in front.parameters}
        for name in given or {}:
            require(known, name)
        return cls(suite, slug, front.parameters, dict(given or {}), front.uses or DEFAULT)

    @property
    def values(self) -> dict[str, Any]:
        """Every parameter's value: as given, else its default."""
        return {**{parameter.name: parameter.default for parameter in self.declared}, **self.given}

    @property
    def secret_names(self) -> frozenset[str]:
        """Parameters whose whole value is a secret."""
        return frozenset(parameter.name for parameter in self.declared if parameter.secret)
