"""The stages of an import, each on its own: prompts, statements, placeholders, languages, ids."""

from __future__ import annotations

import pytest

from foreign_runbooks import JUDGE, cells, fence, front, imported, rows
from runbooklab.importing.identifiers import Identifiers
from runbooklab.importing.language import said
from runbooklab.importing.placeholders import Parameters, name_of
from runbooklab.importing.prompts import pieces
from runbooklab.importing.reading_sql import only_reads, split_sql
from runbooklab.importing.shells import opens_shell
from runbooklab.importing.slugs import slugs_of
from runbooklab.importing.statements import statements
from runbooklab.importing.typed import typed


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
    ("text", "expected", "refused"),
    [
        ("SELECT 1 WHERE a = '<x>'", "SELECT 1 WHERE a = ${x}", False),
        ("SELECT 1 FROM <table>", "SELECT 1 FROM <table>", True),
        ("SELECT 1 WHERE a < 1 AND b > 2", "SELECT 1 WHERE a < 1 AND b > 2", False),
    ],
)
def test_in_sql_a_parameter_stands_for_a_whole_value(text: str, expected: str, refused: bool) -> None:
    """It is bound, so it can be no name of a table."""
    found = Parameters().in_sql(text)
    assert (found.text, bool(found.refused)) == (expected, refused)


@pytest.mark.parametrize(
    ("text", "expected", "refused"),
    [
        ('up{a="<x>"}', 'up{a="${x}"}', False),
        ('up{a="$x"}', 'up{a="${x}"}', False),
        ("rate(a[$__interval])", "rate(a[$__interval])", True),
        ("a < 1 > 2", "a < 1 > 2", False),
    ],
)
def test_in_promql_a_parameter_stands_in_a_labels_value(text: str, expected: str, refused: bool) -> None:
    """Elsewhere it could be any part of the query."""
    found = Parameters().in_promql(text)
    assert (found.text, bool(found.refused)) == (expected, refused)


@pytest.mark.parametrize(
    ("text", "kind", "subject", "options"),
    [
        ("curl http://a/b", "http", "http://a/b", {}),
        ("curl -sSk -I -m 5 'https://a/?c'", "http", "https://a/?c", {"certificate", "method", "timeout"}),
        ("curl localhost:9090/-/healthy", "http", "http://localhost:9090/-/healthy", {}),
        ("df -h /var", "disk", "/var", {}),
        ("sudo df -i /", "disk", "/", {}),
        ("nc -zv db 5432", "tcp", "db:5432", {}),
        ("nc -z -w 3 db 5432", "tcp", "db:5432", {"timeout"}),
        ("dig +short example.org", "dns", "example.org", {}),
        ("dig @10.0.0.2 example.org MX", "dns", "example.org", {"server", "type"}),
        ("systemctl status nginx --no-pager", "service", "nginx", {}),
        ("sudo systemctl is-active nginx", "service", "nginx", {}),
        ("docker inspect api", "container", "api", {}),
        ("docker ps -a --filter name=api", "container", "api", {}),
        ("openssl s_client -connect a:443 </dev/null", "tls", "a:443", {}),
        ("echo | openssl s_client -connect a:443 -servername b | openssl x509 -noout -dates", "tls", "a:443",
         {"server name"}),
        ("psql -c 'SELECT 1;'", "sql", "SELECT 1", {"server"}),
    ],
)  # fmt: skip
def test_a_typed_kind_is_taken_where_it_does_the_same(
    text: str, kind: str, subject: str, options: set[str]
) -> None:
    """The kind, what it looks at, and the options that it needs."""
    found = typed(text, ())
    assert found is not None
    assert (found.kind, found.subject, set(found.options)) == (kind, subject, set(options))


