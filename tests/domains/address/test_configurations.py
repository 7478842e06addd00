"""Configurations as people have them: each is read right, or answered with one line on how to look."""

from __future__ import annotations

import contextlib
import re
import time
import tracemalloc
from pathlib import Path

import pytest

from runbooklab.domains.address.configuration.leaves import Mistake
from runbooklab.domains.address.configuration.reading import Reading, Surroundings, read

#: Stands in many of the samples; it must never be in what is said.
PASSWORD = "Ahorn77x"
#: Each sample: ``=== what it is | file name``, the file, and one line with what it comes to:
#: ``==> URL | key`` if it is read, ``==? what is said`` if not, ``==! line | what is said`` of a mistake.
SAMPLES = (Path(__file__).parents[2] / "golden" / "configurations.txt").read_text()
_SAMPLE = re.compile(r"^=== ([^\n]+?) \| (\S+)\n(.*?)^==([>?!]) ([^\n]+)$", re.MULTILINE | re.DOTALL)


def samples(kind: str) -> list[object]:
    """Every sample of a kind as (file name, content, what it comes to), by what it is."""
    return [
        pytest.param(name, text, end, id=what)
        for what, name, text, sign, end in _SAMPLE.findall(SAMPLES)
        if sign == kind
    ]


def reading_of(
    name: str, text: str, env: dict[str, str] | None = None, wanted: str = "", **files: str
) -> Reading:
    """What ``text`` says, with ``env`` in a .env beside it and nothing in this environment."""

    def first(variable: str) -> tuple[str, str] | None:
        return ((env or {})[variable], ".env, line 1") if variable in (env or {}) else None

    around = Surroundings(first, lambda variable: None, lambda path: files.get(path, ""))
    return read(text, name, around, wanted)


@pytest.mark.parametrize(("name", "text", "expected"), samples(">"))
def test_a_configuration_is_read(name: str, text: str, expected: str) -> None:
    """The URL is what the client would make of it, and the key says where it stands."""
    found = reading_of(name, text)
    assert (found.unread, f"{found.url} | {found.key}") == ("", expected)
    assert PASSWORD not in repr((found.origins, found.remarks, found.others))


@pytest.mark.parametrize(("name", "text", "said"), samples("?"))
def test_what_is_not_read_is_answered_with_a_way_to_look(name: str, text: str, said: str) -> None:
    """One line says why, and names the parameter; nothing advises to add a section to the file."""
    found = reading_of(name, text)
    assert found.url is None
    assert re.search(said, found.unread), found.unread
    assert PASSWORD not in found.unread


@pytest.mark.parametrize(("name", "text", "expected"), samples("!"))
def test_a_mistake_names_key_type_and_place(name: str, text: str, expected: str) -> None:
    """Which key, what it is, what it must be, and the line."""
    line, said = expected.split(" | ")
    with pytest.raises(Mistake) as caught:
        reading_of(name, text)
    assert re.search(said, caught.value.message), caught.value.message
    assert str(caught.value.line or "-") == line


def test_every_sample_was_found() -> None:
    """A sample that does not parse would be passed over in silence."""
    assert len(_SAMPLE.findall(SAMPLES)) == SAMPLES.count("\n=== ") + 1 > 90


# --- what surrounds the file -----------------------------------------------------------------


def test_a_variable_beside_the_file_goes_before_its_default() -> None:
    """And the reading says where the value came from; one that is set here alone goes after the default."""
    text = "redis:\n  url: ${REDIS_URL:-redis://default}\n"
    beside = reading_of("o.yaml", text, {"REDIS_URL": "redis://beside"})
    assert (beside.url, beside.origins) == ("redis://beside", ("REDIS_URL is from .env, line 1",))
    here = read(
        text, "o.yaml", Surroundings(lambda name: None, lambda name: ("redis://here", "this environment"))
    )
    assert here.url == "redis://default"
    assert "REDIS_URL is set in this environment as well" in here.remarks[0]
    alone = "redis:\n  url: ${REDIS_URL}\n"
    here = read(
        alone, "o.yaml", Surroundings(lambda name: None, lambda name: ("redis://here", "this environment"))
    )
    assert (here.url, here.origins) == ("redis://here", ("REDIS_URL is from this environment",))


