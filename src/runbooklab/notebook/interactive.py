"""The button under a remedy, for a person in JupyterLab."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from runbooklab.model.conclusions import AuditEntry, RemedyPlan

if TYPE_CHECKING:
    from runbooklab.notebook.run import Run


def _request() -> dict[str, Any]:
    """The message that requested the running cell; empty outside a kernel."""
    from IPython.core.getipython import get_ipython

    shell: Any = get_ipython()
    kernel = getattr(shell, "kernel", None)
    return {} if kernel is None else dict(kernel.get_parent("shell"))


def is_interactive() -> bool:
    """Whether the client of this cell can answer questions: JupyterLab allows stdin, papermill does not."""
    return bool(_request().get("content", {}).get("allow_stdin"))


def cell_key() -> str:
    """Identifies this cell: its id as JupyterLab sends it, else its text; "" when headless."""
    if not is_interactive():
        return ""
    request = _request()
    return str(request.get("metadata", {}).get("cellId") or request["content"].get("code", ""))


def apply_button(run: Run, plan: RemedyPlan, show_applied: Callable[[tuple[AuditEntry, ...]], None]) -> None:
    """Display a text field and a button, which does nothing until the right word is in the field.

    ``show_applied`` displays what was done under the button.
    """
    import ipywidgets as widgets
    from IPython.display import display

    word = run.word_to_confirm(plan)
    typed = widgets.Text(placeholder=f"type {word} to confirm", layout=widgets.Layout(width="22em"))
    button = widgets.Button(description="Apply", disabled=True, tooltip=plan.title)
    result = widgets.Output()

    def arm(change: Any) -> None:
        button.disabled = change["new"].strip() != word

    def press(_: Any) -> None:
        button.disabled = True
        with result:
            show_applied(run.apply(plan.id, typed.value.strip(), asked_by="a button in JupyterLab"))

    typed.observe(arm, names="value")
    button.on_click(press)
    display(widgets.VBox([widgets.HBox([typed, button]), result]))  # type: ignore[no-untyped-call] # IPython has no types
