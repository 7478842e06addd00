"""Which command opens a shell somewhere else: what is typed after it is typed there."""

from __future__ import annotations

import re

_SHELL = r"(?:/(?:usr/)?bin/)?(?:ba|z|k|a|da)?sh"
_SUDO = r"(?:sudo\s+(?:-\w+\s+)*)?"
_OPENS = re.compile(
    rf"{_SUDO}(?:"
    rf"(?:\S+\s+)*exec\s.*\s{_SHELL}(?:\s+-l|\s+-i)?"  # docker, kubectl, oc exec ... bash
    r"|(?:\S+\s+)?(?:kubectl|oc)\s(?:(?!\s--\s).)*\bdebug\s(?:(?!\s--\s).)*"
    r"|oc\s+(?:-n\s+\S+\s+)?rsh(?:\s+-[nc]\s+\S+|\s+--\w+=\S+)*\s+\S+"
    r"|(?:ssh|mosh|telnet)(?:\s+-\w+(?:\s+[^\s-]\S*)??)*\s+\S+(?:\s+\d+)?"
    r"|gcloud\s+(?:(?:alpha|beta)\s+)?compute\s+ssh(?!.*\s--command)\s.*|aws\s+ssm\s+start-session\s.*"
    r"|az\s+ssh\s.*|tsh\s+ssh\s+\S+|vagrant\s+ssh(?:\s+\S+)?|virsh\s+console\s.*|virtctl\s+(?:console|ssh)\s.*"
    r"|(?:kubectl|oc|docker|podman)\s+attach\s.*|(?:machinectl|kubectl)\s+(?:shell|node-shell)\s.*"
    r"|(?:kubectl|oc|docker|podman)\s+run\s.*(?:-it|-ti|-i\s|--stdin|--tty).*"
    r"|su(?:\s+-)?(?:\s+[\w-]+)?|sudo\s+(?:-i|-s|su|bash|sh).*|chroot\s+\S+(?:\s+"
    + _SHELL
    + r")?|toolbox(?:\s+enter)?"
    r"|nsenter\s.*" + _SHELL + r"|(?:psql|mysql|mongo|mongosh|sqlite3|python3?|irb|ceph|virsh)(?:\s+-\w+)*"
    r")\s*"
)
#: A command whose output is a word of this one, innermost first, and how many of them may nest.
_INNER = re.compile(r"\$\([^()]*\)|`[^`]*`|\"[^\"]*\"|'[^']*'")
_MOST_NESTED = 3
#: Longest command that is looked at, in characters.
_MOST_TEXT = 2_000
_CLOSES = re.compile(r"(?:exit|logout|quit)\b.*|Ctrl.?[DC].*", re.I)

#: Clients that are typed on the same machine whatever shell was opened before, in a new terminal if need be.
_CLIENTS = frozenset(("kubectl", "oc", "aws", "gcloud", "az", "helm"))


def opens_shell(text: str) -> bool:
    """Whether what is typed next is typed in a shell that this opens.

    >>> opens_shell("oc rsh -n db pod-1"), opens_shell("ssh web-1 uptime"), opens_shell("df -h")
    (True, False, False)
    """
    lines = text.replace("\\\n", " ").split("\n")
    line = " ".join(" ".join(each for each in lines if not each.lstrip().startswith("#")).split())
    if len(line) > _MOST_TEXT:
        return False
    for _ in range(_MOST_NESTED):
        line = _INNER.sub("X", line)
    return bool(_OPENS.fullmatch(line))


def closes_shell(text: str) -> bool:
    """Whether it leaves such a shell."""
    return bool(_CLOSES.fullmatch(text.strip()))


def is_client(text: str) -> bool:
    """Whether the command is a client of a cluster or a cloud."""
    words = text.split()
    return bool(words) and words[0] in _CLIENTS