def test_the_environment_that_is_set_says_which_section_counts() -> None:
    """Else it is production; the others are named."""
    text = "development:\n  url: redis://dev\nproduction:\n  url: redis://prod\n"
    assert (reading_of("cable.yml", text).url, reading_of("cable.yml", text).others) == (
        "redis://prod", ("development.url (line 2)",),
    )  # fmt: skip
    assert reading_of("cable.yml", text, {"RAILS_ENV": "development"}).url == "redis://dev"


def test_the_key_that_is_wanted_is_taken() -> None:
    """A value, or a section of several; one that is not there is answered with those that are."""
    text = "redis:\n  url: redis://a\ncache:\n  store: redis://b\n  main: {host: c, port: 1}\n"
    assert reading_of("o.yaml", text, wanted="cache.store").url == "redis://b"
    assert reading_of("o.yaml", text, wanted="cache.main").url == "redis://c:1"
    with pytest.raises(Mistake) as caught:
        reading_of("o.yaml", text, wanted="cache.stor")
    assert "cache.store" in caught.value.message


def test_an_env_file_of_a_compose_service_is_read() -> None:
    """It stands beside the Compose file."""
    text = "services:\n  app:\n    image: x\n    env_file: app.env\n"
    found = reading_of("compose.yaml", text, **{"app.env": "REDIS_URL=redis://db.example.com\n"})
    assert (found.url, found.key) == ("redis://db.example.com", "services.app.env_file app.env.REDIS_URL")


def test_a_password_beside_a_url_is_named_and_not_read() -> None:
    """redis-py takes it from the URL alone; one that a URL has of its own needs no word in the cause."""
    beside = reading_of("o.yaml", f"redis:\n  url: redis://db\n  password: {PASSWORD}\n")
    assert (beside.url, beside.password_beside) == ("redis://db", "redis.password (line 3)")
    assert PASSWORD in beside.secrets
    assert (
        reading_of("o.yaml", f"redis:\n  url: redis://:x@db\n  password: {PASSWORD}\n").password_beside == ""
    )


def test_a_variable_in_the_credentials_stays_and_is_named() -> None:
    """The rest of the URL can be looked at all the same."""
    found = reading_of("o.yaml", "redis:\n  url: redis://:${REDIS_PASSWORD}@db:6380\n")
    assert (found.unread, found.unexpanded) == ("", "REDIS_PASSWORD")


def test_what_is_quoted_is_the_section_alone() -> None:
    """From its key to its last value."""
    found = reading_of("o.yaml", "a: 1\ncache:\n  redis:\n    url: redis://db\n    db: 1\nb: 2\n")
    assert (found.first_line, found.last_line) == (3, 5)


BOMBS: dict[str, tuple[str, str]] = {
    "a long text under every name": (
        "o.yaml",
        f"a: &a {'x' * 500_000}\n" + "".join(f"redis{n}: *a\n" for n in range(20_000)),
    ),
    "a long text in every item": (
        "compose.yaml",
        f"services:\n  a:\n    image: x\n    environment:\n    - &a {'x' * 500_000}\n"
        + "    - *a\n" * 30_000,
    ),
    "a file under every name": (
        "s.yaml",
        f"apiVersion: v1\nkind: Secret\ndata:\n  a: &a {'QUFB' * 120_000}\n"
        + "".join(f"  r{n}.yml: *a\n" for n in range(20_000)),
    ),
    "braces in braces": ("o.yaml", f"redis:\n  url: {'${' * 400_000}\n"),
    "blanks before no equals sign": ("a.ini", f"[a]\nx{' ' * 1_000_000}"),
    "a value on every line": ("a.properties", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\\\n" * 25_000),
    "comments that never end": ("a.json", "{" + "/*" * 500_000),
    "a key of many parts": ("a.toml", f"a{'.a' * 400_000} = 1\n"),
}


@pytest.mark.exhaustive
@pytest.mark.parametrize("bomb", BOMBS)
def test_reading_takes_time_and_memory_with_the_size_alone(bomb: str) -> None:
    """A file of a megabyte costs seconds and some ten megabytes at most, whatever it holds."""
    name, text = BOMBS[bomb]
    tracemalloc.start()
    began = time.process_time()
    with contextlib.suppress(Mistake):
        reading_of(name, text[: 1 << 20])
    taken, (_, peak) = time.process_time() - began, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (taken < 30, peak < 250 << 20) == (True, True), (taken, peak)
