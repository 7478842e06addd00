"""The stages of an import, each on its own: prompts, statements, placeholders, languages, ids."""

from __future__ import annotations

import pytest

from foreign_runbooks import JUDGE, cells, fence, front, imported, rows
from runbooklab.importing.identifiers import Identifiers
from runbooklab.importing.language import said
from runbooklab.importing.placeholders import Parameters, name_of
from runbooklab.importing.prompts import pieces
from runbooklab.importing.shells import opens_shell
from runbooklab.importing.slugs import slugs_of
from runbooklab.importing.statements import statements


def sorts(text: str) -> list[tuple[str, tuple[str, ...]]]:
    """The pieces of a block: sort and lines."""
    return [(piece.sort, piece.lines) for piece in pieces(text.split("\n"), JUDGE.knows)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("df -h", [("command", ("df -h",))]),
        ("$ df -h\nFilesystem", [("command", ("df -h",)), ("output", ("Filesystem",))]),
        ("$ a \\\n> b\nout", [("command", ("a \\", "b")), ("output", ("out",))]),
        ("$ a \\\n  b\nout", [("command", ("a \\", "  b")), ("output", ("out",))]),
        ("$ echo 'a\nb'\nout", [("command", ("echo 'a", "b'")), ("output", ("out",))]),
        ("root@db-1:~# df -h\nx", [("command", ("df -h",)), ("output", ("x",))]),
        ("[root@db-1 log]# df -h", [("command", ("df -h",))]),
        ("(venv) $ df -h", [("command", ("df -h",))]),
        ("# df -h\nFilesystem Size", [("command", ("df -h",)), ("output", ("Filesystem Size",))]),
        ("# see the disk\ndf -h", [("command", ("# see the disk", "df -h"))]),
        ("# test the connection.", [("command", ("# test the connection.",))]),
        ("# ls all of the files", [("command", ("# ls all of the files",))]),
        ("% df -h", [("command", ("df -h",))]),
        ("db-1:~ # df -h\nx\ndb-1:~ # ", [("command", ("df -h",)), ("output", ("x",)), ("command", ("",))]),
        ("eve@db-1:~/jobs> sinfo", [("command", ("sinfo",))]),
        ("db-1# dig a @10.0.0.1", [("command", ("dig a @10.0.0.1",))]),
        ("main$ df -h", [("command", ("df -h",))]),
        ("uptime # how long", [("command", ("uptime # how long",))]),
        ("/ # nslookup a", [("inner", ("nslookup a",))]),
        ("sh-4.4# crictl ps", [("inner", ("crictl ps",))]),
        (">>> import os\n>>> os", [("repl", ("import os", "os"))]),
        ("mysql> SELECT 1;", [("repl", ("SELECT 1;",))]),
        ("orders=# SELECT 1;", [("repl", ("SELECT 1;",))]),
        ("10.0.0.1:6379> PING", [("repl", ("PING",))]),
        ("PS C:\\> Get-Disk", [("repl", ("Get-Disk",))]),
        ("# why\n$ df -h", [("command", ("# why", "df -h"))]),
        (
            "kubectl get pods\nNAME   READY   STATUS\na      1/1     Up",
            [("command", ("kubectl get pods",)), ("output", ("NAME   READY   STATUS", "a      1/1     Up"))],
        ),
        ("df -h\n{\n}", [("command", ("df -h",)), ("output", ("{", "}"))]),
    ],
)
def test_a_block_is_taken_apart_at_its_prompts(
    text: str, expected: list[tuple[str, tuple[str, ...]]]
) -> None:
    """What was typed is told from what was printed, and from what was typed somewhere else."""
    assert sorts(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\nb", ["a", "b"]),
        ("a | \\\n b", ["a | \\\n b"]),
        ("a |\nb\nc", ["a |\nb", "c"]),
        ("a &&\nb", ["a &&\nb"]),
        ("a 'x\ny'\nb", ["a 'x\ny'", "b"]),
        ("for x in 1\ndo\n  a\ndone\nb", ["for x in 1\ndo\n  a\ndone", "b"]),
        ("if a; then b; fi\nc", ["if a; then b; fi", "c"]),
        ("cat <<EOF\n# a\nEOF\nb", ["cat <<EOF\n# a\nEOF", "b"]),
        ("a $(b\nc)\nd", ["a $(b\nc)", "d"]),
        ("it's broken\ndf -h", ["it's broken", "df -h"]),
        ("# why\na", ["a"]),
        ("a # it's\nb", ["a # it's", "b"]),
    ],
)
def test_a_block_is_split_into_statements(text: str, expected: list[str]) -> None:
    """Where one is complete the next begins; a quote that nothing closes swallows its line alone."""
    assert [row.text for row in statements(text.split("\n"))] == expected


