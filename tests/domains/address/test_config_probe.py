"""The orchestrator's configuration file: what is read, and every mistake with its place."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from judging import target_with
from runbooklab.domains.address.probes.config import MOST_BYTES, config
from runbooklab.domains.address.records import ConfigFile
from runbooklab.model.observation import Missing, Observation
from runbooklab.observe.context import Context, NotObserved
from runbooklab.observe.docker.records import Container, ContainerLook
from runbooklab.redaction import TOKEN, Vault


def read_config(
    folder: Path, name: str = "configs/orchestrator.yaml", vault: Vault | None = None
) -> ConfigFile:
    def wait(probe: str) -> Observation[None]:
        return Observation(probe, missing=Missing("not-applicable"))

    target = target_with(orchestrator_config=name)
    return config(Context(target, folder, vault or Vault(b"key"), time.monotonic() + 3, wait))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "configs").mkdir()
    return tmp_path


def write(folder: Path, content: str | bytes) -> Path:
    path = folder / "configs" / "orchestrator.yaml"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_the_redis_section_is_read(folder: Path) -> None:
    """URL, database and pool size, the section as written, and no more of the file than that."""
    write(
        folder, "log: debug\nredis:\n  url: redis://db:6379\n  db: 2\n  connection_pool_size: 10\nother: 1\n"
    )
    found = read_config(folder)
    assert found.problem is None
    assert (found.url, found.db, found.connection_pool_size) == ("redis://db:6379", 2, 10)
    assert found.excerpt == "redis:\n  url: redis://db:6379\n  db: 2\n  connection_pool_size: 10"
    assert found.path == str(folder / "configs" / "orchestrator.yaml")


def test_passwords_are_replaced(folder: Path) -> None:
    """In the URL and in the excerpt; the vault gives the URL back at the moment of use."""
    vault = Vault(b"key")
    url = "redis://:p%40ssw0rd@db"
    write(folder, f"redis:\n  url: {url}\n  password: another-s3cret\n")
    found = read_config(folder, vault=vault)
    assert found.url is not None
    assert TOKEN.search(found.url)
    assert vault.reveal(found.url) == url
    assert not vault.leaks(repr(found).encode())
    assert "another-s3cret" not in found.excerpt


MISTAKES = {
    "redis:\n\turl: redis://db\n": ("invalid-yaml", 2, 1),
    "redis:\n  url: 'redis://db\n": ("invalid-yaml", 3, 1),
    "redis:\n  url: redis://db\n   db: 0\n": ("invalid-yaml", 3, 6),
    "a: 1\n---\nredis: 2\n": ("invalid-value", 3, 8),
    "redis:\n  url: a\x07b\n": ("invalid-yaml", 2, 9),
    "[" * 300: ("invalid-yaml", 1, 199),
    "": ("redis-section-missing", None, None),
    "# only a comment\n": ("redis-section-missing", None, None),
    "- a\n- b\n": ("redis-section-missing", 1, 1),
    "just text\n": ("redis-section-missing", 1, 1),
    "database: {}\n": ("redis-section-missing", None, None),
    "redis:\n": ("redis-url-missing", 1, 1),
    "redis:\n  db: 0\n": ("redis-url-missing", 1, 1),
    "redis:\n  url:\n": ("redis-url-missing", 2, 3),
    "redis:\n  url: ''\n": ("redis-url-missing", 2, 3),
    "redis:\n  url: 6379\n": ("invalid-value", 2, 8),
    "redis:\n  url: [a]\n": ("invalid-value", 2, 3),
    "redis: db\n": ("invalid-value", 1, 8),
    "redis:\n  url: redis://db\n  db: zero\n": ("invalid-value", 3, 7),
    "redis:\n  url: redis://db\n  db: -1\n": ("invalid-value", 3, 7),
    "redis:\n  url: redis://db\n  db: 1.5\n": ("invalid-value", 3, 7),
    "redis:\n  url: redis://db\n  connection_pool_size: 0\n": ("invalid-value", 3, 25),
}


@pytest.mark.parametrize(("content", "expected"), MISTAKES.items())
def test_a_mistake_has_its_kind_and_place(
    folder: Path, content: str, expected: tuple[str, int | None, int | None]
) -> None:
    """Line and column count from 1, and the lines around the mistake are quoted."""
    write(folder, content)
    found = read_config(folder)
    assert (found.problem, found.line, found.column) == expected
    assert found.message
    assert bool(found.excerpt) == (found.line is not None)


def test_a_mistake_is_said_in_plain_words(folder: Path) -> None:
    """A tab is called a tab, and a key that is nearly right is named."""
    write(folder, "redis:\n\turl: x\n")
    assert "indented with a tab" in read_config(folder).message
    write(folder, "rediss:\n  x: x\n")
    assert "line 1 says 'rediss'" in read_config(folder).message
    write(folder, "redis:\n  urll: x\n")
    assert "line 2 says 'urll'" in read_config(folder).message


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"\x89PNG\r\n\x1a\n\x00", "not-text"),
        (b"redis:\n  url: caf\xe9\n", "not-text"),
        (b"\x00" * 100, "not-text"),
        (b"x" * (MOST_BYTES + 1), "too-large"),
    ],
)
def test_what_is_no_text_file(folder: Path, content: bytes, expected: str) -> None:
    """Binary content and files too large to be a configuration."""
    write(folder, content)
    found = read_config(folder)
    assert found.problem == expected


BOMBS = {
    "merges of merges": "a: &a {x: 1}\n"
    + "".join(
        f"{k}: &{k} {{<<: [{', '.join([f'*{j}'] * 60)}]}}\n" for j, k in zip("abcde", "bcdef", strict=True)
    )
    + f"redis: {{<<: [{', '.join(['*f'] * 60)}]}}\n",
    "a merge of itself": "a: &a\n  <<: *a\nredis: *a\n",
    "one large mapping under every name": "big: &big {"
    + ", ".join(f"k{n}: 1" for n in range(40_000))
    + "}\n"
    + "".join(f"n{n}: *big\n" for n in range(30_000)),
    "names that are nearly right": "".join(f"redi{n}x: 1\n" for n in range(70_000)),
    "lists of lists by alias": "a: &a [x]\n"
    + "".join(f"{k}: &{k} [{', '.join([f'*{j}'] * 60)}]\n" for j, k in zip("abcde", "bcdef", strict=True)),
}


@pytest.mark.exhaustive
@pytest.mark.parametrize("bomb", BOMBS)
def test_no_configuration_takes_longer_than_it_is_large(folder: Path, bomb: str) -> None:
    """Aliases and merge keys are followed once: a mistake is found as fast as in a plain file."""
    plain = _seconds(folder, "".join(f"name{n}x: 1\n" for n in range(70_000)))
    assert _seconds(folder, BOMBS[bomb]) < 5 * plain


def _seconds(folder: Path, content: str) -> float:
    """How long this process computes to read a configuration that names no Redis."""
    write(folder, content)
    began = time.process_time()
    assert read_config(folder).problem in {"redis-section-missing", "redis-url-missing"}
    return time.process_time() - began


def test_the_size_is_looked_at_before_the_content(folder: Path) -> None:
    """A sparse file of 100 GiB costs nothing."""
    path = write(folder, "")
    os.truncate(path, 100 << 30)
    found = read_config(folder)
    assert (found.problem, found.size_bytes) == ("too-large", 100 << 30)


@pytest.mark.parametrize("kind", ["nothing", "folder", "fifo", "device", "no folder", "loop"])
def test_what_is_no_file_at_all(folder: Path, kind: str) -> None:
    """None of these blocks, and each has its word."""
    path = folder / "configs" / "orchestrator.yaml"
    name = "configs/orchestrator.yaml"
    match kind:
        case "folder":
            path.mkdir()
        case "fifo":
            os.mkfifo(path)
        case "device":
            name = "/dev/zero"
        case "no folder":
            name = "nowhere/at/all.yaml"
        case "loop":
            path.symlink_to(path)
    found = read_config(folder, name)
    expected = {"nothing": "missing", "no folder": "missing", "loop": "unreadable"}
    assert found.problem == expected.get(kind, "not-a-file")


def test_anchors_and_merges_count(folder: Path) -> None:
    """What an anchor holds is part of the section, as the orchestrator would read it."""
    write(folder, "base: &base\n  url: redis://db\nredis:\n  <<: *base\n  db: 3\n")
    found = read_config(folder)
    assert (found.url, found.db) == ("redis://db", 3)


def test_no_file_named_is_not_observed(folder: Path) -> None:
    """An empty parameter means that there is nothing to look at."""
    with pytest.raises(NotObserved) as caught:
        read_config(folder, "")
    assert caught.value.missing.reason == "not-applicable"


def test_a_variable_of_the_env_file_beside_is_taken_and_its_place_is_named(folder: Path) -> None:
    """A fix then opens that file at that line; a .env above configs/ counts as well, the nearer one more."""
    write(folder, "redis:\n  url: redis://:${REDIS_PASSWORD}@${REDIS_HOST}:6379\n")
    (folder / ".env").write_text("REDIS_HOST=above\nREDIS_PASSWORD=Ahorn77x\n")
    found = read_config(folder)
    assert found.url is not None
    assert found.url.endswith("@above:6379")
    assert "Ahorn77x" not in repr(found)
    assert found.origins[0] == f"REDIS_PASSWORD is from {folder}/.env, line 2"
    assert (found.value_file, found.value_line) == (f"{folder}/.env", 2)
    (folder / "configs" / ".env").write_text("REDIS_HOST=near\n")
    url = read_config(folder).url
    assert url is not None
    assert url.endswith("@near:6379")


def test_a_variable_of_this_environment_is_said_to_be_from_here(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may not be what the orchestrator gets."""
    monkeypatch.setenv("REDIS_URL_OF_A_TEST", "redis://here")
    write(folder, "redis:\n  url: ${REDIS_URL_OF_A_TEST}\n")
    found = read_config(folder)
    assert (found.url, found.value_file) == ("redis://here", "")
    assert "may not be the orchestrator's" in found.origins[0]


