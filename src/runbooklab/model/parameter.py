"""A parameter of a runbook, and the target that the parameters name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Generic, Self, TypeVar, overload

from msgspec import Struct, field, structs

T = TypeVar("T", str, int, float, bool)


class Parameter(Struct, Generic[T], frozen=True):
    """One row: a parameter that a domain understands.

    As an attribute of a :class:`Target` class it reads the parameter's value, typed.
    """

    name: str
    #: Its value if the runbook has no such parameter; its type is the parameter's.
    default: T
    #: The default value in the runbooks.
    preset: str = ""
    #: Whether its value is a name (of a container, a network, a file): it stays readable whatever a log says.
    is_name: bool = False
    #: Whether it is free text from elsewhere: what resembles a secret there was not declared as one.
    pasted: bool = False
    #: Whether its value is a URL, of which host and port stay readable.
    is_url: bool = False
    #: Whether it names a file: a person types a path from the folder they are in.
    is_path: bool = False
    #: The smallest and the largest value that is used; None: no bound.
    least: float | None = None
    most: float | None = None

    @overload
    def __get__(self, target: None, owner: type) -> Parameter[T]: ...

    @overload
    def __get__(self, target: Target, owner: type) -> T: ...

    def __get__(self, target: Target | None, owner: type) -> T | Parameter[T]:
        if target is None:
            return self
        value: T = target.values.get(self.name, self.default)
        return value


#: The longest time that one probe may take, in seconds, so that every run ends.
PROBE_TIMEOUT_S = Parameter("probe_timeout_s", 3.0, least=0.05, most=60.0)
#: An error message that a person pasted.
ERROR_TEXT = Parameter("error_text", "", pasted=True)

#: The parameters that every runbook has, whatever its subject.
COMMON: tuple[Parameter[Any], ...] = (PROBE_TIMEOUT_S, ERROR_TEXT)

#: The incident that a run belongs to: any runbook may be given it, and it is no part of a target.
INCIDENT = "incident"


class Target(Struct, frozen=True):
    """What is diagnosed, as the parameters name it (redacted). A domain's own class adds its parameters."""

    #: Parameter -> its value; a parameter that is missing has its default.
    values: dict[str, Any] = field(default_factory=dict)
    #: Parameter -> "given" or "default": a default that does not exist explains nothing by itself.
    sources: dict[str, str] = field(default_factory=dict)

    probe_timeout_s = PROBE_TIMEOUT_S
    error_text = ERROR_TEXT

    @classmethod
    def of(cls, target: Target) -> Self:
        """``target`` as this class sees it."""
        return target if isinstance(target, cls) else cls(target.values, target.sources)

    def having(self, **values: Any) -> Self:
        """This target with other values of some parameters."""
        return structs.replace(self, values={**self.values, **values})

    def is_default(self, parameter: Parameter[Any]) -> bool:
        """Whether the parameter has the runbook's default because nobody set it."""
        value = self.values.get(parameter.name, parameter.default)
        return self.sources.get(parameter.name) != "given" and value == parameter.preset


def by_name(parameters: tuple[Parameter[Any], ...]) -> Mapping[str, Parameter[Any]]:
    """Parameters by their names."""
    return {parameter.name: parameter for parameter in parameters}
