"""A Compose project out of its files: merged, with what it extends and includes.

Source: compose-go, ``loader/loader.go``, ``loader/extends.go``, ``loader/include.go``.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from runbooklab.observe.compose.located import Located, plain
from runbooklab.observe.compose.merge import NotMerged, merge, without_resets
from runbooklab.observe.compose.one_file import Filled, NotRead, parsed_file
from runbooklab.observe.compose.problems import Problem, UnsetVariable
from runbooklab.observe.compose.rebase import rebased, rebased_service
from runbooklab.observe.compose.variables import file_variables

#: A project is made of some files; more than this are a circle, or a trap.
MOST_FILES = 60
#: A service that extends one that extends one ..., and files that include files, are followed so far.
MOST_STEPS = 30
_TABLES = ("services", "volumes", "networks", "secrets", "configs")
_REMOTE = ("://", "git@", "github.com/")

Variables = Mapping[str, str]
#: Files and services on the way here: (file, service) for ``extends``, (file, "") for ``include``.
Way = tuple[tuple[str, str], ...]


class Assembly:
    """The files that were read on the way, and what is wrong with them."""

    def __init__(self, main: Path) -> None:
        """``main``: the Compose file itself, which problems and values need not name."""
        self._main = main
        #: By path and variables, which are kept so that their id stays theirs.
        self._seen: dict[tuple[str, int], tuple[Located, Variables]] = {}
        self.files: dict[str, Path] = {}
        self.problems: list[Problem] = []
        self.unset: list[UnsetVariable] = []

    def project(self, paths: tuple[Path, ...], variables: Variables, way: Way = ()) -> Located | None:
        """The merged files, the first of which says where relative paths start; None if one is unusable."""
        folder = paths[0].absolute().parent
        whole: Located | None = None
        for path in paths:
            try:
                one = self._extended(self._tree(path, variables), path, folder, variables)
                whole = one if whole is None else merge(whole, one)
            except NotRead as error:
                self._report(error.problem, path)
                return None
            except NotMerged as error:
                self._refuse("merge", str(error), error.place)
        return None if whole is None else self._included(without_resets(whole), folder, variables, way)

    def shown(self, file: str) -> str:
        """The path of a file, or "" for the Compose file itself."""
        return "" if file == str(self._main) else file

    def _report(self, problem: Problem, path: Path) -> None:
        """What is wrong with a file as a whole; only the Compose file itself can be ``missing``."""
        file = self.shown(str(path))
        kind = "reference" if problem.kind == "missing" and file else problem.kind
        self.problems.append(Problem(kind, problem.message, problem.line, problem.key, file))

    def _refuse(self, kind: str, message: str, place: Located, key: str = "") -> None:
        self.problems.append(
            Problem(kind, message, place.line, key, self.shown(place.file))  # type: ignore[arg-type]
        )

    def _tree(self, path: Path, variables: Variables) -> Located:
        known = (os.path.normpath(path.absolute()), id(variables))
        if known not in self._seen:
            if len(self._seen) >= MOST_FILES:
                raise NotRead(Problem("reference", f"the project has more than {MOST_FILES} files"))
            self.files.setdefault(known[0], path)
            filled = Filled(parsed_file(path), variables, str(path), self.shown(str(path)))
            self.problems += filled.problems
            self.unset += filled.unset
            self._seen[known] = (filled.tree, variables)
        return self._seen[known][0]

    # --- extends

    def _extended(self, tree: Located, path: Path, folder: Path, variables: Variables) -> Located:
        services = tree.at("services")
        if services is None or not any("extends" in each.mapping for each in services.mapping.values()):
            return tree
        resolved = {
            name: self._service(name, services, path, folder, variables, ()) for name in services.mapping
        }
        return tree.with_value({**tree.mapping, "services": services.with_value(resolved)})

    def _service(
        self, name: str, services: Located, path: Path, folder: Path, variables: Variables, way: Way
    ) -> Located:
        """The service with what it extends; as it stands if that cannot be had."""
        service = services.mapping[name]
        asked = service.at("extends")
        wanted = asked if asked is None or isinstance(asked.value, str) else asked.at("service")
        if asked is None or wanted is None or not isinstance(wanted.value, str):
            return service
        key = f"services.{name}.extends"
        step = (os.path.normpath(path.absolute()), name)
        if step in way or len(way) >= MOST_STEPS:
            said = " -> ".join(each for _, each in (*way, step))
            self._refuse("reference", f"circular reference: {said}", asked, key)
            return service
        named = asked.at("file")
        other, inside = path, folder
        if named is not None:
            if _is_remote(str(named.value)):
                return service
            other = Path(os.path.normpath(folder / Path(str(named.value)).expanduser()))
            inside = other.parent
            found = self._table_of(other, variables, named, key)
            if found is None:
                return service
            services = found
        if wanted.value not in services.mapping:
            self._refuse(
                "reference",
                f'cannot extend service "{name}": service "{wanted.value}" not found'
                + (f" in {named.value}" if named is not None else ""),
                asked,
                key,
            )
            return service
        base = self._service(wanted.value, services, other, inside, variables, (*way, step))
        if inside.absolute() != folder.absolute():
            base = rebased_service(base, inside.absolute())
        own = {key: said for key, said in service.mapping.items() if key != "extends"}
        try:
            return merge(base, service.with_value(own), ("services", name))
        except NotMerged as error:
            self._refuse("merge", str(error), error.place)
            return service

    def _table_of(self, path: Path, variables: Variables, asked: Located, key: str) -> Located | None:
        """The services of another file; None, and a problem, if it has none."""
        tree = self._asked(path, variables, asked, key)
        services = tree.at("services") if tree is not None else None
        if tree is not None and services is None:
            self._refuse("reference", f"{path} has no services", asked, key)
        return services

    def _asked(self, path: Path, variables: Variables, asked: Located, key: str) -> Located | None:
        """Another file that one names: if it is not there, that is where it is asked for."""
        try:
            return self._tree(path, variables)
        except NotRead as error:
            if error.problem.kind in ("missing", "reference"):
                self._refuse("reference", error.problem.message, asked, key)
            else:
                self._report(error.problem, path)
            return None

    # --- include

    def _included(self, tree: Located, folder: Path, variables: Variables, way: Way) -> Located:
        asked = tree.at("include")
        if asked is None or not isinstance(asked.value, list):
            return tree
        whole = tree.with_value({name: said for name, said in tree.mapping.items() if name != "include"})
        remote = []
        for number, each in enumerate(asked.items):
            paths = _paths(each, folder)
            if not paths or any(_is_remote(str(path)) for path in _texts(each)):
                remote.append(each)
                continue
            found = self._one_include(each, paths, f"include.{number}", folder, variables, way)
            whole = self._with(whole, found, each) if found is not None else whole
        kept = {"include": asked.with_value(remote)} if remote else {}
        return whole.with_value({**whole.mapping, **kept})

    def _one_include(
        self, each: Located, paths: tuple[Path, ...], key: str, folder: Path, variables: Variables, way: Way
    ) -> Located | None:
        step = (os.path.normpath(paths[0].absolute()), "")
        start = (os.path.normpath(self._main.absolute()), "")
        if step in (start, *way) or len(way) >= MOST_STEPS:
            said = " -> ".join(file for file, _ in (start, *way, step))
            self._refuse("reference", f"include cycle detected: {said}", each, key)
            return None
        base = each.at("project_directory")
        inside = paths[0].parent if base is None else folder / str(base.value)
        own = _own_variables(each, folder, inside, variables)
        if any(self._asked(path, own, each, key) is None for path in paths):
            return None
        found = self.project(paths, own, (*way, step))
        return rebased(found, inside.absolute()) if found is not None else None

    def _with(self, whole: Located, found: Located, asked: Located) -> Located:
        """The project with what was included: a name that both have must be the same."""
        merged = dict(whole.mapping)
        for table in _TABLES:
            theirs, ours = found.at(table), merged.get(table)
            if theirs is None or not theirs.mapping:
                continue
            known = dict(ours.mapping) if ours is not None else {}
            for name, said in theirs.mapping.items():
                if name in known and plain(known[name]) != plain(said):
                    self._refuse("merge", f"{table}.{name} conflicts with imported resource", known[name])
                known.setdefault(name, said)
            merged[table] = (ours or theirs).with_value(known)
        if remote := found.at("include"):
            merged.setdefault("include", remote)
        return whole.with_value(merged)


def _own_variables(each: Located, folder: Path, inside: Path, variables: Variables) -> Variables:
    """What an included file is filled in with: those of the project, and behind them its own file's."""
    asked = each.at("env_file")
    named = [] if asked is None else asked.items or [asked]
    files = [folder / str(one.value) for one in named] or [inside / ".env"]
    own: dict[str, str] = {}
    for file in files:
        own.update(file_variables(file, variables))
    return {**own, **variables} if own.keys() - variables.keys() else variables


def _texts(each: Located) -> list[str]:
    """The paths that an entry of ``include`` names, as they stand."""
    asked = each if isinstance(each.value, str) else each.at("path")
    named = [] if asked is None else asked.items or [asked]
    return [str(one.value) for one in named if isinstance(one.value, str)]


def _paths(each: Located, folder: Path) -> tuple[Path, ...]:
    return tuple(Path(os.path.normpath(folder / Path(text).expanduser())) for text in _texts(each))


def _is_remote(text: str) -> bool:
    return text.startswith(_REMOTE[1:]) or _REMOTE[0] in text