@pytest.mark.parametrize(
    "text",
    [
        "curl -X POST http://a",
        "curl -d x http://a",
        "curl -o f http://a",
        "curl -L http://a",
        "curl http://a http://b",
        "curl http://u:p@a",
        "curl http://a/-/reload",
        "curl 'http://a/x?action=restart'",
        "curl -H 'Authorization: x' http://a",
        "curl file:///etc/passwd",
        "curl http://a/$X",
        "curl http://a/{1,2}",
        "curl http://a | jq .",
        "curl http://a > f",
        "df",
        "df -h",
        "df -h /a /b",
        "df -h /v*",
        "nc db 5432",
        "nc -l -z db 5432",
        "dig -x 1.1.1.1",
        "dig a b",
        "systemctl restart nginx",
        "systemctl status",
        "systemctl --user status x",
        "docker ps",
        "docker inspect a b",
        "docker inspect -f '{{.Config.Env}}' a",
        "docker rm a",
        "openssl s_client -connect a:443 -starttls smtp",
        "openssl s_client -connect a:443 | openssl x509 -noout -out f",
        "psql -c 'DELETE FROM x'",
        "psql -c 'SELECT pg_terminate_backend(1)'",
        "psql -h db -c 'SELECT 1'",
        "df /a; df /b",
        "df /a && df /b",
        "A=1 df /a",
    ],
)
def test_what_is_not_the_same_is_not_typed(text: str) -> None:
    """More options, more places, another stage: a command stays a command."""
    assert typed(text, ()) is None


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
    ("text", "reads"),
    [
        ("SELECT 1", True),
        ("select 'delete; drop' from a", True),
        ("WITH a AS (SELECT 1) SELECT * FROM a;", True),
        ("SHOW max_connections", True),
        ("DELETE FROM a", False),
        ("SELECT 1; DROP TABLE a", False),
        ("WITH a AS (DELETE FROM b RETURNING *) SELECT 1", False),
        ("SELECT * INTO b FROM a", False),
        ("SELECT 1 FOR UPDATE", False),
        ("SELECT nextval('a')", False),
        ("SELECT pg_cancel_backend(1)", False),
        ("EXPLAIN ANALYZE SELECT 1", False),
        ("", False),
    ],
)
def test_sql_that_plainly_reads(text: str, reads: bool) -> None:
    """What may do more is text."""
    assert (only_reads(text) == "") is reads


def test_sql_is_split_outside_of_quotes() -> None:
    """Each statement keeps the line on which it begins."""
    assert split_sql("SELECT ';';\n\n-- a; b\nSELECT 2") == [(0, "SELECT ';';"), (2, "-- a; b\nSELECT 2")]


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


def test_a_query_is_sent_without_its_comments() -> None:
    """They stay in the fence, and the first is its title."""
    found = imported(fence("-- Who waits\nSELECT count(*)\n-- now\nFROM pg_locks;", "sql")).text
    (check,) = cells(found).values()
    assert (check["title"], check["sql"]) == ("Who waits now", "SELECT count(*)\nFROM pg_locks\n")
    assert "# -- Who waits\n# -- now\n" in found


def test_what_a_kind_itself_refuses_stays_text() -> None:
    """Its judge knows more than the importer: an address that acts, a function that may write, a bad port."""
    for content, language in (
        ("curl http://web/failover", "bash"),
        ("SELECT txid_current()", "sql"),
        ("nc -z web 99999", "bash"),
        ("curl -m 99 http://web/", "bash"),
    ):
        assert [row.became for row in rows(content, language)] == ["text"]


def test_the_database_is_a_secret_parameter() -> None:
    """Its address may hold a password."""
    found = imported(fence("SELECT count(*) FROM jobs;\n\nDELETE FROM jobs;", "sql"))
    assert [row.became for row in found.rows] == ["check", "text"]
    (check,) = cells(found.text).values()
    assert (check["sql"], check["server"]) == ("SELECT count(*) FROM jobs", "${database_url}")
    (parameter,) = front(found.text)["parameters"]
    assert (parameter["name"], parameter["secret"]) == ("database_url", True)


def test_what_leaves_a_shell_is_no_mistyped_program() -> None:
    """`exit` stays text with that reason, also if nobody has seen the shell being opened."""
    source = "# A\n\n```shell\n$ NODE_NAME=worker-1\n$ exit\n$ exit\n$ chroot /host\n```\n"
    text = imported(source).text
    assert "it leaves a shell" in text
    assert "is it" not in text
    assert "what programs load" not in text
