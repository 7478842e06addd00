"""Of the log of an orchestrator that ended, the line is shown that says why."""

from __future__ import annotations

import pytest

from cause_samples import orchestrated
from evidence_samples import change, healthy, log
from runbooklab.domains.redis.readings.client_log import telling_line

LOGS = {
    "java": (
        'Exception in thread "main" java.lang.OutOfMemoryError: Java heap space',
        ['Exception in thread "main" java.lang.OutOfMemoryError: Java heap space',
         "\tat a.Main.main(Main.java:12)"],
    ),
    "java's cause": (
        "Caused by: java.io.FileNotFoundException: /etc/app.yml",
        [
            'Exception in thread "main" a.ConfigException: no configuration',
            "\tat a.Main.main(Main.java:12)",
            "Caused by: java.io.FileNotFoundException: /etc/app.yml",
            "\tat java.base/java.io.FileInputStream.open0(Native Method)",
            "\t... 3 more",
        ],
    ),
    "python": (
        "ModuleNotFoundError: No module named 'flask'",
        ["Traceback (most recent call last):", '  File "/a.py", line 1, in <module>', "    import flask",
         "ModuleNotFoundError: No module named 'flask'"],
    ),
    "node": (
        "Error: Cannot find module '/app/server.js'",
        ["node:internal/modules/cjs/loader:1078", "  throw err;", "  ^", "",
         "Error: Cannot find module '/app/server.js'", "    at Module._load (node:internal/x:1:2)",
         "Node.js v20.11.0"],
    ),
    "go": (
        "panic: runtime error: invalid memory address or nil pointer dereference",
        ["panic: runtime error: invalid memory address or nil pointer dereference", "goroutine 1 [running]:",
         "main.main()", "\t/src/main.go:14 +0x1d", "exit status 2"],
    ),
    "rust": (
        "thread 'main' panicked at src/main.rs:2:5: no such setting",
        ["thread 'main' panicked at src/main.rs:2:5: no such setting",
         "note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace"],
    ),
    "ruby": (
        "/app/a.rb:1:in `require': cannot load such file -- sinatra (LoadError)",
        ["/app/a.rb:1:in `require': cannot load such file -- sinatra (LoadError)",
         "\tfrom /app/a.rb:1:in `<main>'"],
    ),
    "shell": ("sh: 1: gunicorn: not found", ["starting", "sh: 1: gunicorn: not found", "bye"]),
    "about Redis comes first": (
        "redis.exceptions.ConnectionError: Error 111 connecting to redis:6379. Connection refused.",
        ["redis.exceptions.ConnectionError: Error 111 connecting to redis:6379. Connection refused.",
         "SystemError: giving up"],
    ),
    "nothing but frames": ("\tat a.B.c(B.java:1)".strip(), ["\tat a.B.c(B.java:1)"]),
}  # fmt: skip


@pytest.mark.parametrize("name", LOGS)
def test_the_line_that_says_why(name: str) -> None:
    """Not the last frame of a trace, but what it is a trace of."""
    expected, lines = LOGS[name]
    e = change(orchestrated(healthy()), orchestrator_logs=log(*lines))
    assert telling_line(e) == expected
