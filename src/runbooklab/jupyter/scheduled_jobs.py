"""Jobs of jupyter-scheduler, if it is installed: no password in its database, none in what a job leaves.

A job's parameters stay in a database for as long as the job is listed, so a password among them is refused: a
parameter can name the environment variable that holds it.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from runbooklab.execution import source_without_secrets
from runbooklab.jupyter.saved_form import is_ours, make_fit_to_save
from runbooklab.redaction import Vault

REFUSED = (
    "The parameter {name} holds a password, which would be stored in the scheduler's database. Put the whole "
    'value into an environment variable of the Jupyter server, and give {name} = "env:NAME_OF_THE_VARIABLE".'
)
#: What takes parameters: each gets them as a model, which is its last argument.
_TAKE_PARAMETERS = (
    "create_job",
    "create_job_definition",
    "create_job_from_definition",
    "update_job_definition",
)


def guard(scheduler: Any) -> None:
    """Make ``scheduler`` refuse passwords in parameters, and take secrets out of what its jobs write."""
    from jupyter_scheduler.executors import DefaultExecutionManager

    for name in _TAKE_PARAMETERS:
        setattr(scheduler, name, _refusing(getattr(scheduler, name), scheduler))
    if getattr(scheduler, "execution_manager_class", None) is DefaultExecutionManager:
        scheduler.execution_manager_class = _runbook_execution()


def refuse_passwords(parameters: Mapping[str, str]) -> None:
    """Raise jupyter-scheduler's own error if one of the parameters holds a password.

    Values are Python, as jupyter-scheduler writes them into a cell: ``"redis://cache:6379"`` with its quotes.
    """
    from jupyter_scheduler.exceptions import SchedulerError

    for name, value in parameters.items():
        line = f"{name} = {value}"
        if source_without_secrets(line, Vault()) != line:
            raise SchedulerError(REFUSED.format(name=name))


def __getattr__(name: str) -> Any:
    # jupyter-scheduler is not a dependency, so its class cannot be derived from when this module is imported;
    # yet each job's process, a new one, looks the class up here by its name.
    if name == "RunbookExecution":
        return _runbook_execution()
    raise AttributeError(name)


@functools.cache
def _runbook_execution() -> type[Any]:
    """The class that runs a notebook as jupyter-scheduler does, and writes one of ours without secrets."""
    from jupyter_scheduler.executors import DefaultExecutionManager

    class RunbookExecution(DefaultExecutionManager):  # type: ignore[misc] # it ships no type information
        def create_output_files(self, job: Any, notebook_node: Any) -> None:
            """Write the executed notebook in each of the job's formats."""
            if is_ours(notebook_node):
                make_fit_to_save(notebook_node, Vault(), Path(self.root_dir))
            super().create_output_files(job, notebook_node)

    RunbookExecution.__qualname__ = "RunbookExecution"  # as the job's process asks for it
    return RunbookExecution


def _refusing(method: Callable[..., Any], scheduler: Any) -> Callable[..., Any]:
    @functools.wraps(method)
    def checked(*args: Any, **options: Any) -> Any:
        model = options.get("model", args[-1] if args else None)
        parameters = getattr(model, "parameters", None)
        if parameters and not _is_of_others(scheduler, getattr(model, "input_uri", None)):
            refuse_passwords(parameters)
        return method(*args, **options)

    return checked


def _is_of_others(scheduler: Any, input_uri: str | None) -> bool:
    """Whether the job's notebook is surely none of ours."""
    try:
        notebook = json.loads(Path(scheduler.root_dir, input_uri or "").read_bytes())
    except (OSError, ValueError):  # it is named by a definition, or does not exist
        return False
    return not is_ours(notebook)
