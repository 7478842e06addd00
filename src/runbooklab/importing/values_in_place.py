"""Whether a parameter's value can stand where it does in a command that a person pastes into a shell."""

from __future__ import annotations

import re

from runbooklab.shell.value_places import places

_PARAMETER = re.compile(r"\$\{[a-z_]\w*\}")


def values_fit(text: str) -> bool:
    """Whether every parameter in a command stands as a word, or as a part of a plain one.

    >>> values_fit("kubectl delete pod ${pod} -n ${ns}"), values_fit("ssh web rm ${path}")
    (True, False)
    """
    return not any(place.refused for place in places(_PARAMETER.split(text)))
