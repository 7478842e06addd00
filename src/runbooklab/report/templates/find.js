{
  const main = document.querySelector("main");
  const form = document.createElement("form");
  form.className = "find";
  form.setAttribute("role", "search");
  const field = document.createElement("input");
  field.type = "search";
  field.placeholder = "Find in this report";
  field.setAttribute("aria-label", "Find in this report, folded parts too");
  const said = document.createElement("output");
  form.append(field, said);

  const wide = matchMedia("(min-width: 70rem)");
  const place = () => {
    const beside = wide.matches && document.querySelector("nav.contents");
    if (beside) beside.prepend(form);
    else (document.querySelector("header") || main).append(form);
  };
  wide.addEventListener("change", place);
  place();

  let hits = [], at = -1, sought = "";
  const paint = (name, ranges) => { if (CSS.highlights) CSS.highlights.set(name, new Highlight(...ranges)); };

  function search(text) {
    sought = text;
    hits = [];
    at = -1;
    const wanted = text.trim().toLowerCase();
    const walker = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
    while (wanted.length > 1 && hits.length < 1000 && walker.nextNode()) {
      const node = walker.currentNode, content = node.data.toLowerCase();
      if (node.parentElement.closest("form, button, svg")) continue;
      for (let from = content.indexOf(wanted); from >= 0; from = content.indexOf(wanted, from + wanted.length)) {
        if (from + wanted.length > node.length) break;
        const range = new Range();
        range.setStart(node, from);
        range.setEnd(node, from + wanted.length);
        hits.push(range);
      }
    }
    paint("found", hits);
    paint("current", []);
    said.textContent = wanted.length < 2 ? "" : hits.length ? `${hits.length} found` : "Not found";
  }

  function go(step) {
    if (!hits.length) return;
    at = at < 0 && step < 0 ? hits.length - 1 : (at + step + hits.length) % hits.length;
    const parent = hits[at].startContainer.parentElement;
    for (let part = parent; part; part = part.parentElement) {
      if (part.tagName === "DETAILS") part.open = true;
    }
    paint("current", [hits[at]]);
    if (!CSS.highlights) getSelection().setBaseAndExtent(
      hits[at].startContainer, hits[at].startOffset, hits[at].endContainer, hits[at].endOffset);
    parent.scrollIntoView({ block: "center" });
    said.textContent = `${at + 1} of ${hits.length}`;
  }

  field.addEventListener("input", () => search(field.value));
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      event.preventDefault();
      if (field.value !== sought) search(field.value);
      go(event.shiftKey ? -1 : 1);
    } else if (event.key === "Escape" && field.value) {
      event.preventDefault();
      field.value = "";
      search("");
    }
  });
  form.addEventListener("submit", (event) => event.preventDefault());
}
