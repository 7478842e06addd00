"""IPython's history under a plain Python kernel."""

from __future__ import annotations

from pathlib import Path

import pytest

from kernels import kernel_of

SECRET = "Zq7wV-bT9xKm2"


def test_a_plain_kernel_forgets_what_is_typed_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A parameters cell that is run again, without a word after it, leaves nothing either."""
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    typed = f"redis_url = 'redis://:{SECRET}@127.0.0.1:1/0'"
    with kernel_of("python3") as kernel:
        kernel.run(typed)
        kernel.run(
            "from runbooklab.session import *\nstart('own', uses=['redis'], redis_url=redis_url, "
            "redis_container='', docker_network='', orchestrator_config='')"
        )
        kernel.run(f"# once more\n{typed}")
        kernel.run("get_ipython().history_manager.writeout_cache()")
    left = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert any(path.name == "history.sqlite" for path in left)
    assert not [path for path in left if SECRET.encode() in path.read_bytes()]


def test_a_plain_kernel_forgets_a_typed_password(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After the word, neither the kernel's history nor a free page of its file holds the secret."""
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    with kernel_of("python3") as kernel:
        kernel.run(f"url = 'redis://:{SECRET}@db'")
        kernel.run(
            "from runbooklab.notebook.history import forget\nfrom runbooklab.redaction import Vault, clean\n"
            "vault = Vault()\n_ = clean(url, vault)\nget_ipython().history_manager.writeout_cache()\n"
            "forget(vault)"
        )
        kernel.run("print(*(source for *_, source in get_ipython().history_manager.get_range()))")
        kernel.run("get_ipython().history_manager.writeout_cache()")
    left = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert any(path.name == "history.sqlite" for path in left)
    assert not [path for path in left if SECRET.encode() in path.read_bytes()]
