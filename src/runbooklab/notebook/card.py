"""The card of a fix in JupyterLab: what it does, the word to type, the button, and what came of it.

The output holds the card twice: as widgets for the page of a living kernel, and as plain HTML for whatever
shows the notebook later.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from runbooklab.model.conclusions import AuditEntry
from runbooklab.notebook import views
from runbooklab.notebook.acting import Offer, act, before_and_after, differences
from runbooklab.notebook.page import Bundle
from runbooklab.notebook.run import Run
from runbooklab.report.cells import acts_html, acts_text, note_html, steps_html

if TYPE_CHECKING:
    from runbooklab.notebook.kernel_session import KernelSession

ASKED_BY = "a button in JupyterLab"


class Card:
    """One card on the page.

    ``armed``: the parameter ``apply`` names the fix, so its word is filled in. ``under_verdict``: what was
    looked at, when, and why it is needed stand above it.
    """

    def __init__(
        self, session: KernelSession, remedy_id: str, armed: str = "", *, under_verdict: bool = False
    ) -> None:
        import ipywidgets as widgets

        self._session, self._remedy_id = session, remedy_id
        self._armed, self._under_verdict = armed, under_verdict
        self._offer: Offer | None = None  # as the card shows it
        self._applied: Offer | None = None  # as it was when the button was pressed
        self._acts: tuple[AuditEntry, ...] = ()
        self._verdicts = ""  # before and after the act
        self._is_busy = False
        self._plan, self._log, self._after = widgets.HTML(), widgets.HTML(), widgets.HTML()
        self._word = widgets.Text(layout=widgets.Layout(width="24em"), continuous_update=True)
        self._environment = widgets.Text(layout=widgets.Layout(width="14em"), continuous_update=True)
        self._button = widgets.Button(layout=widgets.Layout(width="auto", max_width="100%"))
        self._row = widgets.HBox(
            [self._word, self._environment, self._button], layout=widgets.Layout(flex_flow="row wrap")
        )
        self._box = widgets.VBox([self._plan, self._row, self._log, self._after])
        self._box.add_class("runbooklab-card")  # what our frontend says in it once the kernel is gone
        self._row.add_class("runbooklab-act")
        for field in (self._word, self._environment):
            field.observe(lambda _: self._arm(), names="value")
            field.on_msg(self._entered)
        self._button.on_click(lambda _: self._press())

    # --- drawing

    def draw(self, run: Run) -> Bundle:
        """The card as this run's last look has it; what was done stays on it."""
        if self._is_done and self._applied is not None:
            # The first drawing after the act says what it did; later looks have other reasons.
            self._verdicts = self._verdicts or before_and_after(run)
            drawn = views.applied(self._applied.plan, self._acts, self._verdicts)
            self._plan.value, self._log.value, self._after.value = drawn["text/html"], "", ""
            self._row.layout.display = "none"
        else:
            drawn = self._draw_offer(run)
        widget = {"version_major": 2, "version_minor": 0, "model_id": self._box.model_id}
        return {**drawn, views.WIDGET_MIME: widget}

    def _draw_offer(self, run: Run) -> Bundle:
        offer = Offer.of(run, self._remedy_id)
        drawn = views.remedy(run, offer.plan, live=True, under_verdict=self._under_verdict)
        self._plan.value, self._after.value = views.remedy_card(
            run, offer.plan, under_verdict=self._under_verdict
        )
        self._log.value = acts_html(self._acts) if self._acts else ""
        if self._acts:  # it was refused, or it failed: what is offered now stands above that
            drawn["text/html"] += self._log.value
            drawn["text/plain"] += f"\n{acts_text(self._acts)}"
        is_offered = bool(offer.causes or self._armed)
        self._row.layout.display = None if is_offered else "none"
        self._environment.layout.display = None if offer.environment else "none"
        self._word.placeholder = f"type {offer.word} to confirm"
        self._environment.placeholder = f"type {offer.environment}"
        self._button.description = offer.plan.act or offer.plan.title
        self._button.button_style = "danger" if offer.plan.destructive else "primary"
        if self._offer is None or differences(self._offer, offer):
            self._word.value = offer.word if self._offer is None and self._is_filled_in(offer) else ""
            self._environment.value = ""
        self._offer = offer
        self._arm()
        return drawn

    def _is_filled_in(self, offer: Offer) -> bool:
        """Whether the parameter ``apply`` says all that has to be typed: what destroys needs the name too."""
        named = f"={offer.run.name_to_confirm}"
        return bool(self._armed) and (not offer.plan.destructive or named in self._armed)

    @property
    def _is_done(self) -> bool:
        return not self._is_busy and bool(self._acts) and all(entry.outcome == "done" for entry in self._acts)

    # --- acting

    def _arm(self) -> None:
        offer = self._offer
        self._button.disabled = (
            offer is None
            or self._is_busy
            or self._word.value.strip() != offer.word
            or self._environment.value.strip() != offer.environment
        )

    def _entered(self, _field: Any, message: dict[str, Any], _buffers: Any) -> None:
        """Enter in a field presses the button; if something is still to be typed, the card says what."""
        if message.get("event") == "submit":
            self._press()

    def _press(self) -> None:
        with self._session.busy:
            self._act()

    def _act(self) -> None:
        from runbooklab.apply.apply import Consent

        if self._offer is None or self._is_busy:
            return
        if self._is_done:
            self._log.value = note_html("It was done already: nothing was done again.")
            return
        if self._button.disabled or self._row.layout.display == "none":
            # It was sent before a new look disarmed the card, so it is for what was shown then.
            self._log.value = note_html(f"Nothing was done: {self._what_is_missing(self._offer)}.")
            return
        consent = Consent(self._word.value.strip(), self._environment.value.strip(), ASKED_BY)
        self._is_busy, self._acts, self._applied = True, (), self._offer
        self._arm()
        self._log.value = note_html("Looking again before anything is changed \u2026")
        try:
            self._acts = act(self._session, self._applied, consent, self._step)
        finally:
            self._is_busy = False
        self._log.value = acts_html(self._acts)
        self._session.page.refresh(self._applied.run)

    def _what_is_missing(self, offer: Offer) -> str:
        if self._row.layout.display == "none":
            return "this is not needed now"
        words = " and ".join(filter(None, (offer.word, offer.environment)))
        return f"type {words} to confirm what is shown now"

    def _step(self, command: str, entry: AuditEntry | None) -> None:
        """A command starts, or has ended: shown at once."""
        if entry is not None:
            self._acts = (*self._acts, entry)
        running: Any = command if entry is None else ""
        self._log.value = steps_html(self._acts, self._session.vault.redact(running))
