"""Plans for the .env file and the configuration. None of them writes a value, and none loses one."""

from __future__ import annotations

import re

from runbooklab.domain.shell import EDITOR, command, path_word, quoted
from runbooklab.domain.steps import Steps
from runbooklab.domains.environment.evidence import Evidence
from runbooklab.domains.environment.records.settings import EnvFileSeen, LineMistake, ProjectConfig
from runbooklab.words import listed

#: Mistakes that one substitution in the line corrects.
_SPACES = r"s/^\([[:space:]]*\(export[[:space:]]\+\)\?[A-Za-z_][A-Za-z0-9_]*\)[[:space:]]*=[[:space:]]*/\1=/"
_EXPORT = r"s/^[[:space:]]*export[[:space:]]\+//"
_COMMENT = r"s/^\(.*[^[:space:]]\)[[:space:]]\+\(#.*\)$/\2\n\1/"
_UNQUOTE = r"""s/^\([^=]*=\)\(["']\)\(.*\)\2[[:space:]]*$/\1\3/"""


def env_path(e: Evidence) -> str:
    """The .env file's path."""
    seen = e.env_file.value
    return path_word(seen.path if seen is not None else e.target.env_file or ".env")


def edit(path: str, line: int = 0) -> str:
    """Opens a file at a line in the person's editor."""
    return f"{EDITOR} {f'+{line} ' if line else ''}{quoted(path)}"


def again(e: Evidence) -> str:
    """Runs this runbook again on the same project."""
    systems = e.file_systems.value
    where = systems.project if systems is not None and systems.project else e.target.project_dir or "."
    return command("runbook", "run", "environment-setup", "-p", "project_dir", where)


def _seen(e: Evidence) -> EnvFileSeen:
    return e.env_file.value or EnvFileSeen(env_path(e), "missing")


def _example(e: Evidence) -> str:
    return path_word(_seen(e).example or e.target.env_example or f"{env_path(e)}.example")


def copy_env_example(e: Evidence) -> Steps:
    """The example as a first version of the file."""
    path, link = env_path(e), _seen(e).link_to
    if link:
        path = path_word(link if link.startswith("/") else f"{path.rpartition('/')[0]}/{link}")
    if not _seen(e).example:
        return Steps(
            (edit(path),),
            f"Opens a new {path}; there is no example to copy. Write the variables that the project reads.",
            confirm=(again(e),),
        )
    folder = (command("mkdir", "-p", path.rpartition("/")[0]),) if link and "/" in path else ()
    return Steps(
        (*folder, command("cp", "-n", _example(e), path), command("chmod", "640", path)),
        f"Writes {path} as a copy of its example, unless it exists. The example's values are no real "
        "ones: put "
        "yours in their place.",
        confirm=(again(e),),
        undo=(command("rm", "-i", path),),
    )


def replace_env_folder(e: Evidence) -> Steps:
    """A folder in the file's place is moved aside, if it is not empty it keeps all it holds."""
    path = env_path(e)
    made = (command("cp", "-n", _example(e), path),) if _seen(e).example else ()
    return Steps(
        (command("mv", "-n", path, f"{path}.folder"), *made),
        f"Moves what is at {path} aside, and puts the example in its place. A container that mounts it "
        "must be "
        "made again afterwards.",
        confirm=(command("ls", "-ld", path), again(e)),
        undo=(command("mv", "-n", f"{path}.folder", path),),
    )


def is_folder(e: Evidence) -> bool:
    """Whether something else than a file is at the path."""
    seen = _seen(e)
    return seen.state in ("folder", "not-a-file", "too-large") or "symbolic links" in seen.message


def let_user_read_env(e: Evidence) -> Steps:
    """The group of the service's user may read it, and others may not."""
    path, user = env_path(e), e.target.service_user.partition(":")[0] or _seen(e).user
    barrier = _seen(e).barrier
    if barrier and path_word(barrier) != path:
        return Steps(
            (command("sudo", "chmod", "a+x", barrier),),
            f"Lets every user of this host pass through {barrier}, without listing what is in it.",
            risk="medium",
            confirm=(command("namei", "-l", path), again(e)),
            undo=(command("sudo", "chmod", "a-x", barrier),),
        )
    if not user:
        return Steps(
            (command("sudo", "chmod", "u+r", path),),
            f"Lets the owner of {path} read it.",
            confirm=(command("ls", "-l", path), again(e)),
        )
    if "access control list" in _seen(e).unreadable_for:
        return Steps(
            (command("sudo", "setfacl", "-m", f"u:{user}:r", path),),
            f"Lets {user} read {path} by its access control list, which counts more than its mode.",
            risk="medium",
            confirm=(command("getfacl", path), again(e)),
            undo=(command("sudo", "setfacl", "-x", f"u:{user}", path),),
        )
    group = f':"$(id -gn {quoted(user)})"' if not user.isdigit() else f":{user}"
    return Steps(
        (f"sudo chown {group} {quoted(path)}", command("sudo", "chmod", "g+r", path)),
        f"Gives {path} to the group of {user}, and lets that group read it. Its owner stays.",
        risk="medium",
        confirm=(command("ls", "-l", path), again(e)),
    )


