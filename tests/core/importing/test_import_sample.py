"""One sample runbook, from its source to what is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from foreign_runbooks import SAMPLE, cells, fence, front, imported, only_check, rows
from runbooklab.authoring.compile import compile_text
from runbooklab.authoring.frontmatter import examine, split
from runbooklab.authoring.lint import lint
from runbooklab.authoring.project import Suite


@pytest.fixture(scope="module")
def text() -> str:
    """The sample, imported."""
    return imported(SAMPLE, "shop/orders.md").text


def test_what_only_reads_becomes_a_check_of_the_kind_that_does_the_same(text: str) -> None:
    """Commands are commands unless a typed kind does exactly the same."""
    found = [{key: value for key, value in row.items() if key != "title"} for row in cells(text).values()]
    assert found == [
        {"command": "kubectl get pods -n ${namespace}", "source": "shop/orders.md:13"},
        {
            "command": "NODE=$(kubectl get nodes -o name | head -1)\nkubectl describe $NODE\n",
            "source": "shop/orders.md:23",
        },
        {"disk": "/var", "source": "shop/orders.md:24"},
        {"http": "http://${host}:8080/ready", "source": "shop/orders.md:30"},
        {
            "promql": 'rate(orders_total{namespace="${namespace}"}[5m])',
            "server": "${prometheus_url}",
            "source": "shop/orders.md:36",
        },
    ]


def test_a_check_takes_its_title_from_what_leads_to_it(text: str) -> None:
    """The comment, the sentence above, the command; a query the heading."""
    assert [row["title"] for row in cells(text).values()] == [
        "Look at the pods, replacing <namespace> with the namespace of the shop",
        "kubectl describe $NODE",
        "df -h /var",
        "Is it ready?",
        "Diagnosis",
    ]


def test_what_changes_something_under_a_mitigating_heading_is_one_remedy(text: str) -> None:
    """The steps of a block stay together, in their order."""
    assert cells(text, "remedy") == {
        "mitigation-kubectl-rollout-restart": {
            "title": "kubectl rollout restart deploy/orders -n $ {NAMESPACE}",
            "run": (
                "kubectl rollout restart deploy/orders -n ${namespace}\n"
                "kubectl delete pod ${pod_name} -n ${namespace}\n"
            ),
            "risk": "medium",
            "source": "shop/orders.md:42",
        }
    }


def test_placeholders_become_parameters_each_once(text: str) -> None:
    """However a placeholder is spelled, it is one parameter, and says what it stands for."""
    found = {row["name"]: row["help"] for row in front(text)["parameters"]}
    assert list(found) == ["namespace", "host", "prometheus_url", "pod_name"]
    assert found["namespace"].startswith("Look at the pods, replacing <namespace> with the namespace")
    assert found["pod_name"] == "Stands for <pod-name> of the source, first on line 43"


def test_what_is_not_live_says_why_below_its_fence(text: str) -> None:
    """A command for another machine, and what is typed there."""
    assert "*Not live: it works on another machine; it is typed in the shell that line 31 opens.*" in text
    assert "ssh web-1\nuptime" in text


def test_output_behind_a_prompt_is_a_text_fence_of_its_own(text: str) -> None:
    """The check has no output of another day in it."""
    assert "```text\nNAME      READY   STATUS\norders    1/1     Running\n```" in text


def test_a_list_goes_on_with_its_numbers_below_a_cell(text: str) -> None:
    """Cells stand at the margin; the steps keep the numbers that a reader of the source sees."""
    assert "1. Look at the pods" in text
    assert "\nA pod that is not ready is the reason.\n2. Set the node" in text
    assert "\n3. Ask the service:" in text


def test_links_that_lead_nowhere_are_text(text: str) -> None:
    """Their address stays readable."""
    assert "See the other page (other.md#more) and a picture (missing.png)." in text


def test_the_verdict_follows_the_introduction_and_conclude_is_last(text: str) -> None:
    """As in every runbook of ours."""
    assert text.index("orders</code>") < text.index("diagnose()") < text.index("## Diagnosis")
    assert text.rstrip().endswith("```{code-cell}\nconclude()\n```")


def test_the_front_matter_of_the_source_is_kept_as_text(text: str) -> None:
    """Its title is ours; what nobody here knows is not lost."""
    assert front(text)["title"] == "Orders are late"
    assert '```text\ntitle: Orders are late\nowner: "#team-orders"\n```' in text


def test_it_is_a_valid_runbook(tmp_path: Path) -> None:
    """It has no mistake of form, and compiles."""
    found = imported(SAMPLE).text
    assert examine(split(found).front_matter)[1] == []
    for folder in ("runbooks", "notebooks", "configs"):
        (tmp_path / folder).mkdir()
    (tmp_path / "runbooks" / "orders.md").write_text(found)
    assert [str(problem) for problem in lint(Suite(tmp_path))] == []
    cells_of = [cell["source"].partition("\n")[0] for cell in compile_text(found, "orders")["cells"]]
    assert "%%check diagnosis-kubectl-get-pods" in cells_of


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("rm -rf /tmp/x", "changes something"),
        ("kubectl delete pod x", "changes something"),
        ("our-own-tool --status", "not known to only read"),
        ("for x in 1 2; do echo $x; done", "does not parse"),
        ("kubectl get secret x -o yaml", "reveals a secret"),
        ("mysql -p<password> -e 'SELECT 1'", "reveals a secret"),
        ("vi /etc/hosts", "interactive"),
        ("ssh web-1 uptime", "runs elsewhere"),
        ("# nothing but a remark", "nothing to run"),
        ("kubectl get ...", "not known to only read"),
        ("echo 'never closed", "does not parse"),
        ("cat <<EOF > /tmp/x\ntext\nEOF", "does not parse"),
        ("kubectl port-forward pod/x 80", "does not end"),
    ],
)
def test_the_report_counts_what_stays_text_by_its_reason(content: str, why: str) -> None:
    """Each statement that is not live has one reason of a short list."""
    (row,) = rows(content)
    assert (row.became, row.sort) == ("text", why)


def test_a_heading_is_no_evidence_of_safety() -> None:
    """What changes something stays text outside of mitigating headings, and is never a check."""
    assert [row.became for row in rows("kubectl drain node-1", heading="Diagnosis")] == ["text"]
    assert [row.became for row in rows("kubectl drain node-1", heading="How to fix it")] == ["remedy"]
    assert [row.became for row in rows("kubectl get nodes", heading="Mitigation")] == ["check"]


def test_a_remedy_is_made_only_of_a_block_that_is_understood() -> None:
    """Next to a step that nobody can tell, the steps stay together as text."""
    found = rows("kubectl drain node-1\nour-own-tool --migrate", heading="Mitigation")
    assert [row.became for row in found] == ["text", "text"]
    assert "not all steps of this block are understood" in found[0].why


def test_each_line_of_a_remedy_is_a_command() -> None:
    """A command that goes on is joined, and a comment is none."""
    content = "# Let it go\nkubectl drain node-1 \\\n  --force\nkubectl uncordon node-1"
    (remedy,) = cells(imported(fence(content, heading="Mitigation")).text, "remedy").values()
    assert remedy["title"] == "Let it go"
    assert remedy["run"] == "kubectl drain node-1 --force\nkubectl uncordon node-1\n"


def test_a_value_that_a_second_program_would_read_keeps_a_command_text() -> None:
    """No quoting makes it safe there."""
    for content in ('psql -c "DROP ROLE <role>;"', "ssh web rm <path>", "<tool> --delete"):
        assert [row.became for row in rows(content, heading="Mitigation")] == ["text"]


def test_what_never_ends_looks_once_and_says_so() -> None:
    """The command that follows a file becomes one that reads its end."""
    found = only_check(fence("tail -f /var/log/app.log"))
    assert "-f" not in found["command"].split()
    text = imported(fence("tail -f /var/log/app.log")).text
    assert "# It does not end in the source, and looks once here: tail -f /var/log/app.log" in text


def test_a_change_of_folder_is_carried_along_within_its_block() -> None:
    """A relative path means what it meant in the source; the next block begins elsewhere."""
    found = imported("# T\n\n```bash\ncd /srv/app\nls logs\n```\n\n```bash\nls\n```\n").text
    assert [row["command"].strip() for row in cells(found).values()] == ["cd /srv/app\nls logs", "ls"]


def test_a_variable_that_cannot_be_carried_is_a_parameter() -> None:
    """It was set by a loop, so a person fills it in; its name is not that of the variable."""
    found = imported(
        "# T\n\n```bash\nfor pod in a b; do echo $pod; done\n```\n\n```bash\nkubectl logs $pod\n```\n"
    ).text
    assert [row["command"] for row in cells(found).values()] == ["kubectl logs ${pod_value}"]


def test_a_foreign_dollar_brace_is_no_parameter() -> None:
    """What is a variable of the shell to the source stays one."""
    found = only_check(fence("POD=api\nkubectl logs ${POD}-0 -n x${POD}"))
    assert found["command"] == "POD=api\nkubectl logs $POD-0 -n x$POD\n"
    found = only_check(fence("A=x\necho ${A}b '${A}'"))
    assert found["command"] == "A=x\necho ${A:-}b '$''{A}'\n"
