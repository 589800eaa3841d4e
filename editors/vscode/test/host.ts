// Tests that run inside the editor, beside the extension: `run` throws if one of them fails.
// The folder that is open is theirs to write in.

import assert from "node:assert/strict";
import {
  CodeActionKind,
  commands,
  EndOfLine,
  extensions,
  languages,
  NotebookRange,
  Position,
  Range,
  Selection,
  Uri,
  window,
  workspace,
  WorkspaceEdit,
  type CodeAction,
  type Diagnostic,
  type NotebookDocument,
  type TextDocument,
} from "vscode";

const PATIENCE_MS = 60_000;

/** What is said of a document, as a list of rules. */
function rules(uri: Uri): string[] {
  return languages.getDiagnostics(uri).map(codeOf).sort();
}

function codeOf({ code }: Diagnostic): string {
  return String(typeof code === "object" ? code.value : code);
}

async function until(wanted: () => boolean, what: string): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!wanted()) {
    assert.ok(Date.now() < deadline, `${what} never came`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function opened(name: string, text: string): Promise<TextDocument> {
  const folder = workspace.workspaceFolders?.[0]?.uri;
  assert.ok(folder !== undefined);
  const uri = Uri.joinPath(folder, name);
  await workspace.fs.writeFile(uri, new TextEncoder().encode(text));
  const document = await workspace.openTextDocument(uri);
  await window.showTextDocument(document);
  return document;
}

/** A notebook of these cells, shown. */
async function book(name: string, sources: string[]): Promise<NotebookDocument> {
  const text = {
    cells: sources.map((source) => ({ cell_type: "code", execution_count: null, metadata: {}, outputs: [], source })),
    metadata: { language_info: { name: "python" } },
    nbformat: 4,
    nbformat_minor: 5,
  };
  const { uri } = await opened(`${name}.txt`, JSON.stringify(text));
  const target = Uri.parse(uri.toString().replace(/\.txt$/u, ""));
  await workspace.fs.copy(uri, target, { overwrite: true });
  const notebook = await workspace.openNotebookDocument(target);
  await window.showNotebookDocument(notebook);
  return notebook;
}

function replacing(uri: Uri, range: Range, text: string): WorkspaceEdit {
  const edit = new WorkspaceEdit();
  edit.replace(uri, range, text);
  return edit;
}

/** Applies what the light bulb offers first for a finding. */
async function mend(uri: Uri, rule: string): Promise<void> {
  const finding = languages.getDiagnostics(uri).find((one) => codeOf(one) === rule);
  assert.ok(finding !== undefined);
  const actions = await commands.executeCommand<CodeAction[]>(
    "vscode.executeCodeActionProvider",
    uri,
    finding.range,
    CodeActionKind.QuickFix.value,
    9,
  );
  const edit = actions[0]?.edit;
  assert.ok(edit !== undefined, actions.map(({ title }) => title).join());
  assert.ok(await workspace.applyEdit(edit));
}

async function read(name: string): Promise<string> {
  const folder = workspace.workspaceFolders?.[0]?.uri;
  assert.ok(folder !== undefined);
  return new TextDecoder().decode(await workspace.fs.readFile(Uri.joinPath(folder, name)));
}

const tests: Readonly<Record<string, () => Promise<void>>> = {
  async "a program typed character by character: no finding flickers, the right one stands"() {
    const program = await read("to-type.txt");
    const document = await opened("typed.py", "");
    const seen: string[][] = [];
    const watch = languages.onDidChangeDiagnostics(({ uris }) => {
      if (uris.some((uri) => uri.toString() === document.uri.toString())) {
        seen.push(rules(document.uri));
      }
    });
    for (const character of program) {
      // What the keyboard does: at the cursor, with all that the editor adds by itself.
      await commands.executeCommand("type", { text: character });
      await new Promise((resolve) => setTimeout(resolve, 15));
    }
    assert.equal(document.getText(), program);
    await until(() => rules(document.uri).length > 0, "the finding");
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    watch.dispose();
    assert.deepEqual(rules(document.uri), ["undefined-model"]);
    // Once there it stays, and nothing else is ever said.
    const changes = seen.filter((now, at) => now.join() !== (seen[at - 1] ?? []).join());
    assert.deepEqual(changes, [["undefined-model"]]);
  },

  async "fix all mends what is safe to mend, and says so where there is nothing"() {
    const text = "import keras\n\nm = keras.Sequential()\nm.compile(lss='mse')\n";
    const document = await opened("misspelt.py", text);
    await until(() => rules(document.uri).includes("compile-arguments"), "the finding");
    await commands.executeCommand("keras-lsp.fixAll");
    assert.equal(document.getText(), text.replace("lss", "loss"));
    await until(() => !rules(document.uri).includes("compile-arguments"), "its end");
  },

  async "a setting of the editor is obeyed when it changes"() {
    const text = "import keras\n\nmodel.fit(1)\nmodel = keras.Sequential()\n";
    const document = await opened("settings.py", text);
    await until(() => rules(document.uri).length > 0, "the finding");
    const settings = workspace.getConfiguration("keras-lsp");
    await settings.update("ignore", ["lifecycle"]);
    await until(() => rules(document.uri).length === 0, "its end");
    await settings.update("ignore", undefined);
    await until(() => rules(document.uri).length > 0, "the finding again");
  },

  async "the life of a model is told as data, and as a page"() {
    const text = "import keras\n\nnet = keras.Sequential()\nnet.trainable = False\nnet = None\n";
    const document = await opened("life.py", text);
    const editor = window.activeTextEditor;
    assert.ok(editor !== undefined);
    editor.selections = [];
    const lives = await commands.executeCommand<{ steps: { what: string }[] }[]>(
      "keras-lsp.trace",
      document.uri.toString(),
      null,
    );
    const steps = lives.map((life) => life.steps.map(({ what }) => what));
    assert.deepEqual(steps, [["defined", "frozen", "lost"]]);
    const page = workspace.textDocuments.find(({ uri }) => uri.scheme === "keras-lsp-page");
    assert.match(page?.getText() ?? "", /line 3: `net`, sequential model\n {4}line 3: defined/u);
  },

  async "a jump from the view goes to the line"() {
    const document = await opened("jump.py", "import keras\n\nnet = keras.Sequential()\n");
    await commands.executeCommand("keras-lsp.open", document.uri.toString(), 2);
    assert.deepEqual(window.activeTextEditor?.selection.active, new Position(2, 0));
  },

  async "a finding explains its rule, and the page is the rule's own"() {
    const text = "import keras\n\nmodel.fit(1)\nmodel = keras.Sequential()\n";
    const document = await opened("explain.py", text);
    await until(() => rules(document.uri).length > 0, "the finding");
    await commands.executeCommand("keras-lsp.explain", "undefined-model");
    await until(
      () => window.tabGroups.all.some((group) => group.tabs.some(({ label }) => label.includes("undefined-model"))),
      "the page",
    );
  },

  async "a file with carriage returns keeps them when it is mended"() {
    const define = "    model = keras.Sequential()";
    const use = ["    model.compile(loss='mse')", "    model.fit(x, y)"];
    const text = (...body: string[]): string => ["import keras", "", "def train(x, y):", ...body, ""].join("\r\n");
    const before = text(...use, define);
    const document = await opened("returns.py", before);
    assert.equal(document.eol, EndOfLine.CRLF);
    await until(() => rules(document.uri).includes("undefined-model"), "the finding");
    await mend(document.uri, "undefined-model");
    await until(() => rules(document.uri).length === 0, "its end");
    await document.save();
    assert.equal(await read("returns.py"), text(define, ...use));
  },

  async "a Markdown notebook is a program, other Markdown is prose"() {
    const body = "# Model\n\n```python\nimport keras\nm = keras.Sequential()\n```\n\n```python\nm.fit(1)\n```\n";
    const prose = await opened("prose.md", body);
    const header = "---\njupyter:\n  jupytext:\n    main_language: python\n---\n\n";
    const document = await opened("book.md", header + body);
    await until(() => rules(document.uri).length > 0, "the finding");
    assert.deepEqual(rules(document.uri), ["fit-before-compile"]);
    assert.equal(languages.getDiagnostics(document.uri)[0]?.range.start.line, 14);
    await mend(document.uri, "fit-before-compile");
    await until(() => rules(document.uri).length === 0, "its end");
    assert.match(document.getText(), /^```python\nm\.compile\(.*\)\nm\.fit\(1\)\n```\n/mu);
    assert.deepEqual(rules(prose.uri), []);
  },

  async "cells that move, part, join and change their kind are followed"() {
    const cells = ["import keras\nm = keras.Sequential()", "m.compile(loss='mse')\n'🦊'; m.fit([1], [1])"];
    const notebook = await book("changing.ipynb", cells);
    const said = (): string[][] => notebook.getCells().map(({ document }) => rules(document.uri));
    const run = async (at: number, command: string): Promise<void> => {
      const editor = await window.showNotebookDocument(notebook);
      editor.selections = [new NotebookRange(at, at + 1)];
      await commands.executeCommand(command);
    };
    const last = notebook.cellAt(1).document;
    await workspace.applyEdit(replacing(last.uri, new Range(0, 0, 1, 0), ""));
    await until(() => said()[1]?.[0] === "fit-before-compile", "the finding");
    await run(1, "notebook.cell.moveUp");
    await until(() => said()[0]?.[0] === "undefined-model" || said()[0]?.[0] === "unordered-cells", "that of the order");
    await run(0, "notebook.cell.moveDown");
    await until(() => said()[1]?.[0] === "fit-before-compile", "the first one again");
    await run(0, "notebook.cell.joinBelow");
    await until(() => notebook.cellCount === 1 && said()[0]?.[0] === "fit-before-compile", "the finding in one cell");
    const joined = notebook.cellAt(0).document;
    assert.equal(languages.getDiagnostics(joined.uri)[0]?.range.start.line, 2);
    await run(0, "notebook.cell.edit");
    const editor = window.visibleTextEditors.find(({ document }) => document === joined);
    assert.ok(editor !== undefined, "the cell is not being edited");
    editor.selection = new Selection(1, 0, 1, 0);
    await commands.executeCommand("notebook.cell.split");
    await until(() => notebook.cellCount === 2 && said()[1]?.[0] === "fit-before-compile", "the finding in the second half");
    assert.equal(languages.getDiagnostics(notebook.cellAt(1).document.uri)[0]?.range.start.line, 1);
    await run(0, "notebook.cell.joinBelow");
    await until(() => notebook.cellCount === 1 && said()[0]?.[0] === "fit-before-compile", "the finding in one cell again");
    await run(0, "notebook.cell.changeToMarkdown");
    await until(() => said().flat().length === 0, "its end");
    await run(0, "notebook.cell.changeToCode");
    // No kernel is there to say which language its code is in.
    await languages.setTextDocumentLanguage(notebook.cellAt(0).document, "python");
    await until(() => said()[0]?.[0] === "fit-before-compile", "it again");
    await run(0, "notebook.cell.delete");
    await until(() => said().flat().length === 0, "the end of all");
  },

  async "cells of a notebook are one program"() {
    const cells = ["import keras\nm = keras.Sequential()", "m.fit([1], [1])"];
    const notebook = await book("cells.ipynb", cells);
    const second = notebook.cellAt(1).document.uri;
    await until(() => rules(second).length > 0, "the finding in the second cell");
    assert.deepEqual(rules(second), ["fit-before-compile"]);
    const edit = new WorkspaceEdit();
    const first = notebook.cellAt(0).document;
    edit.insert(first.uri, new Position(1, 22), "\nm.compile(loss='mse')");
    await workspace.applyEdit(edit);
    await until(() => rules(second).length === 0, "its end");
  },
};

export async function run(): Promise<void> {
  const extension = extensions.getExtension("keras-lsp.keras-lsp");
  assert.ok(extension !== undefined, "the extension is not there");
  await extension.activate();
  const failed: string[] = [];
  for (const [name, test] of Object.entries(tests)) {
    try {
      await test();
      console.log(`ok: ${name}`);
    } catch (problem) {
      failed.push(name);
      console.error(`FAILED: ${name}: ${problem instanceof Error ? (problem.stack ?? "") : String(problem)}`);
    }
    await commands.executeCommand("workbench.action.closeAllEditors");
  }
  assert.deepEqual(failed, []);
}
