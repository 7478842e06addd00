"""What a probe is: a typed key, and the row that says how to observe."""

from __future__ import annotations

import threading
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

from runbooklab.domain.later import at
from runbooklab.model.observation import Key
from runbooklab.model.parameter import Target

T = TypeVar("T")

_IMPORTING = threading.Lock()
_LIBRARIES: dict[str, threading.Lock] = {}


class Probe(Key[T], frozen=True):
    """A row of a domain's probes: its name, its record, and ``run``, which observes and returns that record.

    ``run`` is a function, or ``package.module:function``: loaded in the probe's own thread, since a client
    library may be slow to import. ``client`` names such a library if the module imports one (see
    :func:`import_once`). ``first`` names one that takes long to import: that is done before the time of any
    probe begins. A probe that cannot observe raises :class:`~runbooklab.observe.context.NotObserved`.
    """

    run: Callable[[Any], T] | str = ""
    client: str = ""
    first: str = ""
    #: How long it may take, in seconds; None: as long as the target's ``probe_timeout_s`` says.
    timeout_s: float | None = None
    #: What it observes, to name in a sentence: "the port".
    looks_at: str = ""
    #: What it would send to a target of a project, in the ledger's words, if that is known before it looks.
    plan: Callable[[Target, Path], tuple[str, ...]] | None = None
    #: The class of the target that is passed to ``run``; :class:`~runbooklab.domain.rules.Rules` fills it in.
    target: type[Target] = Target

    def load(self) -> Callable[[Any], T]:
        """The function to run, imported now if the row only names it."""
        if not isinstance(self.run, str):
            return self.run
        if self.client:
            import_once(self.client)
        function: Callable[[Any], T] = load_at(self.run)
        return function


AnyProbe = Probe[Any]


def load_at(place: str) -> Any:
    """What stands at ``package.module:name``, imported by one thread at a time."""
    with _IMPORTING:
        return at(place)


def import_once(library: str) -> None:
    """Import ``library``, one thread at a time.

    Modules of large client libraries (the Docker SDK, redis-py) have circular imports: two threads that
    start at different modules end in a ``_DeadlockError`` or with a half-imported module.
    """
    with _LIBRARIES.setdefault(library, threading.Lock()):
        import_module(library)
