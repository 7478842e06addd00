"""Our papermill engine, and a guard on papermill's default one.

papermill loads this module whenever it is imported, for any notebook: it must stay light
and change nothing for notebooks that are not ours. Load it through papermill (``import
papermill.engines``), never directly: the two import each other, and papermill must come first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from papermill.engines import Engine, NBClientEngine, papermill_engines

if TYPE_CHECKING:
    from runbooklab.execution.attempt import Attempt


class RunbookEngine(Engine):  # type: ignore[misc] # papermill ships no type information
    """Engine ``runbooklab``: a fast kernel, and no cell stops the ones after it.

    ``runbook run`` passes its :class:`Attempt` with a kernel that is already starting; under
    plain ``papermill --engine runbooklab`` the engine makes its own.
    """

    @classmethod
    def execute_managed_notebook(
        cls, nb_man: Any, kernel_name: str, *, attempt: Attempt | None = None, **_: Any
    ) -> None:
        from runbooklab.execution.client import execute
        from runbooklab.execution.plain_papermill import own_attempt

        if attempt is not None:
            execute(nb_man, attempt)
            return
        with own_attempt(nb_man.nb) as mine:
            execute(nb_man, mine)
        if mine.problem:
            from nbclient.exceptions import DeadKernelError

            raise DeadKernelError(mine.problem)


class GuardedEngine(NBClientEngine):  # type: ignore[misc] # papermill ships no type information
    """papermill's default engine; with our notebooks, no secret reaches the file it writes."""

    @classmethod
    def execute_notebook(cls, nb: Any, kernel_name: str, **options: Any) -> Any:
        if "runbooklab" not in nb.metadata:
            return super().execute_notebook(nb, kernel_name, **options)
        from runbooklab.execution.plain_papermill import manager_with, secrets_handed_over

        with secrets_handed_over(nb) as (_, handover):
            options["kernel_manager_class"] = manager_with(handover, options.get("kernel_manager_class"))
            return super().execute_notebook(nb, kernel_name, **options)


papermill_engines.register(None, GuardedEngine)
papermill_engines.register("nbclient", GuardedEngine)
