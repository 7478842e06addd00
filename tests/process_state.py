"""What a program's source changes of the process that it runs in, read from the source."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

#: Functions that change what all threads of a process share, or end it.
CHANGING = frozenset({
    "asyncio.set_event_loop_policy", "atexit.register", "contextlib.chdir", "contextlib.redirect_stderr",
    "contextlib.redirect_stdout", "faulthandler.enable", "gc.disable", "gc.freeze", "locale.setlocale",
    "logging.basicConfig", "logging.disable", "os._exit", "os.chdir", "os.chroot", "os.dup2", "os.execv",
    "os.execve", "os.execvp", "os.fchdir", "os.nice", "os.putenv", "os.setpgid", "os.setsid", "os.setuid",
    "os.umask", "os.unsetenv", "random.seed", "resource.setrlimit", "signal.alarm",
    "signal.pthread_sigmask", "signal.set_wakeup_fd", "signal.setitimer", "signal.siginterrupt",
    "signal.signal", "socket.setdefaulttimeout", "sys.setrecursionlimit", "sys.setswitchinterval",
    "time.tzset", "warnings.catch_warnings", "warnings.filterwarnings", "warnings.simplefilter",
})  # fmt: skip

#: Methods that change a collection.
_METHODS = frozenset({
    "add", "append", "clear", "discard", "extend", "insert", "pop", "popitem", "remove", "setdefault",
    "update", "__setitem__", "__delitem__",
})  # fmt: skip


def changes_in(source: Path, package: str) -> frozenset[str]:
    """``module: what`` for each change; ``module`` is named below ``package``, which is in ``source``."""
    return frozenset(
        f"{_module(path.relative_to(source / package))}: {what}"
        for path in (source / package).rglob("*.py")
        for what in changes(path.read_text())
    )


def changes(source: str) -> Iterator[str]:
    """What one module's source changes: the function called, the variable or attribute written."""
    tree = ast.parse(source)
    names = _imported(tree)
    shared = {*_globals(tree), "os.environ", "sys.modules", "sys.path", "sys.meta_path"}
    for node in ast.walk(tree):
        match node:
            case ast.Global(names=written):
                yield from (f"global {name}" for name in written)
            case ast.Call(func=called):
                yield from _called(_dotted(called, names), shared)
                yield from _set_by_name(node, names)
            case ast.Assign(targets=targets) | ast.Delete(targets=targets):
                yield from (what for target in targets for what in _written(target, names, shared))
            case ast.AugAssign(target=target) | ast.AnnAssign(target=target):
                yield from _written(target, names, shared)


def _module(path: Path) -> str:
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


def _imported(tree: ast.Module) -> dict[str, str]:
    """Names of the module that an import made, to what they stand for."""
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {
                alias.asname or alias.name.partition(".")[0]: alias.name
                if alias.asname
                else alias.name.partition(".")[0]
                for alias in node.names
            }
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    return names


def _globals(tree: ast.Module) -> set[str]:
    """Names that the module itself assigns at its top."""
    targets = [
        target
        for node in tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
    ]
    return {target.id for target in targets if isinstance(target, ast.Name)}


def _dotted(node: ast.expr, names: dict[str, str]) -> str:
    """``os.environ.pop`` for that expression, whatever the module was imported as; "" for another kind."""
    if isinstance(node, ast.Name):
        return names.get(node.id, node.id)
    if isinstance(node, ast.Attribute):
        owner = _dotted(node.value, names)
        return f"{owner}.{node.attr}" if owner else ""
    return ""


def _called(name: str, shared: set[str]) -> Iterator[str]:
    owner, _, method = name.rpartition(".")
    if name in CHANGING or (owner in shared and method in _METHODS):
        yield name


def _set_by_name(call: ast.Call, names: dict[str, str]) -> Iterator[str]:
    """``setattr(sys, ...)``."""
    if isinstance(call.func, ast.Name) and call.func.id in ("setattr", "delattr") and call.args:
        owner = call.args[0]
        if isinstance(owner, ast.Name) and owner.id in names:
            yield f"{call.func.id} {names[owner.id]}"


def _written(target: ast.expr, names: dict[str, str], shared: set[str]) -> Iterator[str]:
    """``os.environ[...] = ``, ``sys.stdout = ``, ``_MODULE_GLOBAL[...] = ``."""
    if isinstance(target, ast.Tuple | ast.List):
        for element in target.elts:
            yield from _written(element, names, shared)
    elif isinstance(target, ast.Subscript) and _dotted(target.value, names) in shared:
        yield f"{_dotted(target.value, names)}[...]"
    elif isinstance(target, ast.Attribute):
        owner = target.value
        if isinstance(owner, ast.Name) and owner.id in names:
            yield _dotted(target, names)
