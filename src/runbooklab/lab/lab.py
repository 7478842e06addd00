"""A lab: what a subject provides to the generic parts, so that its faults can be injected and fixed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic

from msgspec import Struct, field
from msgspec.structs import replace

from runbooklab.authoring.invocation import Invocation
from runbooklab.authoring.project import find_suite
from runbooklab.domain.rules import Rules
from runbooklab.lab.demo import Demo
from runbooklab.lab.fault import Case, Fault, Healthy, Recipe, T
from runbooklab.lab.testbed import NEEDS_ENGINE, Situation, Testbed, Unavailable

if TYPE_CHECKING:
    from docker import APIClient, DockerClient

#: Whether a command, as words, touches nothing but what the testbed made.
CommandRule = Callable[[list[str], Testbed], bool]


class WithoutDocker(Struct, Generic[T], frozen=True):
    """How a lab works on a machine without a Docker engine."""

    program: Callable[[], str]  # the program that stands in for containers; raises Unavailable
    install: str  # how to get that program, as an imperative
    #: Case id -> recipe with the same effect there. All other cases are tried as they are.
    recipes: Mapping[str, Recipe[T]] = field(default_factory=dict)
    #: Ids of cases whose recipes would run without effect: they need a container.
    impossible: frozenset[str] = frozenset()


class Trait(Struct, frozen=True):
    """Something that a container has or lets in, which a remedy may take away or open.

    ``said`` is how a remedy's text announces it. With ``if_before`` it counts as
    opened only if the container had the trait of that name before: else there was nothing to compare.
    """

    what: str
    said: str
    if_before: str = ""


class Contents(Struct, frozen=True):
    """What a running container of the subject holds, and what it lets in."""

    held: tuple[Trait, ...] = ()
    open: tuple[Trait, ...] = ()


class World(Struct, frozen=True):
    """The state of a practice system: its parts with their states, and the parameters to inspect it with."""

    states: Mapping[str, str]
    parameters: Mapping[str, Any]


class Practice(Struct, frozen=True):
    """A small system that works, to be broken by hand. It stays until it is taken down.

    Each function is given the Docker client, or None if no engine answers.
    """

    up: Callable[[DockerClient | None, str], World]  # with the lab's image; raises Unavailable
    install: str  # how to get what it needs without an engine, as an imperative
    status: Callable[[DockerClient | None], World]
    down: Callable[[DockerClient | None], tuple[str, ...]]  # the names of what was removed


class Lab(Struct, Generic[T], frozen=True):
    """One subject's faults, and what the generic parts need to inject and to fix them."""

    title: str  # the subject's name, as a heading
    runbook: str  # the slug of the runbook that must name the faults
    #: Whose rules judge them, as in the runbook's front matter; None: the runbook's file says it all, with
    #: what it declares itself and the defaults of its parameters.
    domains: tuple[str, ...] | None
    faults: Sequence[Fault[T]]
    testbed: Callable[[DockerClient | None, str], T]  # a new one, for an engine with the lab's image
    healthy: Sequence[Healthy[T]] = ()
    #: The tag of the lab's image, built or pulled first; raises Unavailable. None: it makes no container.
    image: Callable[[APIClient], str] | None = None
    without_docker: WithoutDocker[T] | None = None
    versions: Callable[[], tuple[str, ...]] = tuple  # what the drills run on, each with its name
    manual_signs: Sequence[tuple[str, str]] = ()  # text in a command -> why a person has to do it
    commands: Mapping[str, CommandRule] = field(default_factory=dict)  # the subject's own programs
    #: Remedy that does not remove the cause -> what remains.
    stopgaps: Mapping[str, str] = field(default_factory=dict)
    #: The environment variables in which commands find the credentials of the target's URL.
    credentials: Callable[[str], Mapping[str, str]] = lambda url: {}
    contents: Callable[[Mapping[str, Any]], Contents] = lambda inspected: Contents()  # of `docker inspect`
    practice: Practice | None = None
    demo: Demo[Any] | None = None

    @property
    def rules(self) -> Rules:
        """The rules by which its targets are inspected and judged. Raises :class:`UserError`."""
        return Rules.of(self.domains) if self.domains is not None else _written(self.runbook).rules

    def in_full(self, situation: Situation) -> Situation:
        """The situation with the runbook's defaults where it does not say otherwise."""
        if self.domains is not None:
            return situation
        return replace(situation, parameters=_written(self.runbook).values | situation.parameters)

    @property
    def cases(self) -> tuple[Case[T], ...]:
        """All rows of its tables, the faults first."""
        return (*self.faults, *self.healthy)


@cache
def _written(runbook: str) -> Invocation:
    """A runbook of this suite, as its file says it."""
    return Invocation.of(find_suite(Path(__file__).parent), runbook)


class Place(Struct, Generic[T], frozen=True):
    """A lab on this machine: with a Docker engine that has the lab's image, or without an engine."""

    lab: Lab[T]
    docker: DockerClient | None = None
    image: str = ""

    @classmethod
    def of(cls, lab: Lab[T], docker: DockerClient | None) -> Place[T]:
        """The lab with this engine; its image is provided. Raises :class:`Unavailable` if it can't be."""
        if lab.image is None:
            return cls(lab)
        return cls(lab, docker, lab.image(docker.api) if docker else "")

    @contextmanager
    def inject(self, case: Case[T]) -> Iterator[tuple[T, Situation]]:
        """The testbed and the target on it, as long as the block runs; everything is removed afterwards.

        Raises :class:`Unavailable` if this machine lacks what it needs.
        """
        recipe = case.recipe if self.docker else self._recipe_without_docker(case)
        with self.lab.testbed(self.docker, self.image) as testbed:
            yield testbed, self.lab.in_full(recipe(testbed))

    def _recipe_without_docker(self, case: Case[T]) -> Recipe[T]:
        embedded = self.lab.without_docker
        if self.lab.image is None:
            return case.recipe
        if embedded is None or case.id in embedded.impossible:
            raise Unavailable(NEEDS_ENGINE)
        return embedded.recipes.get(case.id, case.recipe)
