"""What is to be run: a runbook and the values given for its parameters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from runbooklab.authoring.declarations import declared_in
from runbooklab.authoring.frontmatter import domains_of, read_front, read_text, split
from runbooklab.authoring.outline import Declared
from runbooklab.authoring.parameters import Parameter, require
from runbooklab.authoring.project import Suite

if TYPE_CHECKING:
    from runbooklab.domain.rules import Rules
    from runbooklab.model.declared import Declarations


class Invocation(Struct, frozen=True):
    """``given`` are the values that differ from their defaults, secrets still in clear.

    ``parameters`` are the runbook's, ``uses`` the domains that it uses, ``declared`` what it declares itself.
    """

    suite: Suite
    slug: str
    parameters: tuple[Parameter, ...]
    given: Mapping[str, Any]
    uses: tuple[str, ...]
    declared: tuple[Declared, ...] = ()

    @classmethod
    def of(cls, suite: Suite, slug: str, given: Mapping[str, Any] | None = None) -> Invocation:
        """Raises :class:`UserError` for an unknown runbook or parameter, and for a mistake in the runbook."""
        text = read_text(suite.require(slug))
        front = read_front(text, suite.runbook(slug))
        known = {parameter.name: parameter for parameter in front.parameters}
        for name in given or {}:
            require(known, name)
        declared = declared_in(split(text).body)
        uses = domains_of(front, declares=bool(declared))
        return cls(suite, slug, front.parameters, dict(given or {}), uses, declared)

    def having(self, given: Mapping[str, Any]) -> Invocation:
        """The same runbook with other values."""
        return replace(self, given=given)

    @property
    def rules(self) -> Rules:
        """The rules of its domains, and of what it declares. Raises :class:`UserError`."""
        from runbooklab.domain.rules import Rules

        return Rules.of(self.uses, self.declarations)

    @property
    def declarations(self) -> Declarations:
        """What it declares itself."""
        from runbooklab.authoring.declarations import declarations

        return declarations(self.declared, self.parameters, self.values)

    @property
    def values(self) -> dict[str, Any]:
        """Every parameter's value: as given, else its default."""
        return {**{parameter.name: parameter.default for parameter in self.parameters}, **self.given}

    @property
    def secret_names(self) -> frozenset[str]:
        """Parameters whose whole value is a secret."""
        return frozenset(parameter.name for parameter in self.parameters if parameter.secret)