def test_comments_go_with_the_statement_below_them() -> None:
    """A comment above an empty line, too."""
    found = statements(["# one", "# two", "a", "# three", "", "b", "# last"])
    assert [(row.comments, row.text) for row in found] == [
        (("# one", "# two"), "a"),
        (("# three",), "b"),
        (("# last",), ""),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a <pod-name>", "a ${pod_name}"),
        ("a <POD_NAME> {pod_name} {{ pod_name }} $POD_NAME", "a" + " ${pod_name}" * 4),
        ("a YOUR_POD your-pod", "a ${pod} ${pod}"),
        ("a [pod-name] -n=[name space] __POD__", "a ${pod_name} -n=${name_space} ${pod}"),
        ("ls [a-z]* [0-9] x[abc] [ab]c '[pod]' [ -f x ]", "ls [a-z]* [0-9] x[abc] [ab]c '[pod]' [ -f x ]"),
        ("a '<pod>'", 'a "${pod}"'),
        ("a 'x <pod> y'", "a 'x '\"${pod}\"' y'"),
        ('a "x <pod>"', 'a "x ${pod}"'),
        ("a -p<port>", "a -p${port}"),
        ("a {1..3} {a,b}", "a {1..3} {a,b}"),
        ("awk '{print $1}' | x '{end}' '{pod}'", "awk '{print $1}' | x '{end}' '{pod}'"),
        ("git show HEAD@{upstream}", "git show HEAD@{upstream}"),
        ("curl -w '%{http_code}'", "curl -w '%{http_code}'"),
        ("docker ps --format '{{.Names}}'", "docker ps --format '{{.Names}}'"),
        ("cat < in > out", "cat < in > out"),
        ("cat <<EOF >x", "cat <<EOF >x"),
        ("a $HOME \\$POD '$POD' $1 $?", "a $HOME \\$POD '$POD' $1 $?"),
        ("a ${POD:-x}", "a ${POD:-x}"),
    ],
)
def test_placeholders_of_the_shell_become_parameters(text: str, expected: str) -> None:
    """Each spelling of one placeholder is one parameter; what only looks like one stays."""
    assert Parameters().in_shell(text).text == expected


def test_a_parameter_never_has_a_name_with_a_meaning() -> None:
    """A word of the notebook, a keyword of Python, what a run itself is given."""
    assert [name_of(f"<{word}>") for word in ("check", "class", "apply", "uses", "2nd", "é")] == [
        "check_value",
        "class_value",
        "apply_value",
        "uses_value",
        "n_2nd",
        "value",
    ]


@pytest.mark.parametrize(
    ("info", "text", "language"),
    [
        ("bash", "df -h", "shell"),
        ("", "df -h", "shell"),
        ("", "some words", "data"),
        ("", "$ some words", "shell"),
        ("bash", "sum by (a) (rate(b[5m])) > 0", "promql"),
        ("console", 'up{job="x"} == 0', "promql"),
        ("bash", "apiVersion: v1\nkind: Pod", "data"),
        ("bash", "2024-01-02T03:04:05Z started", "data"),
        ("shell", "level=error ts=2024 msg=x", "data"),
        ("bash", '{\n  "a": 1\n}', "data"),
        ("yaml", "a: b", "data"),
        ("python", "import os", "data"),
        ("sql", "SELECT 1", "sql"),
        ("", "SELECT 1 FROM a;", "sql"),
        ("promql", "up", "promql"),
        ("{.bash .numberLines}", "df -h", "shell"),
        ("bash", "", "data"),
    ],
)
def test_a_block_is_what_it_looks_like(info: str, text: str, language: str) -> None:
    """PromQL, YAML, JSON and log lines stand in shell fences as well."""
    assert said(info, text.split("\n"), JUDGE.knows).language == language


@pytest.mark.parametrize(
    ("text", "opens"),
    [
        ("ssh web-1", True),
        ("ssh -i key user@web-1", True),
        ("oc rsh -n db $(oc get pod -o name | head -1)", True),
        ("oc debug node/<node>", True),
        ("oc debug node/a -- df -h", False),
        ("docker exec -it api bash", True),
        ("docker exec api df -h", False),
        ("kubectl exec -it a -- sh", True),
        ("chroot /host", True),
        ("sudo -i", True),
        ("psql", True),
        ("psql -c 'SELECT 1'", False),
        ("ssh web-1 uptime", False),
        ("# log in\nssh web-1", True),
        ("# on the node\nkubectl debug node/a -it --image=alpine", True),
        ("gcloud compute ssh web-1 --zone z", True),
        ("gcloud compute ssh web-1 --command uptime", False),
        ("aws ssm start-session --target i-1", True),
        ("telnet switch-1", True),
        ("vagrant ssh", True),
        ("df -h", False),
    ],
)
def test_a_shell_that_is_opened_elsewhere_is_noticed(text: str, opens: bool) -> None:
    """What is typed after it is not typed here."""
    assert opens_shell(text) is opens


