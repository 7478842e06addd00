"""What Jupyter's server writes when a notebook of ours is saved."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_output
from tornado.web import HTTPError

from runbooklab.authoring.project import find_suite
from runbooklab.jupyter import save_hook
from runbooklab.jupyter.save_hook import SaveHook
from runbooklab.jupyter.saved_form import NO_CONTROL, WIDGET_MIME
from runbooklab.notebook.scratch import Handover
from runbooklab.redaction import Vault

ROOT = Path(__file__).parents[3]
SUITE = find_suite(ROOT)
SECRET = "Zq7wV-bT9xKm2"
URL = f"redis://:{SECRET}@db:6379/0"

Notebook = dict[str, Any]


def canonical(slug: str = "redis-connection") -> Notebook:
    return dict(json.loads(json.dumps(nbformat.read(SUITE.notebook(slug), as_version=4))))


def saved(notebook: Notebook, handover: Handover | None = None, path: str = "notebooks/x.ipynb") -> Notebook:
    """What is written when JupyterLab saves ``notebook``."""
    model = {"type": "notebook", "format": "json", "content": notebook}
    SaveHook(handover)(model=model, path=path, contents_manager=SimpleNamespace(root_dir=str(ROOT)))
    written: Any = model["content"]
    if "cells" in written and "runbooklab" in written["metadata"]:
        nbformat.validate(nbformat.from_dict(written))
    return dict(json.loads(json.dumps(written)))


def cell_of(notebook: Notebook, tag: str) -> Notebook:
    return next(cell for cell in notebook["cells"] if tag in cell["metadata"].get("tags", ()))


@pytest.mark.parametrize("slug", SUITE.slugs())
def test_an_unedited_notebook_is_saved_as_it_is(slug: str) -> None:
    """Nothing is changed in a compiled notebook, also not where its prose shows a URL with a password."""
    assert saved(canonical(slug)) == canonical(slug)


@pytest.mark.parametrize("slug", SUITE.slugs())
def test_an_edited_notebook_keeps_the_cells_of_its_runbook(slug: str) -> None:
    """Where one cell is edited and folded, and a password typed, all others are written as they are."""
    notebook = canonical(slug)
    notebook["cells"].append({**notebook["cells"][0], "id": "own", "source": "A remark of mine"})
    notebook["cells"][0]["metadata"]["collapsed"] = True
    assert saved(notebook) == notebook


def type_a_password(notebook: Notebook) -> Notebook:
    cell = cell_of(notebook, "parameters")
    cell["source"] = cell["source"].replace('redis_url: str = ""', f'redis_url: str = "{URL}"')
    assert SECRET in cell["source"]
    return notebook


def test_a_password_typed_into_the_parameters_is_not_saved() -> None:
    """Its token is in its place, the same as the kernel's; no other cell is changed."""
    before = canonical()
    after = saved(type_a_password(canonical()))
    assert SECRET not in json.dumps(after)
    expected = f'redis_url: str = "redis://:{Vault().learn(SECRET)}@db:6379/0"'
    assert expected in cell_of(after, "parameters")["source"]
    others = [
        (old["source"], new["source"])
        for old, new in zip(before["cells"], after["cells"], strict=True)
        if "parameters" not in old["metadata"].get("tags", ())
    ]
    assert [pair for pair in others if pair[0] != pair[1]] == []


PLACES: dict[str, Callable[[Notebook], Any]] = {
    "a code cell": lambda nb: nb["cells"][-1].update(source=f"connect('{URL}')"),
    "prose": lambda nb: nb["cells"][0].update(source=f"It is {URL} since May"),
    "raw text": lambda nb: nb["cells"].append(
        {"cell_type": "raw", "id": "raw", "metadata": {}, "source": f"requirepass {SECRET}"}
    ),
    "a cell's metadata": lambda nb: nb["cells"][0]["metadata"].update(note=URL, own={"password": SECRET}),
    "the notebook's metadata": lambda nb: nb["metadata"].update(papermill={"parameters": {"redis_url": URL}}),
    "metadata of another program": lambda nb: nb["metadata"].update(other={"from": [URL]}),
    "a stream": lambda nb: nb["cells"][-1].update(outputs=[new_output("stream", text=f"to {URL}\n")]),
    "an error": lambda nb: nb["cells"][-1].update(
        outputs=[new_output("error", ename="E", evalue=URL, traceback=[URL])]
    ),
    "a display": lambda nb: nb["cells"][-1].update(
        outputs=[new_output("display_data", {"text/html": f"<b>{URL}</b>", "text/plain": URL})]
    ),
}