def test_the_orchestrators_container_goes_before_all_else(folder: Path) -> None:
    """What Docker was given as its environment is what the orchestrator gets."""
    client = Container("app", "1", "app:1", "running", environment={"REDIS_URL": "redis://inside"})

    def wait(probe: str) -> Observation[ContainerLook]:
        return Observation(probe, value=ContainerLook("app", client))

    write(folder, "redis:\n  url: ${REDIS_URL:-redis://default}\n")
    (folder / ".env").write_text("REDIS_URL=redis://beside\n")
    target = target_with(orchestrator_config="configs/orchestrator.yaml", orchestrator_container="app")
    found = config(Context(target, folder, Vault(b"key"), time.monotonic() + 3, wait))
    assert (found.url, found.origins) == (
        "redis://inside", ("REDIS_URL is from the environment of container app",),
    )  # fmt: skip


def test_a_path_that_is_not_the_usual_one_may_start_at_the_current_folder(
    folder: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As papermill passes it on; ``~`` is the home folder, and the usual path is the project's alone."""
    mine = tmp_path_factory.mktemp("app")
    (mine / "orch.yaml").write_text("redis:\n  url: redis://mine\n")
    (mine / "configs").mkdir()
    (mine / "configs" / "orchestrator.yaml").write_text("redis:\n  url: redis://mine\n")
    monkeypatch.chdir(mine)
    assert read_config(folder, "orch.yaml").url == "redis://mine"
    assert read_config(folder).problem == "missing"
    monkeypatch.setenv("HOME", str(mine))
    assert read_config(folder, "~/orch.yaml").url == "redis://mine"
