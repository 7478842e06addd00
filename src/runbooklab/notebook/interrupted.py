"""A person's interrupt, shown as one line."""

from __future__ import annotations

INTERRUPTED = "Interrupted: nothing more is waited for. Run the cell again to look again."


class Interrupted(KeyboardInterrupt):
    """Stops the cell and those that wait behind it; IPython shows it as one line instead of our internals."""

    def __init__(self) -> None:
        super().__init__(INTERRUPTED)

    def _render_traceback_(self) -> list[str]:
        """What IPython shows in the place of a traceback."""
        return [INTERRUPTED]