@pytest.mark.parametrize("place", PLACES)
def test_a_password_is_saved_nowhere(place: str) -> None:
    """Wherever a person or a program put it, it is not in the file, and the kernel need not know it."""
    notebook = canonical()
    assert notebook["cells"][-1]["cell_type"] == "code"
    PLACES[place](notebook)
    type_a_password(notebook)
    assert SECRET not in json.dumps(saved(notebook))


OTHER_FORMS: dict[str, Callable[[Notebook], Any]] = {
    "two at once": lambda nb: nb["cells"][-1].update(source=f"user, password = 'ada', '{SECRET}'"),
    "a call around it": lambda nb: nb["cells"][-1].update(source=f"password = quote(str('{SECRET}'))"),
    "an argument in a call": lambda nb: nb["cells"][-1].update(source=f"Redis(password=str('{SECRET}'))"),
    "a magic": lambda nb: nb["cells"][-1].update(source=f"%set_env REDIS_PASSWORD {SECRET}"),
    "an f-string": lambda nb: nb["cells"][-1].update(source=f"u = f'redis://:{SECRET}@{{host}}'"),
    "a shell": lambda nb: nb["cells"][-1].update(source=f"!redis-cli -a {SECRET} ping"),
    "an attachment": lambda nb: nb["cells"][0].update(attachments={"a.txt": {"text/plain": URL}}),
    "JSON with a name": lambda nb: nb["cells"][-1].update(
        outputs=[new_output("display_data", {"application/json": {"password": SECRET}})]
    ),
    "JSON as Redis answers": lambda nb: nb["cells"][-1].update(
        outputs=[new_output("display_data", {"application/json": {"config": ["requirepass", SECRET]}})]
    ),
    "an output's metadata": lambda nb: nb["cells"][-1].update(
        outputs=[new_output("display_data", {"text/plain": ""}, metadata={"from": URL})]
    ),
    "a cell's metadata": lambda nb: nb["cells"][0]["metadata"].update(own=[{"from": URL}]),
}


@pytest.mark.parametrize("form", OTHER_FORMS)
def test_a_password_in_another_form_is_saved_nowhere(form: str) -> None:
    """The kernel never ran the cell, and no other place of the notebook shows the password."""
    notebook = canonical()
    OTHER_FORMS[form](notebook)
    assert SECRET not in json.dumps(saved(notebook))


@pytest.mark.parametrize(
    "source", ["password = getpass('Your password: ')", "password = os.getenv('REDIS_PASSWORD')", "%env"]
)
def test_a_program_that_asks_for_a_password_stays_as_it_is(source: str) -> None:
    """The text in it is no secret."""
    notebook = canonical()
    notebook["cells"][-1]["source"] = source
    assert saved(notebook)["cells"][-1]["source"] == source


@pytest.mark.skipif(not hasattr(os, "memfd_create"), reason="needs files without a name")
def test_what_a_kernel_learned_is_not_saved() -> None:
    """A password that looks like no secret goes once the kernel has told it, also at the second save."""
    vault = Vault(b"another key")
    handle = os.memfd_create("runbooklab")
    try:
        notebook = canonical()
        notebook["cells"][-1]["source"] = "x = 'plum-tree-9'"
        hook = SaveHook(Handover(handle))
        model: dict[str, Any] = {"type": "notebook", "content": notebook}
        hook(model=model, path="x.ipynb")
        assert "plum-tree-9" in json.dumps(model)
        token = vault.learn("plum-tree-9")
        Handover(handle).share(vault.export())
        for _ in range(2):
            model = {"type": "notebook", "content": notebook}
            hook(model=model, path="x.ipynb")
            assert "plum-tree-9" not in json.dumps(model)
            assert token in json.dumps(model)
    finally:
        os.close(handle)


