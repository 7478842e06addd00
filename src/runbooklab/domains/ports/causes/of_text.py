"""What the pasted error text points to, if nothing that was seen says more."""

from __future__ import annotations

from collections.abc import Callable

from runbooklab.diagnosis import error_signs
from runbooklab.diagnosis.error_signs import Mark
from runbooklab.domain.cause import RuledOut, Ruling, Supported
from runbooklab.domains.ports.evidence import Evidence
from runbooklab.domains.ports.readings.bind_errors import addresses_in, ports_in
from runbooklab.domains.ports.readings.troubles import rows_of, troubles
from runbooklab.domains.ports.signs import SIGNS
from runbooklab.domains.ports.target import COMPOSE_FILE

#: The causes that a text may point to alone: the first ones of the signs that name a reason.
BY_TEXT = frozenset(each.causes[0] for each in SIGNS.signs if each.level == "firm" and not each.generic)


def or_text(cause: str, judge: Callable[[Evidence], Ruling]) -> Callable[[Evidence], Ruling]:
    """The judge of a cause, which also holds if only the error text points to it: a warning."""

    def judged(e: Evidence) -> Ruling:
        ruling = judge(e)
        mark = None if isinstance(ruling, Supported) else _pointing(e, cause)
        if mark is None:
            return ruling
        if cause.startswith("compose-") and isinstance(ruling, RuledOut) and _is_file_named(e):
            return ruling  # the file was read, and is in order
        said = f'The error text says "{mark.seen}": {mark.sign.name}.'
        return Supported(
            f"{said} Nothing that was seen shows which port it is about: name it with the parameter ports.",
            ("port-owners",),
            0.4,
            said,
            severity="warning",
        )

    return judged


def _is_file_named(e: Evidence) -> bool:
    """Whether the Compose file that was read is one that somebody named: the text is about that one."""
    return e.compose_ports.value is not None and not e.target.is_default(COMPOSE_FILE)


def _pointing(e: Evidence, cause: str) -> Mark | None:
    """The sign in the error text, if it is all there is: nobody named a port, and none is in trouble.

    A text that names a port or an address is judged by what is seen of that one.
    """
    text = e.error_text.value
    if text is None or ports_in(text.text) or addresses_in(text.text) or troubles(e):
        return None
    if any(not row.want.is_default for row in rows_of(e)):
        return None
    first = next(iter(error_signs.read(text, SIGNS).marks), None)
    return first if first is not None and first.sign.causes[0] == cause else None