def strip_carriage_returns(e: Evidence) -> Steps:
    """Windows line ends become Unix ones."""
    path = env_path(e)
    return Steps(
        (f"sed -i 's/\\r$//' {quoted(path)}",),
        f"Takes the carriage return off the end of every line of {path}.",
        confirm=(again(e),),
        undo=(f"sed -i 's/$/\\r/' {quoted(path)}",),
    )


def fix_env_line(e: Evidence) -> Steps:
    """The lines as their readers take them, if that is plain; else the place to correct them."""
    path, mistakes = env_path(e), _seen(e).mistakes
    lines = sorted({each.line for each in mistakes})
    if any(each.kind == "encoding" and "UTF-16" in each.message for each in mistakes):
        return _as_utf8(e, path)
    scripts = [script for each in mistakes if (script := _correction(each))]
    if mistakes and len(scripts) == len(mistakes):
        words = [word for script in dict.fromkeys(scripts) for word in ("-e", script)]
        return Steps(
            (command("sed", "-i.old", *words, path),),
            f"Corrects line {listed([str(line) for line in lines])} of {path}: takes spaces at the equals "
            "sign and "
            "`export` away, closes a quote at the end of its line, puts a value into quotes, or makes a "
            "line that "
            f"assigns nothing a comment. The file as it was is kept as {path}.old.",
            confirm=(again(e),),
            undo=(command("mv", f"{path}.old", path),),
        )
    said = "; ".join(dict.fromkeys(f"line {each.line}: {each.message}" for each in mistakes[:3]))
    return Steps(
        (edit(path, lines[0] if lines else 0),),
        f"Opens {path} to correct {said or 'the line'}. Put a value with spaces, #, $, & or ; into single "
        "quotes.",
        confirm=(again(e),),
    )


def _correction(mistake: LineMistake) -> str:
    """The script of ``sed`` that corrects a line; "" if only a person can tell what is meant."""
    line, kind, shape = mistake.line, mistake.kind, mistake.shape
    if kind == "space-at-equals":
        return f"{line}{_SPACES}"
    if kind == "export":
        return f"{line}{_EXPORT}"
    if kind == "no-equals":
        return f"{line}s/^/# /"
    if kind == "unclosed-quote" and shape in ("'", '"'):
        return f"{line}s/[[:space:]]*$/{shape}/"
    if kind == "unquoted" and shape == "plain":
        return rf"{line}s/=[[:space:]]*\(.*[^[:space:]]\)[[:space:]]*$/='\1'/"
    return ""


def _as_utf8(e: Evidence, path: str) -> Steps:
    return Steps(
        (
            command("mv", "-n", path, f"{path}.old"),
            f"iconv -f UTF-16 -t UTF-8 {quoted(f'{path}.old')} > {quoted(path)}",
            command("chmod", "640", path),
        ),
        f"Writes {path} as UTF-8; the file as it was is kept as {path}.old.",
        confirm=(command("file", path), again(e)),
        undo=(command("mv", f"{path}.old", path),),
    )


def unquote_values(e: Evidence) -> Steps:
    """docker run gets the value itself; other readers that need the quotes keep the file as it is."""
    path, seen = env_path(e), _seen(e)
    others = {"shell", "compose", "dotenv", "systemd"} & set(seen.readers)
    if not seen.quoted or (
        others and not all(each.is_simple or "comment" in each.note for each in seen.quoted)
    ):
        return Steps(
            (edit(path, seen.quoted[0].line if seen.quoted else 0),),
            f"Opens {path}: another reader may need the quotes, so take them off only where the value has "
            "no spaces, "
            "#, $ or quotes, put comments into lines of their own, or start the container with Compose.",
            risk="none",
            confirm=(again(e),),
        )
    scripts = [
        word
        for each in seen.quoted
        for word in ("-e", f"{each.line}{_UNQUOTE if 'quotes' in each.note else _COMMENT}")
    ]
    return Steps(
        (command("sed", "-i.old", *scripts, path),),
        f"Takes the quotes off {listed([each.name for each in seen.quoted])} in {path}, and puts a "
        "comment after a "
        f"value into a line of its own. The file as it was is kept as {path}.old.",
        confirm=(again(e),),
        undo=(command("mv", f"{path}.old", path),),
    )


def strip_byte_order_mark(e: Evidence) -> Steps:
    """The first three bytes go."""
    path = env_path(e)
    return Steps(
        (f"sed -i '1s/^\\xEF\\xBB\\xBF//' {quoted(path)}",),
        f"Takes the byte order mark off the beginning of {path}.",
        confirm=(again(e),),
        undo=(f"sed -i '1s/^/\\xEF\\xBB\\xBF/' {quoted(path)}",),
    )


