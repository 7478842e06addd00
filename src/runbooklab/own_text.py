"""What stands in every report anyway: a secret of this spelling could be hidden in no page of ours.

Whoever can write into a log can write ``password=Timeline`` there. Were that replaced wherever it stands, he
could take words out of a report, and the last gate would refuse every page that has a timeline.
"""

from __future__ import annotations

import ipaddress
import re
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

#: The parts of the package whose texts reach a report. Where secrets are looked for, and in the lab, examples
#: of passwords stand.
_PARTS = ("report", "checks", "causes", "remedies", "evidence", "authoring", "execution")
_KINDS = (".py", ".j2", ".js", ".css")

#: What stands in every notebook.
_NOTEBOOK = """
cell_type code markdown metadata outputs output_type display_data execute_result stream stderr stdout raw
execution_count nbformat nbformat_minor kernelspec display_name language python python3 ipython ipython3
language_info codemirror_mode file_extension mimetype text/x-python nbconvert_exporter pygments_lexer
papermill parameters injected-parameters environment_variables input_path output_path duration exception
application/json text/plain text/html utf-8 utf8 Python 3 (ipykernel)
"""

#: Dates, times, versions and addresses with a port.
_NUMBERS = re.compile(
    r"\d{4}-\d\d(?:-\d\d)?(?:[T ][\d:.]{0,15}(?:Z|\+00:00)?)?|\d\d:\d\d(?::[\d.]{0,9})?"
    r"|\d{1,5}(?:\.\d{1,5}){1,3}(?::\d{1,5})?"
)


def stands_in_every_report(value: str) -> bool:
    """Whether ``value`` is part of our own texts, in any case of letters, or a date, version or address."""
    return _NUMBERS.fullmatch(value) is not None or _is_address(value) or _is_ours(value.lower())


def _is_ours(lower: str) -> bool:
    words = _words()
    # Nearly every secret ends here: one of its words is in no text of ours.
    return all(word in words for word in re.findall(r"\w+", lower)) and lower in _texts()


def _is_address(value: str) -> bool:
    try:
        ipaddress.ip_address(value.strip("[]"))
    except ValueError:
        return False
    return True


@cache
def _texts() -> str:
    package = resources.files("runbooklab")
    return "\n".join([_NOTEBOOK, *(text for part in _PARTS for text in _read(package / part))]).lower()


@cache
def _words() -> str:
    return "\n".join(set(re.findall(r"\w+", _texts())))


def _read(folder: Traversable) -> list[str]:
    texts = []
    for entry in folder.iterdir():
        if entry.is_dir():
            texts += _read(entry)
        elif entry.name.endswith(_KINDS):
            texts.append(entry.read_text(encoding="utf-8"))
    return texts