def test_what_follows_a_shell_elsewhere_is_text_until_the_next_heading() -> None:
    """A client of a cluster is typed here all the same; `exit` leaves the shell."""
    text = (
        "# T\n\n## A\n\n```bash\nssh web-1\ndf -h /\n```\n"
        "\n```bash\ndf -h /var\nkubectl get nodes\nexit\nuptime\n```\n"
        "\n## B\n\n```bash\nssh web-2\n```\n\n## C\n\n```bash\ndf -h /tmp\n```\n"
    )
    found = [(row.shown, row.became) for row in imported(text).rows]
    assert found == [
        ("ssh web-1", "text"),
        ("df -h /", "text"),
        ("df -h /var", "text"),
        ("kubectl get nodes", "check"),
        ("exit", "text"),
        ("uptime", "check"),
        ("ssh web-2", "text"),
        ("df -h /tmp", "check"),
    ]


def test_ids_are_unique_slugs_of_bounded_length() -> None:
    """They come from heading and command, and from nothing else."""
    ids = Identifiers()
    found = [
        ids.give("Check *the* queue " * 9, "sudo kubectl -n x get pods -o wide | grep a") for _ in range(12)
    ]
    assert found[:2] == [
        "check-the-queue-check-the-kubectl-get-pods",
        "check-the-queue-check-the-kubectl-get-pods-2",
    ]
    assert len(set(found)) == 12
    assert max(map(len, found)) <= 54
    assert ids.give("", "./x.sh") == "check"


def test_slugs_come_from_names_and_if_need_be_from_folders() -> None:
    """The same name in two folders takes both folders' names."""
    assert slugs_of(
        ["a/Down.md", "b/Down.md", "KubePodCrash.html.md", "ü.md", "c/d/Down.md", "x/d/Down.md"]
    ) == {
        "KubePodCrash.html.md": "kube-pod-crash",
        "a/Down.md": "a-down",
        "b/Down.md": "b-down",
        "c/d/Down.md": "d-down",
        "x/d/Down.md": "d-down-2",
        "ü.md": "runbook",
    }


def test_a_secret_is_never_asked_for_on_a_command_line() -> None:
    """Every process of the machine could read it."""
    (row,) = rows("mysqladmin -p<password> status")
    assert (row.became, row.sort) == ("text", "reveals a secret")
    assert front(imported(fence("mysqladmin -p<password> status")).text)["parameters"] == []


@pytest.mark.parametrize(
    ("command", "is_secret"),
    [
        ("mysql -u root -p$PASS -e 'SHOW PROCESSLIST'", True),
        ("mysql -h db -p$X -e 'SHOW PROCESSLIST'", True),
        ("redis-cli -h db -a $X info", True),
        ("curl -u admin:<x> http://h/health", True),
        ('curl -H "Authorization: Bearer $X" http://h/health', True),
        ("curl -H 'X-Vault-Token: <x>' http://h/health", True),
        ("curl http://admin:<x>@h/health", True),
        ("rabbitmqctl --password=<x> status", True),
        ("nodetool -pw $X status", True),
        ("nodetool -u $NAME status", False),
        ("redis-cli -h $HOST_NAME info", False),
        ("curl http://<host>:<port>/health", False),
        ("mysql -h $DB -e 'SHOW PROCESSLIST'", False),
        ("grep $BYPASS /var/log/x", False),
        ("ls <secret_file>", False),
    ],
)
def test_what_stands_where_a_secret_does_is_one(command: str, is_secret: bool) -> None:
    """Whatever its placeholder is called; what is only near one is none."""
    (row,) = rows(command)
    assert (row.sort == "reveals a secret") is is_secret
    assert (row.became == "check") is not is_secret


@pytest.mark.parametrize(
    ("lead", "title"),
    [
        ("Words. Look at the `disk`:", "Look at the disk"),
        ("Look at it (e.g. the disk):", "Look at it (e.g. the disk)"),
        ("1. Look\n   [here](http://a):", "Look here"),
        ("No colon.", "df -h /"),
        ("Long " * 30 + ":", "df -h /"),
    ],
)
def test_a_title_is_the_sentence_that_leads_to_the_block(lead: str, title: str) -> None:
    """If it ends in a colon and is short; else it is the command."""
    (check,) = cells(imported(f"# T\n\n{lead}\n\n```bash\ndf -h /\n```\n").text).values()
    assert check["title"] == title


def test_what_leaves_a_shell_is_no_mistyped_program() -> None:
    """`exit` stays text with that reason, also if nobody has seen the shell being opened."""
    source = "# A\n\n```shell\n$ NODE_NAME=worker-1\n$ exit\n$ exit\n$ chroot /host\n```\n"
    text = imported(source).text
    assert "it leaves a shell" in text
    assert "is it" not in text
    assert "what programs load" not in text