def test_a_notebook_of_others_is_saved_as_it_is() -> None:
    """Without our metadata nothing is looked at."""
    notebook = type_a_password(canonical())
    del notebook["metadata"]["runbooklab"]
    assert saved(notebook) == notebook


@pytest.mark.parametrize("form", ["text", "base64"])
def test_a_notebook_saved_as_a_text_has_no_password(form: str) -> None:
    """JupyterLab's editor and an upload write a notebook as a text."""
    text = nbformat.writes(nbformat.from_dict(type_a_password(canonical())))
    content = base64.b64encode(text.encode()).decode() if form == "base64" else text
    model: dict[str, Any] = {"type": "file", "format": form, "content": content}
    SaveHook(None)(model=model, path="notebooks/x.ipynb")
    written = base64.b64decode(model["content"]).decode() if form == "base64" else model["content"]
    assert SECRET not in written
    assert json.loads(written)["metadata"] == json.loads(text)["metadata"]


@pytest.mark.parametrize("content", ["not JSON", "[1]", "", '{"metadata": {"runbooklab": 1}}'])
def test_another_text_is_saved_as_it_is(content: str) -> None:
    """A half-edited notebook, a list, nothing at all."""
    model = {"type": "file", "format": "text", "content": content}
    SaveHook(None)(model=dict(model), path="x.ipynb")
    assert model["content"] == content


def test_a_control_leaves_its_html_or_a_line() -> None:
    """No reference to a widget, none of its states, and no ``VBox(children=`` is in the file."""
    notebook = canonical()
    notebook["metadata"]["widgets"] = {"application/vnd.jupyter.widget-state+json": {"state": {}}}
    view = {"model_id": "1", "version_major": 2}
    notebook["cells"][-1]["outputs"] = [
        new_output("display_data", {WIDGET_MIME: view, "text/html": "<b>A card</b>", "text/plain": "A card"}),
        new_output("display_data", {WIDGET_MIME: view, "text/plain": "VBox(children=())"}),
        new_output("display_data", {"text/plain": "another"}),
    ]
    written = saved(notebook)
    assert "widgets" not in written["metadata"]
    assert [output["data"] for output in written["cells"][-1]["outputs"]] == [
        {"text/html": "<b>A card</b>", "text/plain": "A card"},
        {"text/plain": NO_CONTROL},
        {"text/plain": "another"},
    ]


def test_a_save_that_cannot_be_checked_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """If looking for secrets fails, nothing is written, and one line says so without quoting the secret."""

    def fails(*_: object) -> None:
        raise ValueError(URL)

    monkeypatch.setattr(save_hook, "make_fit_to_save", fails)
    with pytest.raises(HTTPError) as refused:
        saved(canonical())
    assert refused.value.status_code == 500
    assert refused.value.log_message is not None
    assert refused.value.log_message.startswith("Not saved, so that no password is written to the file")
    assert SECRET not in str(refused.value)
    assert "\n" not in refused.value.log_message


def test_a_parameter_that_is_declared_a_secret_is_not_saved() -> None:
    """The front matter says it, whatever the parameter is called."""
    notebook = canonical()
    front = "title: T\nparameters:\n- {name: pin, type: str, default: '', help: A PIN, secret: true}\n"
    notebook["metadata"]["runbooklab"] = {"slug": "other", "front_matter": front}
    notebook["metadata"]["papermill"] = {"parameters": {"pin": "482913"}}
    cell_of(notebook, "parameters")["source"] = "pin: str = '482913'  # A PIN"
    written = saved(notebook)
    assert "482913" not in json.dumps(written)
    assert cell_of(written, "parameters")["source"].startswith("pin: str = '***secret-")


def test_an_injected_cell_keeps_what_a_person_made_of_it() -> None:
    """The values that papermill recorded are not written over an edited cell."""
    notebook = canonical()
    notebook["metadata"]["papermill"] = {"parameters": {"redis_url": "redis://old:6379"}}
    injected = {**notebook["cells"][1], "id": "injected", "metadata": {"tags": ["injected-parameters"]}}
    notebook["cells"].insert(2, {**injected, "source": 'redis_url = "redis://new:6379"  # mine'})
    assert saved(notebook)["cells"][2]["source"] == 'redis_url = "redis://new:6379"  # mine'
