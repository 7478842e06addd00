/*
 * Looks at once when a runbook is opened, and by one click later. For JupyterLab 4.2+ and Notebook 7.
 *
 * There is no build: this file is what a module-federation build would make of a small package. JupyterLab
 * loads it as a script, passes the modules that it shares to init(), and asks get() for "./extension".
 */
(() => {
  "use strict";

  /** What the server of `runbook open` says about the page: the path of the notebook that it was asked for. */
  const OPEN_OPTION = "runbooklabOpen";
  const EXPORT_FORMAT = "incident_report";
  const EXPORT_LABEL = "Incident report";
  const EXPORT_MENU = "jp-mainmenu-file-notebookexport";

  /** ipywidgets draws a card some frames after its cell has run; without a fix there is none. */
  const FRAMES_FOR_A_CARD = 120;

  const NOTEBOOK_CLASS = "runbooklab-notebook";

  /**
   * A folded cell is one line that ends in an ellipsis; JupyterLab's runs on beyond the page. A card whose
   * kernel is gone: in place of ipywidgets' broken links and dead fields, one line.
   */
  const STYLE = `
    .${NOTEBOOK_CLASS} .jp-InputPlaceholder > .jp-Placeholder-content { min-width: 0; }
    .${NOTEBOOK_CLASS} .jp-InputPlaceholder .jp-PlaceholderText { text-overflow: ellipsis; }
    .runbooklab-act { scroll-margin: 12px; }
    .runbooklab-card.jupyter-widgets-disconnected::before,
    .runbooklab-card .jupyter-widgets-disconnected::before { content: none !important; }
    .runbooklab-act.jupyter-widgets-disconnected > * { display: none !important; }
    .runbooklab-card .runbooklab-act.jupyter-widgets-disconnected::before {
      content: "This card's kernel was restarted: nothing can be applied from here. Press Look for a new one."
        !important;
      color: var(--jp-content-font-color1) !important;
      font: bold var(--jp-content-font-size1) var(--jp-content-font-family) !important;
    }`;

  let shared = {};

  /** A module that JupyterLab shares; of each there is one version in a page. */
  async function use(name) {
    const [version] = Object.values(shared[name] || {});
    if (!version) {
      throw new Error(`runbooklab: this page shares no ${name}`);
    }
    const factory = await version.get();
    return factory();
  }

  function calls(cell, word) {
    return cell.model.type === "code" && new RegExp(`^\\s*${word}\\(`, "m").test(cell.model.sharedModel.getSource());
  }

  /** The code cells up to the first verdict, and the one after it if it shows the fix; all if none is at the top. */
  function topCells(notebook) {
    const code = notebook.widgets.filter((cell) => cell.model.type === "code");
    const verdict = code.findIndex((cell) => calls(cell, "diagnose"));
    const next = code[verdict + 1];
    return verdict < 0 ? code : code.slice(0, verdict + (next && calls(next, "resolve") ? 2 : 1));
  }

  async function look(panel, NotebookActions) {
    await panel.sessionContext.ready; // a click may come before the kernel is there
    const cells = topCells(panel.content);
    if (cells.length === 0) {
      return;
    }
    // The verdict is at the top: running cells further down must not scroll there.
    panel.content.activeCellIndex = 0;
    panel.content.deselectAll();
    const running = NotebookActions.runCells(panel.content, cells, panel.sessionContext);
    panel.content.activeCellIndex = 0;
    await running;
    panel.content.activeCellIndex = 0;
    await showButton(panel.content, cells);
  }

  /** On a low screen the fix's button is scrolled into sight, as little as that takes and if the verdict stays there. */
  async function showButton(notebook, cells) {
    for (let frame = 0; frame < FRAMES_FOR_A_CARD; frame++) {
      const row = cells.map((cell) => cell.node.querySelector(".runbooklab-act")).find(Boolean);
      if (row && row.offsetHeight > 0) {
        const verdict = row.closest(".jp-OutputArea").getBoundingClientRect();
        if (row.getBoundingClientRect().bottom - verdict.top <= notebook.node.clientHeight) {
          row.scrollIntoView({ block: "nearest" });
        }
        return;
      }
      await new Promise((done) => requestAnimationFrame(done));
    }
  }

  /** Until the panel is the one that the person sees: JupyterLab also restores tabs in the background. */
  function shown(panel, tracker) {
    return new Promise((resolve) => {
      const check = () => {
        if (tracker.currentWidget === panel && panel.isVisible) {
          tracker.currentChanged.disconnect(check);
          resolve();
        }
      };
      tracker.currentChanged.connect(check);
      check();
    });
  }

  function addButton(panel, NotebookActions, ToolbarButton) {
    const button = new ToolbarButton({
      label: "Look",
      tooltip: "Look at the target now: run the cells up to the verdict",
      onClick: () => void look(panel, NotebookActions),
    });
    panel.toolbar.insertItem(10, "runbooklab-look", button);
  }

  /** JupyterLab labels an export format by its name; this one's is no plain English. */
  async function labelExport(app, mainMenu) {
    await app.serviceManager.nbconvert.getExportFormats(false);
    await new Promise((done) => setTimeout(done)); // JupyterLab fills its menu when it has the formats, too
    const menu = mainMenu.fileMenu.items.find((item) => item.submenu && item.submenu.id === EXPORT_MENU);
    for (const item of menu ? menu.submenu.items : []) {
      if (item.args.format === EXPORT_FORMAT) {
        item.args.label = EXPORT_LABEL;
      }
    }
  }

  async function plugin() {
    const [{ INotebookTracker, NotebookActions }, { ToolbarButton }, { PageConfig }, { IMainMenu }] =
      await Promise.all(
        ["notebook", "ui-components", "coreutils", "mainmenu"].map((name) => use(`@jupyterlab/${name}`)),
      );
    // Only the notebook that the person named on the command line runs by itself. A notebook runs with all of
    // its reader's rights: one that somebody sent must not run because it was opened.
    let toLookAt = PageConfig.getOption(OPEN_OPTION);

    async function added(panel, tracker) {
      await panel.context.ready;
      if (panel.isDisposed || !panel.content.model || !panel.content.model.getMetadata("runbooklab")) {
        return;
      }
      panel.addClass(NOTEBOOK_CLASS);
      addButton(panel, NotebookActions, ToolbarButton);
      if (toLookAt && panel.context.localPath === toLookAt) {
        toLookAt = ""; // once in a page
        await shown(panel, tracker);
        await look(panel, NotebookActions);
      }
    }

    return {
      id: "runbooklab:look",
      description: "Runs the top of a runbook by one click, and by itself if `runbook open` was asked for it.",
      autoStart: true,
      requires: [INotebookTracker],
      optional: [IMainMenu],
      activate: (app, tracker, mainMenu) => {
        document.head.appendChild(document.createElement("style")).textContent = STYLE;
        tracker.forEach((panel) => void added(panel, tracker));
        tracker.widgetAdded.connect((_, panel) => {
          void added(panel, tracker);
          if (mainMenu) {
            void labelExport(app, mainMenu);
          }
        });
      },
    };
  }

  (window._JUPYTERLAB ??= {}).runbooklab = {
    init: (scope) => {
      shared = scope;
    },
    get: async () => {
      const module = { __esModule: true, default: await plugin() };
      return () => module;
    },
  };
})();
