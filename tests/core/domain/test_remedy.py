"""A remedy's plan is valid where it is pasted."""

from __future__ import annotations

from runbooklab.domain.remedy import Remedy
from runbooklab.domain.steps import Steps
from runbooklab.model.evidence import Evidence

STEPS = Steps(
    commands=("sudo rmdir /srv/a && sudo cp f /srv/a", "sudo -u tts true", "docker restart a"),
    changes="Puts the file there.",
    risk="low",
    confirm=("sudo ls /srv/a",),
    undo=("sudo rm /srv/a",),
)
REMEDY: Remedy[Evidence] = Remedy("put-file", "Put the file there", lambda e: STEPS)


def test_root_on_a_machine_without_sudo_is_told_none() -> None:
    """In every part that is pasted; another user's name (sudo -u) is not lost silently."""
    plan = REMEDY.plan(Evidence(is_root_without_sudo=True))
    assert plan.commands == ("rmdir /srv/a && cp f /srv/a", "sudo -u tts true", "docker restart a")
    assert (plan.confirm, plan.undo) == (("ls /srv/a",), ("rm /srv/a",))


def test_everybody_else_is_told_sudo() -> None:
    """A report may be read by somebody who is not root."""
    assert REMEDY.plan(Evidence()).commands == STEPS.commands
