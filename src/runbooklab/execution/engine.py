"""Our papermill engine, and a guard on papermill's default one.

papermill loads this module whenever it is imported, for any notebook of anybody: it must stay light
and change nothing for notebooks that are not ours. Load it through papermill (``import
papermill.engines``), never directly: the two import one another, and papermill comes first.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from papermill.engines import Engine, NBClientEngine, papermill_engines

from runbooklab.notebook.scratch import SECRETS_VARIABLE

if TYPE_CHECKING:
    from runbooklab.execution.attempt import Attempt


class RunbookEngine(Engine):  # type: ignore[misc] # papermill ships no type information
    """Engine ``runbooklab``: a fast kernel, and no cell stops the ones after it.

    ``runbook run`` hands over its :class:`Attempt` with a kernel that is booting already; under
    plain ``papermill --engine runbooklab`` the engine makes its own.
    """

    @classmethod
    def execute_managed_notebook(
        cls, nb_man: Any, kernel_name: str, *, attempt: Attempt | None = None, **_: Any
    ) -> None:
        from runbooklab.execution.attempt import own_attempt
        from runbooklab.execution.client import execute

        if attempt is not None:
            execute(nb_man, attempt)
            return
        with own_attempt(nb_man.nb) as mine:
            execute(nb_man, mine)
        if mine.problem:
            from nbclient.exceptions import DeadKernelError

            raise DeadKernelError(mine.problem)


class GuardedEngine(NBClientEngine):  # type: ignore[misc] # papermill ships no type information
    """papermill's default engine; on a notebook of ours no secret reaches the file it writes."""

    @classmethod
    def execute_notebook(cls, nb: Any, kernel_name: str, **kwargs: Any) -> Any:
        if "runbooklab" not in nb.metadata:
            return super().execute_notebook(nb, kernel_name, **kwargs)
        with _secrets_in_environment(nb):
            return super().execute_notebook(nb, kernel_name, **kwargs)


@contextmanager
def _secrets_in_environment(notebook: Any) -> Iterator[None]:
    """Take the notebook's secrets out, and have this process's children inherit them meanwhile."""
    import json

    from runbooklab.execution.redact_notebook import take_secrets_out, take_secrets_out_of_outputs
    from runbooklab.redaction.vault import Vault

    vault = Vault()
    take_secrets_out(notebook, vault)
    before = os.environ.get(SECRETS_VARIABLE)
    os.environ[SECRETS_VARIABLE] = json.dumps(vault.export())
    try:
        yield
    finally:
        take_secrets_out_of_outputs(notebook, vault)
        if before is None:
            del os.environ[SECRETS_VARIABLE]
        else:
            os.environ[SECRETS_VARIABLE] = before


papermill_engines.register(None, GuardedEngine)
papermill_engines.register("nbclient", GuardedEngine)
