"""What the probes see, compared with who else can see it: pyelftools, Python itself, the kernel."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from runbooklab.domains.environment.elf import read_elf
from runbooklab.domains.environment.encoding import VARIABLES, encoding_of
from runbooklab.domains.environment.identity import READ, SEARCH, WRITE, User, barrier
from runbooklab.domains.environment.placeholders import equals_example, is_placeholder
from runbooklab.domains.environment.requirement_lines import lines_of
from runbooklab.domains.environment.schema import misfit
from runbooklab.domains.environment.yaml_values import NotYaml, values_of


def _shared_objects() -> list[Path]:
    found = [
        *Path(sys.prefix).glob("lib/python*/site-packages/**/*.so"),
        Path("/bin/true"),
        Path(sys.executable),
    ]
    return [path for path in found if path.exists()][:25]


@pytest.mark.parametrize("path", _shared_objects(), ids=lambda path: path.name)
def test_an_elf_file_says_what_pyelftools_reads(path: Path) -> None:
    """Machine, needed libraries and search paths are the same."""
    from elftools.elf.dynamic import DynamicSection
    from elftools.elf.elffile import ELFFile

    with path.open("rb") as file:
        elf = ELFFile(file)
        dynamic = elf.get_section_by_name(".dynamic")
        tags = list(dynamic.iter_tags()) if isinstance(dynamic, DynamicSection) else []
        needed = tuple(tag.needed for tag in tags if tag.entry.d_tag == "DT_NEEDED")
        paths = tuple(tag.runpath for tag in tags if tag.entry.d_tag == "DT_RUNPATH")
        machine = elf.header.e_machine
    read = read_elf(path)
    assert read is not None
    assert {"EM_X86_64": "x86_64", "EM_AARCH64": "aarch64"}.get(machine) == read.machine
    assert read.needed == needed
    if paths:
        assert read.paths == tuple(part for each in paths for part in each.split(":") if part)


@pytest.mark.parametrize(
    ("content", "machine"),
    [
        (b"", None),
        (b"INPUT(libx.so)", None),
        (b"\x7fELF\x02\x01\x01" + bytes(11) + b"\xb7\x00", "aarch64"),
        (b"\x7fELF\x02\x01\x01" + bytes(11) + b"\xb7\x00" + bytes(44), "aarch64"),
        (b"\x7fELF\x02\x01\x01" + bytes(11) + b"\x3e\x00" + b"\xff" * 44, "x86_64"),
        (b"\xcf\xfa\xed\xfe" + bytes(60), "macOS"),
        (b"MZ" + bytes(60), "Windows"),
    ],
)
def test_a_header_alone_names_the_machine(content: bytes, machine: str | None, tmp_path: Path) -> None:
    """A file that is cut off, or none at all, does not stop the look."""
    path = tmp_path / "a.so"
    path.write_bytes(content)
    read = read_elf(path)
    assert (read.machine if read is not None else None) == machine


_LOCALES = [
    {}, {"LC_ALL": "C"}, {"LANG": "C"}, {"LC_ALL": "C", "PYTHONUTF8": "0"}, {"LANG": "C", "PYTHONUTF8": "0"},
    {"LANG": "C", "PYTHONCOERCECLOCALE": "0"}, {"LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    {"LC_ALL": "POSIX", "PYTHONUTF8": "0"}, {"PYTHONUTF8": "0"}, {"LC_ALL": "xx_YY.UTF-8", "PYTHONUTF8": "0"},
    {"LC_ALL": "C.UTF-8", "PYTHONUTF8": "0"}, {"PYTHONIOENCODING": "ascii"},
    {"PYTHONIOENCODING": "utf-8:strict"},
    {"LC_ALL": "C", "PYTHONUTF8": "1"}, {"LC_CTYPE": "C", "PYTHONUTF8": "0"},
]  # fmt: skip


@pytest.mark.parametrize("variables", _LOCALES, ids=lambda each: " ".join(each) or "none")
def test_python_writes_the_encoding_that_is_said(variables: dict[str, str]) -> None:
    """Python itself, started with these variables, says the same."""
    done = subprocess.run(
        [sys.executable, "-c", "import sys; print(sys.stdout.encoding)"],
        env={"PATH": os.environ["PATH"], **variables},
        capture_output=True,
        text=True,
        check=True,
    )
    here = {"C", "POSIX", "C.UTF-8", "C.utf8"}
    assert set(variables) <= set(VARIABLES)
    said, why = encoding_of(variables, sys.version_info[:2], here.__contains__)
    assert said.lower() == done.stdout.strip().lower(), why


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to make files of others")
@pytest.mark.parametrize("mode", [0o000, 0o400, 0o040, 0o004, 0o600, 0o644, 0o750, 0o777])
@pytest.mark.parametrize(("uid", "gid"), [(12345, 54321), (12345, 1), (2, 54321), (2, 1)])
def test_a_barrier_is_where_the_kernel_has_one(mode: int, uid: int, gid: int, tmp_path: Path) -> None:
    """A process of that user may read and write exactly where nothing is said to keep it out."""
    tmp_path.chmod(0o755)
    for parent in tmp_path.parents:
        if parent.stat().st_uid == 0 and "pytest" in str(parent):
            parent.chmod(0o755)
    path = tmp_path / "file"
    path.write_text("x")
    os.chown(path, 12345, 54321)
    path.chmod(mode)
    for wanted, flag in ((READ, "-r"), (WRITE, "-w")):
        done = subprocess.run(
            ["setpriv", f"--reuid={uid}", f"--regid={gid}", "--clear-groups", "test", flag, str(path)],
            check=False,
        )
        kept_out = barrier(path, User("x", uid, frozenset({gid})), wanted)
        assert (kept_out is None) == (done.returncode == 0)


def test_a_parent_that_may_not_be_entered_is_the_barrier(tmp_path: Path) -> None:
    """The path itself may be open to all."""
    shut = tmp_path / "shut"
    (shut / "open").mkdir(parents=True)
    (shut / "open").chmod(0o777)
    shut.chmod(0o700)
    kept_out = barrier(shut / "open", User("x", 12345, frozenset()), WRITE | SEARCH)
    assert kept_out is not None
    assert kept_out.path.startswith(os.path.commonpath([kept_out.path, str(shut)]))


@pytest.mark.parametrize(
    "value",
    ["changeme", "CHANGE_ME", "<token>", "xxx", "your-api-key", "TODO", "...", "replace-me", "hf_xxxx",
     "redis://:changeme@host:6379", "/path/to/model", "[your key]", "{{ token }}", "sk-xxxxxxxx"],
)  # fmt: skip
def test_what_examples_hold_is_a_placeholder(value: str) -> None:
    """Nobody means these."""
    assert is_placeholder(value)


@pytest.mark.parametrize(
    "value",
    ["info", "redis://localhost:6379", "6379", "/srv/models", "true", "[1, 2]", "[localhost]", "a,b",
     "s3cr3t-4711", "C:\\x", "${HOME}/x", "yours", "expression", "exchange-metrics", ""],
)  # fmt: skip
def test_what_settings_hold_is_none(value: str) -> None:
    """These are values that somebody means."""
    assert not is_placeholder(value)


def test_a_secret_that_equals_its_example_was_never_set() -> None:
    """A level or a port may well be the example's."""
    assert equals_example("REDIS_PASSWORD", "devpass", "devpass")
    assert equals_example("API_URL", "https://api.example.com", "https://api.example.com")
    assert not equals_example("LOG_LEVEL", "info", "info")
    assert not equals_example("REDIS_PASSWORD", "other", "devpass")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("redis: {port: sixty}", "a port"),
        ("port: 70000", "a port"),
        ("port: '6379'", ""),
        ("port: ${PORT}", ""),
        ("db: -1", "a number from 0"),
        ("db: 0", ""),
        ("timeout: 5s", ""),
        ("timeout: soon", "a number"),
        ("timeout: null", ""),
        ("enabled: maybe", "true or false"),
        ("enabled: on", ""),
        ("redis: redis://localhost", ""),
        ("redis: localhost", "a section"),
        ("log_level: loud", "a log level"),
        ("voice: sixty", ""),
        ("ports: [1, 2]", ""),
        ("url: 6379", "a text"),
        ("workers: 4", ""),
    ],
)
def test_a_value_is_held_against_its_key(text: str, expected: str) -> None:
    """Only where the name of the key leaves no doubt."""
    found = next(filter(None, map(misfit, values_of(text))), "")
    assert found.startswith(expected) if expected else not found


