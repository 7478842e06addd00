"""``parameters()``: the notebook's parameters as a form, with a picker of targets.

The parameters cell stays the truth. A kernel can change no cell but the one that runs, so the form sets the
values in the notebook's namespace, and shows the lines that the parameters cell must have to keep them.

No password is in a widget after it was used: the form shows tokens, and the vault has what they stand for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape
from typing import TYPE_CHECKING, Any

from runbooklab.authoring.cells import comment_of
from runbooklab.authoring.parameter_files import target_names
from runbooklab.authoring.parameters import Parameter, Value
from runbooklab.errors import UserError
from runbooklab.notebook import values as values_of
from runbooklab.notebook.person import is_interactive
from runbooklab.redaction import visible
from runbooklab.report.cells import parameters_html
from runbooklab.report.cells_text import parameters_text

if TYPE_CHECKING:
    from runbooklab.notebook.live_run import LiveRun

SET = (
    "These values are set, and the next cell that looks begins a new run with them. "
    "To keep them, copy this into the parameters cell:"
)
NOTHING_CHANGED = "Nothing was changed."
NO_TARGET = "choose a target"

#: Displays a MIME bundle in the form's place.
Show = Callable[[dict[str, Any]], None]


def show_form(run: LiveRun) -> None:
    """Display the form, or the values alone if nobody is there to fill it in."""
    form = Form(run, _namespace())
    form.show(interactive=is_interactive())


def _namespace() -> dict[str, Any]:
    """The notebook's own names; empty outside a kernel."""
    from IPython.core.getipython import get_ipython

    shell: Any = get_ipython()
    return {} if shell is None else shell.user_ns


class Form:
    """The form of one run's parameters. ``namespace`` holds the notebook's values, and gets the new ones."""

    def __init__(self, run: LiveRun, namespace: dict[str, Any]) -> None:
        self._run = run
        self._namespace = namespace
        self._parameters = values_of.declared(run.suite, run.about.runbook)
        self._before = values_of.given(self._parameters, namespace)
        self._shown = self._safe(self._before)
        self.fields: dict[str, Any] = {}
        self._place = f"parameters-{id(self):x}"

    def _safe(self, values: Mapping[str, Value]) -> dict[str, Value]:
        return values_of.without_secrets(self._parameters, values, self._run.rules, self._run.vault)

    # --- values

    def fill(self, target: str) -> None:
        """Put the values of a target into the fields; they are set when the button is pressed."""
        chosen = self._safe(values_of.of_target(self._run.suite, target, self._parameters))
        for name, value in chosen.items():
            self.fields[name].value = value

    def use(self) -> str:
        """Set the values of the fields in the notebook; the lines of those that are new, without secrets."""
        now = {name: self._value(name, field.value) for name, field in self.fields.items()}
        changed = {name: value for name, value in now.items() if value != self._before[name]}
        self._namespace.update(now)
        self._shown = self._safe(now)
        for name, field in self.fields.items():
            field.value = self._shown[name]
        new = {name: self._shown[name] for name in changed}
        return values_of.cell_lines(self._parameters, new)

    def _value(self, name: str, in_field: Value) -> Value:
        """A field's value; one that nobody touched is what it was, though the field shows it shortened."""
        if in_field == self._shown[name]:
            held: Value = self._namespace.get(name, self._before[name])
            return held
        return self._run.vault.reveal(in_field) if isinstance(in_field, str) else in_field

    # --- display

    def show(self, *, interactive: bool) -> None:
        """Display the form in one output with the values as a table, for readers without a kernel."""
        if not interactive:
            self._display({})
            return
        self._box = self._widgets()
        self._display(self._box._repr_mimebundle_() or {})

    def _display(self, widget: dict[str, Any], *, update: bool = False) -> None:
        from IPython.display import display

        rows = [(one.name, self._shown[one.name], comment_of(one)) for one in self._parameters]
        bundle = {**widget, "text/html": parameters_html(rows), "text/plain": parameters_text(rows)}
        display(bundle, raw=True, display_id=self._place, update=update)  # type: ignore[no-untyped-call] # IPython has no types

    def _widgets(self) -> Any:
        import ipywidgets as widgets

        self.fields = {one.name: _field(one, self._shown[one.name]) for one in self._parameters}
        self.message = widgets.HTML()
        button = widgets.Button(description="Use these values", button_style="primary")
        button.on_click(lambda _: self._press())
        beside = widgets.Layout(flex="1 1 20em")  # below the field if there is less room
        rows = [
            widgets.HBox(
                [self.fields[one.name], widgets.HTML(_small(comment_of(one)), layout=beside)],
                layout=widgets.Layout(align_items="center", flex_flow="row wrap"),
            )
            for one in self._parameters
        ]
        return widgets.VBox([*self._picker(), *rows, button, self.message])

    def _picker(self) -> list[Any]:
        import ipywidgets as widgets

        try:
            names = target_names(self._run.suite)
        except UserError as error:
            return [widgets.HTML(_small(f"No target can be chosen: {error}"))]
        if not names:
            return []
        self.picker = widgets.Dropdown(
            options=[(NO_TARGET, ""), *((name, name) for name in names)], description="Target", style=_STYLE
        )
        self.picker.observe(self._picked, names="value")
        return [self.picker]

    def _picked(self, change: Any) -> None:
        if not change["new"]:
            return
        try:
            self.fill(change["new"])
        except UserError as error:
            self.message.value = f"<p>{self._text(str(error))}</p>"

    def _press(self) -> None:
        lines = self.use()
        told = f"{SET}<pre>{self._text(lines)}</pre>" if lines else NOTHING_CHANGED
        self.message.value = f'<div class="mathjax_ignore tex2jax_ignore">{told}</div>'
        self._display(self._box._repr_mimebundle_() or {}, update=True)

    def _text(self, text: str) -> str:
        return escape(visible(self._run.redact(text)))


_STYLE = {"description_width": "12em"}


def _field(parameter: Parameter, value: Value) -> Any:
    """The widget for one parameter."""
    import ipywidgets as widgets

    kinds = {
        "str": widgets.Text,
        "int": widgets.IntText,
        "float": widgets.FloatText,
        "bool": widgets.Checkbox,
    }
    kind = widgets.Password if parameter.secret else kinds[parameter.type]
    layout = widgets.Layout(width="32em", flex="0 0 auto")
    return kind(value=value, description=parameter.name, style=_STYLE, layout=layout)


def _small(text: str) -> str:
    return f'<div style="opacity:.75;line-height:1.3;overflow-wrap:anywhere">{escape(visible(text))}</div>'
