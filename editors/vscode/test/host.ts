// Tests that run inside the editor, beside the extension: `run` throws if one of them fails.
// The folder that is open is theirs to write in.

import assert from "node:assert/strict";
import {
  commands,
  extensions,
  languages,
  Position,
  Uri,
  window,
  workspace,
  WorkspaceEdit,
  type Diagnostic,
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

  async "cells of a notebook are one program"() {
    const cells = ["import keras\nm = keras.Sequential()", "m.fit([1], [1])"];
    const book = {
      cells: cells.map((source) => ({ cell_type: "code", execution_count: null, metadata: {}, outputs: [], source })),
      metadata: { language_info: { name: "python" } },
      nbformat: 4,
      nbformat_minor: 5,
    };
    const { uri } = await opened("cells.ipynb.txt", JSON.stringify(book));
    const target = Uri.parse(uri.toString().replace(/\.txt$/u, ""));
    await workspace.fs.copy(uri, target, { overwrite: true });
    const notebook = await workspace.openNotebookDocument(target);
    await window.showNotebookDocument(notebook);
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
