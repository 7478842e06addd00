"""Rows: the .env file and the configuration."""

from __future__ import annotations

from runbooklab.domain.cause import Cause
from runbooklab.domains.environment.causes import config, env_file
from runbooklab.domains.environment.evidence import Evidence

_READERS = "Compose 2.40, docker 28, sh, bash, python-dotenv 1.2 and systemd.exec(5), measured on one file"
#: Without the file, its variables are missing everywhere.
_NO_FILE = ("env-file-missing", "env-file-unreadable", "env-file-syntax")

ROWS: tuple[Cause[Evidence], ...] = (
    Cause(
        id="env-file-missing",
        title="The .env file does not exist",
        layer="settings",
        judge=env_file.missing,
        shown_by="env-file",
        distinguishing="The file is not there, and its example is, or somebody named the file.",
        remedies=("copy-env-example",),
        source="the file system's answer",
        look_alikes=("env-variable-missing",),
    ),
    Cause(
        id="env-file-unreadable",
        title="The .env file cannot be read",
        layer="settings",
        judge=env_file.unreadable,
        shown_by="env-file",
        distinguishing=(
            "Something is there, and it is a folder, no file, or not readable by the service's user."
        ),
        remedies=("replace-env-folder", "let-user-read-env"),
        source=(
            "Docker's manual: a bind mount makes a folder of a source that is not there; path_resolution(7)"
        ),
        look_alikes=("env-file-missing",),
    ),
    Cause(
        id="env-file-crlf",
        title="The .env file has Windows line ends, and a shell reads it",
        layer="settings",
        judge=env_file.crlf,
        shown_by="env-file",
        distinguishing=(
            "A carriage return stands before the line feed, and a reader keeps it: only the shell does."
        ),
        remedies=("strip-carriage-returns",),
        source=_READERS,
        look_alikes=("env-file-syntax", "model-file-missing"),
    ),
    Cause(
        id="env-file-syntax",
        title="A line of the .env file cannot be read as it is meant",
        layer="settings",
        judge=env_file.syntax,
        shown_by="env-file",
        distinguishing=(
            "A line has an open quote, spaces at the equals sign, or none, and a reader stumbles over it."
        ),
        remedies=("fix-env-line",),
        source=_READERS,
        look_alikes=("env-file-crlf",),
    ),
    Cause(
        id="env-file-quotes",
        title="docker run keeps the quotes around a value",
        layer="settings",
        judge=env_file.quotes,
        shown_by="env-file",
        severity="warning",
        distinguishing=(
            "A value has quotes or a comment, and docker run --env-file, which takes off none, reads it."
        ),
        remedies=("unquote-values",),
        source="docker's reference: docker container run --env-file",
    ),
    Cause(
        id="env-file-bom",
        title="The .env file begins with a byte order mark before a variable",
        layer="settings",
        judge=env_file.bom,
        shown_by="env-file",
        severity="warning",
        distinguishing="The bytes EF BB BF stand right before a name, and a shell reads them as part of it.",
        remedies=("strip-byte-order-mark",),
        source=_READERS,
    ),
    Cause(
        id="env-variable-missing",
        title="A variable of the example is set nowhere",
        layer="settings",
        judge=env_file.variable_missing,
        shown_by="env-variables",
        distinguishing="The example has the name, and neither the file nor the environment does.",
        remedies=("add-env-variables",),
        source="the project's own example",
        look_alikes=("config-variable-unset",),
        consequence_of=_NO_FILE,
    ),
    Cause(
        id="env-variable-duplicate",
        title="A variable is set twice to different values",
        layer="settings",
        judge=env_file.variable_duplicate,
        shown_by="env-variables",
        severity="warning",
        distinguishing="The name stands in two lines with different values, and the last one counts.",
        remedies=("drop-duplicate-lines",),
        source=_READERS,
    ),
    Cause(
        id="env-variable-placeholder",
        title="A variable still has a placeholder for its value",
        layer="settings",
        judge=env_file.variable_placeholder,
        shown_by="env-variables",
        distinguishing=(
            "The value is one that nobody means, such as changeme, or a secret equals the example's."
        ),
        remedies=("set-real-value",),
        source="the project's own example",
    ),
    Cause(
        id="env-file-world-readable",
        title="Every user of this host may read the secrets in the .env file",
        layer="settings",
        judge=env_file.world_readable,
        shown_by="env-file",
        severity="warning",
        distinguishing="The mode lets others read, and a variable holds a secret.",
        remedies=("restrict-env-file",),
        source="path_resolution(7); twelve-factor's Config",
    ),
    Cause(
        id="config-missing",
        title="The configuration file does not exist",
        layer="project-configuration",
        judge=config.missing,
        shown_by="project-config",
        distinguishing="Somebody named the file, and it is not there.",
        remedies=("open-config",),
        source="the file system's answer",
    ),
    Cause(
        id="config-unreadable",
        title="The configuration file cannot be read",
        layer="project-configuration",
        judge=config.unreadable,
        shown_by="project-config",
        distinguishing="The file is there and cannot be read: a folder, no permission, too large, not text.",
        remedies=("open-config",),
        source="the file system's answer",
    ),
    Cause(
        id="config-invalid-yaml",
        title="The configuration is not valid YAML",
        layer="project-configuration",
        judge=config.invalid_yaml,
        shown_by="project-config",
        distinguishing="The parser stops at a line and column.",
        remedies=("open-config",),
        source="YAML 1.2 specification, as the parser reports it",
    ),
    Cause(
        id="config-value-invalid",
        title="The configuration has a value that cannot be what its key means",
        layer="project-configuration",
        judge=config.value_invalid,
        shown_by="project-config",
        distinguishing="The file parses, and a key such as a port has a value of another kind.",
        remedies=("open-config",),
        source="schema.py, the table of keys",
    ),
    Cause(
        id="config-variable-unset",
        title="The configuration refers to a variable that nobody sets",
        layer="project-configuration",
        judge=config.variable_unset,
        shown_by="project-config",
        distinguishing="A reference such as ${NAME} has no default, and the name is set nowhere.",
        remedies=("set-config-variable",),
        source="YAML 1.2 expands nothing: whoever reads the file does, or leaves the text as it is",
        look_alikes=("env-variable-missing",),
        consequence_of=(*_NO_FILE, "env-variable-missing"),
    ),
)
