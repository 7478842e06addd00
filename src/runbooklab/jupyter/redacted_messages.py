"""What leaves the kernel: no output holds a secret that the kernel knows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jupyter_client.session import Session

from runbooklab.execution import known_secrets_out_of
from runbooklab.notebook.scratch import Handover, session_vault

#: The messages of which JupyterLab makes outputs.
_OUTPUTS = frozenset(
    {"stream", "display_data", "update_display_data", "execute_result", "error", "execute_reply"}
)


class RedactingSession(Session):
    """Takes known secrets out of outputs, and tells the server which ones it knows."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._handover = Handover.of_lab()
        for met in self._handover.shared() if self._handover is not None else ():
            session_vault().import_(met)

    def send(self, stream: Any, msg_or_type: Any, content: Any = None, *args: Any, **options: Any) -> Any:
        """Send a message as :meth:`Session.send` does, if it is an output without the secrets in it."""
        if isinstance(msg_or_type, str):
            content = _without_secrets(msg_or_type, content)
        elif isinstance(msg_or_type, Mapping) and content is None:
            kind = msg_or_type.get("header", {}).get("msg_type", "")
            msg_or_type = {**msg_or_type, "content": _without_secrets(kind, msg_or_type.get("content"))}
        return super().send(stream, msg_or_type, content, *args, **options)

    def share_secrets(self) -> None:
        """Tell the server what the kernel knows by now: a notebook may be saved at any moment."""
        if self._handover is not None:
            self._handover.share(session_vault().export())


def _without_secrets(kind: str, content: Any) -> Any:
    if kind not in _OUTPUTS or not isinstance(content, Mapping):
        return content
    content = dict(content)
    known_secrets_out_of(content, session_vault())
    return content
