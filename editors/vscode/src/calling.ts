// Which documents are programs and call for a server. Most Markdown is prose, and for prose alone none runs.
// Must never learn what a server is.

import { commands, Disposable, window, workspace, type TextDocument } from "vscode";

/** Languages in which some documents are notebooks and most are none. */
export const PROSE: ReadonlySet<string> = new Set(["markdown", "quarto", "rmd"]);

/** A Markdown notebook has its header within the first lines. */
const HEADER = 4_000;

/** Whether there is a program in what is open, or nothing to say that there is none. */
export function isCalledFor(): boolean {
  const open = workspace.textDocuments;
  return (
    workspace.notebookDocuments.length > 0 ||
    open.some(isProgram) ||
    !open.some(({ languageId }) => PROSE.has(languageId))
  );
}

/** Calls once, as soon as a program is opened or a text becomes one. */
export function onceCalledFor(call: () => void): Disposable {
  const look = (document: TextDocument): void => {
    if (isProgram(document)) {
      waits.dispose();
      call();
    }
  };
  const waits = Disposable.from(
    workspace.onDidOpenTextDocument(look),
    workspace.onDidChangeTextDocument(({ document }) => {
      look(document);
    }),
  );
  return waits;
}

/** Tells the menus whether a program is in front. */
export function telling(): Disposable {
  let told: boolean | undefined;
  const tell = (): void => {
    const document = window.activeTextEditor?.document;
    const now = document !== undefined && isProgram(document);
    if (now !== told) {
      told = now;
      void commands.executeCommand("setContext", "keras-lsp.inProgram", now);
    }
  };
  tell();
  return Disposable.from(
    window.onDidChangeActiveTextEditor(tell),
    workspace.onDidOpenTextDocument(tell),
    workspace.onDidChangeTextDocument(tell),
  );
}

/** Python, be it a file's or a cell's, or a text that is a notebook or has chunks of Python. */
export function isProgram(document: TextDocument): boolean {
  switch (document.languageId) {
    case "python":
      return true;
    case "markdown":
      return saysNotebook(document);
    case "quarto":
    case "rmd":
      return /^```+\s*\{python[\s,}]/imu.test(document.getText());
    default:
      return false;
  }
}

function saysNotebook(document: TextDocument): boolean {
  if (document.lineCount === 0 || !document.lineAt(0).text.startsWith("---")) {
    return false;
  }
  const head = document.getText().slice(0, HEADER);
  const front = head.split(/^---[^\S\n]*$/mu)[1] ?? "";
  return /^(?:(?: {2,})?jupytext:|file_format: *mystnb)\s*$/mu.test(front);
}
