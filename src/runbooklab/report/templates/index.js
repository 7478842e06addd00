"use strict";
const STEP = 200;

function read() {
  const { texts, runs } = JSON.parse(document.getElementById("data").textContent);
  return runs.map(([name, slug, verdict, started, took, summary, cause, runbook, target, incident]) => {
    const run = {
      link: `${encodeURIComponent(texts[slug])}/${encodeURIComponent(name)}/report.html`,
      verdict: texts[verdict], started, took: texts[took], summary, cause: texts[cause],
      runbook: texts[runbook], target: texts[target], incident: texts[incident],
    };
    const { cause: why, runbook: book, target: where, incident: which } = run;
    run.seen = [name, run.verdict, started, summary, why, book, where, which].join("\n").toLowerCase();
    return run;
  });
}

function cell(row, text, name) {
  const made = row.insertCell();
  if (name) made.className = name;
  made.textContent = text;
  return made;
}

function draw(body, run) {
  const row = body.insertRow();
  row.insertCell().append(document.getElementById(`badge-${run.verdict}`).content.cloneNode(true));
  const link = document.createElement("a");
  link.href = run.link;
  link.textContent = run.started;
  cell(row, "", "time").append(link);
  cell(row, run.took, "num nobr");
  cell(row, run.summary, "said");
  for (const name of ["cause", "runbook", "target", "incident"]) cell(row, run[name]);
}

function matches(form) {
  const wanted = Object.fromEntries(new FormData(form));
  const words = wanted.text.toLowerCase().split(/\s+/).filter(Boolean);
  return (run) => (!wanted.verdict || run.verdict === wanted.verdict)
    && (!wanted.runbook || run.runbook === wanted.runbook)
    && (!wanted.target || run.target === wanted.target)
    && (!wanted.incident || (wanted.incident === "*" ? run.incident : run.incident === wanted.incident))
    && (!wanted.from || run.started.slice(0, 10) >= wanted.from)
    && (!wanted.to || run.started.slice(0, 10) <= wanted.to)
    && words.every((word) => run.seen.includes(word));
}

function choices(form, name, runs) {
  for (const value of [...new Set(runs.map((run) => run[name]))].filter(Boolean).sort()) {
    form.elements[name].append(new Option(value, value));
  }
}

function counted(runs) {
  return `${runs.length} ${runs.length === 1 ? "run" : "runs"}`;
}

function start(form) {
  const runs = read();
  const body = document.querySelector("#runs tbody");
  const more = document.getElementById("more");
  const said = document.getElementById("shown");
  let found = runs;
  let drawn = body.rows.length;

  function extend(to) {
    for (; drawn < Math.min(to, found.length); drawn += 1) draw(body, found[drawn]);
    more.hidden = drawn >= found.length;
    said.textContent = found.length < runs.length ? `${found.length} of ${counted(runs)}` : counted(runs);
  }

  function choose() {
    found = runs.filter(matches(form));
    body.replaceChildren();
    drawn = 0;
    extend(STEP);
  }

  function leadTo(number) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = number.textContent;
    button.setAttribute("aria-label", `Show its ${number.textContent} runs`);
    button.addEventListener("click", () => {
      form.reset();
      for (const name of ["runbook", "target"]) form.elements[name].value = number.dataset[name];
      choose();
      document.getElementById("all").scrollIntoView();
      form.elements.text.focus({ preventScroll: true });
    });
    number.replaceChildren(button);
  }

  choices(form, "runbook", runs);
  choices(form, "target", runs);
  choices(form, "incident", runs);
  for (const number of document.querySelectorAll("[data-target]")) leadTo(number);
  form.addEventListener("input", choose);
  form.addEventListener("submit", (event) => event.preventDefault());
  more.addEventListener("click", () => extend(drawn + STEP));
  form.hidden = false;
  extend(drawn);
}

const form = document.getElementById("filter");
if (form) start(form);
