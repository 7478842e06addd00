"""Faults of the .env file and the configuration."""

from __future__ import annotations

from typing import Any

from runbooklab.domains.environment.lab.testbed import EXAMPLE, SETTINGS, ProjectTestbed
from runbooklab.lab.fault import Fault
from runbooklab.lab.testbed import Situation


def _no_file(testbed: ProjectTestbed) -> Situation:
    (testbed.project() / ".env").unlink()
    return testbed.situation()


def _named(testbed: ProjectTestbed) -> Situation:
    testbed.project()
    return testbed.situation(env_file="prod.env", env_example="")


def _dangling(testbed: ProjectTestbed) -> Situation:
    root = testbed.project()
    (root / ".env").unlink()
    (root / ".env").symlink_to("secrets/prod.env")
    return testbed.situation()


def _folder(testbed: ProjectTestbed) -> Situation:
    root = testbed.project()
    (root / ".env").unlink()
    (root / ".env").mkdir()
    return testbed.situation()


def _of_root(testbed: ProjectTestbed) -> Situation:
    (testbed.project() / ".env").chmod(0o600)
    return testbed.situation(service_user="nobody")


def _behind(testbed: ProjectTestbed) -> Situation:
    root = testbed.project()
    testbed.put("private/.env", SETTINGS, 0o644)
    (root / "private").chmod(0o700)
    return testbed.situation(env_file="private/.env", service_user="12345")


def _env(content: str | bytes, **parameters: Any):  # type: ignore[no-untyped-def] # a recipe
    def recipe(testbed: ProjectTestbed) -> Situation:
        testbed.project(env=content)
        return testbed.situation(**parameters)

    return recipe


def _config(content: str):  # type: ignore[no-untyped-def] # a recipe
    def recipe(testbed: ProjectTestbed) -> Situation:
        testbed.project(config=content)
        return testbed.situation()

    return recipe


def _world(testbed: ProjectTestbed) -> Situation:
    (testbed.project() / ".env").chmod(0o644)
    return testbed.situation()


def _lines(*lines: str) -> str:
    return SETTINGS + "".join(f"{line}\n" for line in lines)


def _more_in_example(testbed: ProjectTestbed) -> Situation:
    testbed.project(example=f"{EXAMPLE}HF_TOKEN=\nVOICE_DIR=voices\n")
    return testbed.situation()


def _commented(testbed: ProjectTestbed) -> Situation:
    testbed.project(env=SETTINGS.replace("LOG_LEVEL", "#LOG_LEVEL"))
    return testbed.situation()


SETTINGS_FAULTS: tuple[Fault[ProjectTestbed], ...] = (
    Fault("env-file-missing", "The .env file is deleted; its example is there.", _no_file),
    Fault("env-file-missing/named", "The parameter names a file that is not there.", _named),
    Fault("env-file-missing/link", "The .env file is a link that leads nowhere.", _dangling),
    Fault("env-file-unreadable", "A folder is in the place of the .env file.", _folder),
    Fault("env-file-unreadable/user", "The file is root's alone, and nobody runs the service.", _of_root),
    Fault("env-file-unreadable/parent", "The file's folder is root's alone.", _behind),
    Fault("env-file-crlf", "The file has Windows line ends, and a shell reads it.",
          _env(SETTINGS.replace("\n", "\r\n"))),
    Fault("env-file-crlf/one-line", "One line has a Windows line end.",
          _env(_lines("MODEL=voice.onnx\r"), env_file_readers="shell")),
    Fault("env-file-syntax", "A quote is not closed.", _env(_lines('GREETING="hello'))),
    Fault("env-file-syntax/spaces", "Spaces stand at an equals sign.", _env(_lines("VOICE = anna"))),
    Fault("env-file-syntax/no-equals", "A line assigns nothing.",
          _env(_lines("this is a note"), env_file_readers="dotenv")),
    Fault("env-file-syntax/export", "docker run reads a file with export.",
          _env(_lines("export VOICE=anna"), env_file_readers="docker-run")),
    Fault("env-file-syntax/unquoted", "A value with a space has no quotes, and a shell reads it.",
          _env(_lines("GREETING=hello world"), env_file_readers="shell")),
    Fault("env-file-syntax/utf-16", "The file is UTF-16.",
          _env(SETTINGS.encode("utf-16"), env_file_readers="compose,dotenv"), also=("env-variable-missing",)),
    Fault("env-file-quotes", "docker run reads a value in quotes.",
          _env(_lines('VOICE="anna"'), env_file_readers="docker-run")),
    Fault("env-file-quotes/comment", "docker run reads a value with a comment after it.",
          _env(_lines("VOICE=anna # or bert"), env_file_readers="docker-run")),
    Fault("env-file-bom", "A byte order mark stands before the first variable.",
          _env(b"\xef\xbb\xbf" + SETTINGS.partition("\n")[2].encode())),
    Fault("env-variable-missing", "The example has two variables more.", _more_in_example),
    Fault("env-variable-missing/commented", "A variable is commented out.", _commented),
    Fault("env-variable-duplicate", "A variable is set twice, to different values.",
          _env(_lines("LOG_LEVEL=debug"))),
    Fault("env-variable-placeholder", "The password is the example's.",
          _env(SETTINGS.replace("drill-pw-4711", "changeme"))),
    Fault("env-variable-placeholder/brackets", "A token is still in angle brackets.",
          _env(_lines("HF_TOKEN=<your token>"), env_file_readers="compose")),
    Fault("env-variable-placeholder/url", "The password in a URL is a placeholder.",
          _env(SETTINGS.replace("redis://l", "redis://:xxx@l"))),
    Fault("env-file-world-readable", "Every user may read the file with the password.", _world),
    Fault("config-invalid-yaml", "A bracket is not closed.", _config("redis:\n  url: [1, 2\nlevel: info\n")),
    Fault("config-invalid-yaml/tab", "A line is indented with a tab.",
          _config("redis:\n\turl: redis://localhost:6379\n")),
    Fault("config-value-invalid", "A port is a word.",
          _config("redis:\n  host: localhost\n  port: sixty\n")),
    Fault("config-value-invalid/db", "The database is a text.",
          _config("redis:\n  url: redis://localhost:6379\n  db: zero\n")),
    Fault("config-value-invalid/pool", "The pool has a negative size.",
          _config("redis:\n  url: redis://localhost:6379\n  connection_pool_size: -5\n")),
    Fault("config-variable-unset", "A reference is to a variable that nobody sets.",
          _config("redis:\n  url: redis://${RUNBOOKLAB_DRILL_HOST}:6379\n")),
    Fault("config-variable-unset/plain", "The same, without braces.",
          _config('redis:\n  url: "redis://$RUNBOOKLAB_DRILL_HOST:6379"\n')),
)  # fmt: skip