def add_env_variables(e: Evidence) -> Steps:
    """The example's lines of the missing variables, at the end of the file."""
    path, names = env_path(e), [each.name for each in _seen(e).missing]
    empty = [each.line for each in _seen(e).missing if each.line]
    drop = (command("sed", "-i", *(word for line in empty for word in ("-e", f"{line}d")), path),)
    pattern = rf"^[[:space:]]*(export[[:space:]]+)?({'|'.join(names or ['NAME'])})[[:space:]]*="
    return Steps(
        (
            *(drop if empty else ()),
            f"sed -i -e '$a\\' {quoted(path)}",
            f"{command('grep', '-hE', pattern, _example(e))} >> {quoted(path)}",
        ),
        f"{'Deletes the empty lines, and appends' if empty else 'Appends'} the example's lines of "
        f"{listed(names)} to {path}. Put the real values in their place.",
        confirm=(edit(path), again(e)),
    )


def drop_duplicate_lines(e: Evidence) -> Steps:
    """The lines that do not count go: every reader goes on with the value it has today."""
    path, seen = env_path(e), _seen(e)
    earlier = sorted({line for each in seen.duplicates for line in each.lines[:-1]})
    if not earlier:
        return Steps((edit(path),), f"Opens {path} to keep one line of each variable.", confirm=(again(e),))
    return Steps(
        (command("sed", "-i.old", *(word for line in earlier for word in ("-e", f"{line}d")), path),),
        f"Deletes line {listed([str(line) for line in earlier])} of {path}, which a later one overrides; "
        "the file as "
        f"it was is kept as {path}.old. Keep the other value if that is the right one.",
        confirm=(again(e),),
        undo=(command("mv", f"{path}.old", path),),
    )


def set_real_value(e: Evidence) -> Steps:
    """Only a person knows it."""
    path, found = env_path(e), _seen(e).placeholders
    return Steps(
        (edit(path, found[0].line if found else 0),),
        f"Opens {path} to put real values in place of "
        f"{listed([each.name for each in found]) or 'the placeholders'}.",
        confirm=(again(e),),
    )


def restrict_env_file(e: Evidence) -> Steps:
    """Others may no longer read it."""
    path, seen = env_path(e), _seen(e)
    user = e.target.service_user.partition(":")[0]
    if user:
        group = f':"$(id -gn {quoted(user)})"' if not user.isdigit() else f":{user}"
        return Steps(
            (f"sudo chown {group} {quoted(path)}", command("chmod", "u=rw,g=r,o=", path)),
            f"Lets only the owner of {path} and the group of {user} read it.",
            confirm=(command("ls", "-l", path), again(e)),
            undo=(command("chmod", "o+r", path),),
        )
    return Steps(
        (command("chmod", "o-rwx", path),),
        f"Lets only the owner and the group ({seen.owner or 'as they are'}) read {path}. A service that "
        "runs as "
        "another user must be in that group.",
        confirm=(command("ls", "-l", path), again(e)),
        undo=(command("chmod", "o+r", path),),
    )


# --- the configuration -------------------------------------------------------------------------


def _config(e: Evidence) -> ProjectConfig | None:
    return e.project_config.value


def open_config(e: Evidence) -> Steps:
    """The file at the line in question, or its tabs made spaces."""
    seen = _config(e)
    path = path_word(
        seen.path if seen is not None else e.target.orchestrator_config or "configs/orchestrator.yaml"
    )
    if seen is None:
        return Steps((edit(path),), f"Opens {path}.", confirm=(again(e),))
    if seen.problem == "invalid-yaml" and re.search(r"^ *\t", seen.excerpt, re.MULTILINE):
        return Steps(
            (command("sed", "-i", r"s/\t/  /g", path),),
            f"Puts two spaces in place of every tab of {path}: YAML is indented with spaces.",
            confirm=(again(e),),
        )
    first = next(iter(seen.bad_values), None)
    line = seen.line or (first.line if first is not None else 0)
    what = seen.message or (f"{first.key} should be {first.expected}" if first is not None else "it")
    verb = (
        "write it, or name another with -p orchestrator_config" if seen.state == "missing" else "correct it"
    )
    return Steps((edit(path, line),), f"Opens {path} to {verb}: {what.rstrip('.')}.", confirm=(again(e),))


def set_config_variable(e: Evidence) -> Steps:
    """The variable in the .env file; a person gives the value."""
    seen = _config(e)
    names = list(dict.fromkeys(each.name for each in seen.unset)) if seen is not None else []
    path = env_path(e)
    return Steps(
        (edit(path),),
        f"Opens {path} to set {listed(names) or 'the variable'}. Whoever starts the service must read "
        "that file, and "
        "the service must expand what its configuration refers to: YAML does not.",
        confirm=(again(e),),
    )
