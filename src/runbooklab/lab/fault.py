"""What a fault is, and a healthy target that looks odd: rows of the lab's tables."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runbooklab.domains.redis.lab.embedded import EmbeddedTestbed
from runbooklab.lab.testbed import Situation, Testbed

if TYPE_CHECKING:
    from docker import DockerClient

Recipe = Callable[[Testbed], Situation]


@dataclass(frozen=True)
class Case:
    """A target in a known state. ``recipe`` makes it on a testbed, which removes all of it when closed."""

    id: str
    made: str  # one sentence: what is done to bring it about
    recipe: Recipe
    tools: tuple[str, ...] = ()  # programs of this host that the recipe needs

    @property
    def missing_tools(self) -> tuple[str, ...]:
        """The needed programs that this host doesn't have."""
        return tuple(tool for tool in self.tools if shutil.which(tool) is None)

    @contextmanager
    def inject(self, docker: DockerClient | None, image: str) -> Iterator[Situation]:
        """The target, as long as the block runs; everything made for it is removed afterwards.

        Without an engine (``docker`` is None) it is made on a redis-server of this host. Raises
        :class:`~runbooklab.domains.redis.lab.server_program.NotHere` where it can't be.
        """
        with testbed_for(docker, image) as testbed:
            yield self.recipe(testbed)


def testbed_for(docker: DockerClient | None, image: str) -> Testbed:
    """A testbed for one case: with containers, or without an engine on a redis-server of this host."""
    return EmbeddedTestbed() if docker is None else Testbed(docker, image)


@dataclass(frozen=True)
class Fault(Case):
    """One way to bring a cause about; ``id`` is the cause's id, or ``cause/face`` where it has several."""

    also: tuple[str, ...] = ()  # causes that are brought about with it, and must be named behind it

    @property
    def cause(self) -> str:
        """The cause that a run must name first."""
        return self.id.partition("/")[0]


@dataclass(frozen=True)
class Healthy(Case):
    """A target that is unusual and works: a run must raise no alarm."""
