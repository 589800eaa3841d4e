// Which documents call for a server. Most Markdown is prose, and for prose alone none runs.
// Must never learn what a server is.

import { Disposable, workspace, type TextDocument } from "vscode";

/** A Markdown notebook has its header within the first lines. */
const HEADER = 4_000;

/** Whether there is a program in what is open, or nothing to say that there is none. */
export function isCalledFor(): boolean {
  const open = workspace.textDocuments;
  return (
    workspace.notebookDocuments.length > 0 ||
    open.some(isProgram) ||
    !open.some(({ languageId }) => languageId === "markdown")
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

/** Python, be it a file's or a cell's, or a text that says in its front matter that it is a notebook. */
export function isProgram(document: TextDocument): boolean {
  return document.languageId === "python" || (document.languageId === "markdown" && saysNotebook(document));
}

function saysNotebook(document: TextDocument): boolean {
  if (document.lineCount === 0 || !document.lineAt(0).text.startsWith("---")) {
    return false;
  }
  const head = document.getText().slice(0, HEADER);
  const front = head.split(/^---[^\S\n]*$/mu)[1] ?? "";
  return /^(?: {2,})?jupytext:\s*$/mu.test(front);
}