@pytest.mark.parametrize(
    "text", ["[" * 30_000, "a: [1", "a:\n\tb: 1", 'a: "x', "a: b: c", "{{ x }}: [", "\x00"]
)
def test_yaml_that_does_not_parse_says_where(text: str) -> None:
    """Neither brackets without end nor a control character stop the process."""
    with pytest.raises(NotYaml):
        values_of(text)


def test_requirements_are_read_as_pip_reads_them(tmp_path: Path) -> None:
    """Continued lines, hashes, comments, included files, constraints and editable installs."""
    (tmp_path / "base.txt").write_text("redis>=5  # the registry\n-r requirements.txt\n")
    (tmp_path / "pins.txt").write_text("grpcio==1.60\n")
    (tmp_path / "requirements.txt").write_text(
        "# first\n-r base.txt\n-c pins.txt\ngrpcio \\\n  >=1.50 --hash=sha256:ab \\\n  --hash=sha256:cd\n"
        "--prefer-binary\n-e git+https://git.example/x.git#egg=tts-core\n\n"
    )
    read = lines_of(tmp_path / "requirements.txt", tmp_path)
    assert [(each.text, each.place, each.is_constraint) for each in read.found] == [
        ("redis>=5", "base.txt, line 1", False),
        ("grpcio==1.60", "pins.txt, line 1", True),
        ("grpcio    >=1.50", "requirements.txt, line 4", False),
        ("tts-core", "requirements.txt, line 8", False),
    ]
