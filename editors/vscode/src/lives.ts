// The lives of the models of the document in front, asked anew as it changes.
// Must never learn how they are shown.

import {
  Disposable,
  EventEmitter,
  window,
  workspace,
  type NotebookDocument,
  type TextDocument,
  type Uri,
} from "vscode";
import { isProgram } from "./calling";
import type { Server } from "./server";

/** The server announces this command, so the client registers it and only passes through here. */
export const TRACE_COMMAND = "keras-lsp.trace";
const STATUS_COMMAND = "keras-lsp.status";
/** Time without a change after which is asked: findings come first. */
const PAUSE_MS = 150;

/** A place in a document; lines count from zero. */
export interface At {
  readonly uri: string;
  readonly line: number;
}

export interface Step extends At {
  readonly what: string;
  readonly detail: string;
  readonly column: number;
}

export interface Wrong extends At {
  readonly rule: string;
  readonly severity: "error" | "warning" | "hint";
  readonly message: string;
}

/** The life of one model, as the server tells it. */
export interface Life extends At {
  readonly name: string;
  readonly function: string;
  readonly kind: string;
  readonly steps: readonly Step[];
  readonly findings: readonly Wrong[];
}

/** The Keras that a document is held against, and who says so. */
export interface Keras {
  readonly version: string;
  readonly source: string;
}

/** What is known of the document in front. */
export interface Scene {
  /** The file or the notebook; undefined where nothing of Python is in front. */
  readonly document: Uri | undefined;
  readonly lives: readonly Life[];
  readonly keras: Keras | undefined;
}

const NOTHING: Scene = { document: undefined, lives: [], keras: undefined };

export class Lives implements Disposable {
  private now = NOTHING;
  private asked = 0;
  private timer: NodeJS.Timeout | undefined;
  private readonly changed = new EventEmitter<Scene>();
  private readonly subscriptions: Disposable;
  readonly onDidChange = this.changed.event;

  constructor(private readonly server: Server) {
    this.subscriptions = Disposable.from(
      this.changed,
      window.onDidChangeActiveTextEditor(() => {
        this.soon(0);
      }),
      window.onDidChangeActiveNotebookEditor(() => {
        this.soon(0);
      }),
      workspace.onDidChangeTextDocument(({ document }) => {
        this.noticed(document);
      }),
      workspace.onDidChangeNotebookDocument(({ notebook }) => {
        if (isInFront(notebook)) {
          this.soon(PAUSE_MS);
        }
      }),
      server.onNews(() => {
        this.soon(PAUSE_MS);
      }),
      server.onDidChange(({ state }) => {
        if (state === "running") {
          this.soon(0);
        } else {
          this.become(NOTHING);
        }
      }),
    );
  }

  get scene(): Scene {
    return this.now;
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.subscriptions.dispose();
  }

  private noticed(document: TextDocument): void {
    const { front, cells } = inFront();
    if (document.uri.toString() === front?.toString() || cells.includes(document.uri.toString())) {
      this.soon(PAUSE_MS);
    }
  }

  private soon(milliseconds: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      void this.ask();
    }, milliseconds);
  }

  private async ask(): Promise<void> {
    const { front, cells } = inFront();
    const about = cells[0] ?? front?.toString();
    this.asked += 1;
    const number = this.asked;
    if (about === undefined) {
      // A panel or the log is in front: what was said of the file before still holds.
      if (window.activeTextEditor === undefined && window.visibleTextEditors.length > 0) {
        return;
      }
      this.become(NOTHING);
      return;
    }
    const [lives, status] = await Promise.all([
      this.server.ask(TRACE_COMMAND, about),
      this.server.ask(STATUS_COMMAND, about),
    ]);
    // Whoever asked later knows better.
    if (number === this.asked) {
      this.become({
        document: front,
        lives: (lives as readonly Life[] | null | undefined) ?? [],
        keras: (status as { keras?: Keras } | null | undefined)?.keras,
      });
    }
  }

  private become(scene: Scene): void {
    this.now = scene;
    this.changed.fire(scene);
  }
}

/** The Python document in front: a file, or a notebook with the addresses of its Python cells. */
function inFront(): { front: Uri | undefined; cells: readonly string[] } {
  const notebook = window.activeNotebookEditor?.notebook;
  if (notebook !== undefined) {
    const cells = notebook
      .getCells()
      .filter(({ document }) => isProgram(document))
      .map(({ document }) => document.uri.toString());
    return { front: cells.length === 0 ? undefined : notebook.uri, cells };
  }
  const document = window.activeTextEditor?.document;
  return { front: document !== undefined && isProgram(document) ? document.uri : undefined, cells: [] };
}

function isInFront(notebook: NotebookDocument): boolean {
  return window.activeNotebookEditor?.notebook === notebook;
}
