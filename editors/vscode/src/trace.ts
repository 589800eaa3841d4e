// Shows what the server tells of the models of a file, as a page beside it.
// Must never learn what a model's life consists of: the words are the server's.

import { posix } from "node:path";
import { Disposable, EventEmitter, Uri, ViewColumn, window, workspace } from "vscode";
import type { ExecuteCommandSignature } from "vscode-languageclient/node";

/** The server announces this command, so the client registers it and only passes through here. */
export const TRACE_COMMAND = "keras-lsp.trace";
const SCHEME = "keras-lsp-trace";

/** The server's answer; lines count from zero. */
interface Life {
  readonly name: string;
  readonly function: string;
  readonly kind: string;
  readonly line: number;
  readonly steps: readonly Step[];
  readonly findings: readonly string[];
}

interface Step {
  readonly what: string;
  readonly uri: string;
  readonly line: number;
  readonly detail: string;
}

export class TraceView implements Disposable {
  private readonly changed = new EventEmitter<Uri>();
  private readonly texts = new Map<string, string>();
  private readonly subscriptions: Disposable;

  constructor() {
    this.subscriptions = Disposable.from(
      this.changed,
      workspace.registerTextDocumentContentProvider(SCHEME, {
        onDidChange: this.changed.event,
        provideTextDocumentContent: (uri) => this.texts.get(uri.toString()) ?? "",
      }),
      workspace.onDidCloseTextDocument(({ uri }) => this.texts.delete(uri.toString())),
    );
  }

  /** Asks about a file and a line of it (null: all), or about the file in front; shows the answer. */
  async run(args: readonly unknown[], ask: ExecuteCommandSignature): Promise<unknown> {
    const document = window.activeTextEditor?.document.uri.toString();
    const [about = document, line = null] = args;
    if (typeof about !== "string") {
      return undefined;
    }
    const lives = (await ask(TRACE_COMMAND, [about, line])) as readonly Life[] | null | undefined;
    if (lives) {
      await this.show(about, told(about, lives));
    }
    return lives;
  }

  dispose(): void {
    this.subscriptions.dispose();
  }

  private async show(about: string, text: string): Promise<void> {
    const uri = Uri.from({ scheme: SCHEME, path: `${Uri.parse(about).path}.trace` });
    this.texts.set(uri.toString(), text);
    this.changed.fire(uri);
    const document = await workspace.openTextDocument(uri);
    await window.showTextDocument(document, { viewColumn: ViewColumn.Beside, preview: true });
  }
}

function told(about: string, lives: readonly Life[]): string {
  const title = posix.basename(Uri.parse(about).path);
  if (lives.length === 0) {
    return `${title}: no Keras model that can be followed.\n`;
  }
  return lives.map((life) => toldOf(life, about).join("\n")).join("\n\n") + "\n";
}

function toldOf(life: Life, about: string): string[] {
  const name = life.name === "" ? "a model without a name" : `\`${life.name}\``;
  const within = life.function === "" ? "" : ` in \`${life.function}\``;
  const title = posix.basename(Uri.parse(about).path);
  return [
    `${title}:${life.line + 1}: ${name}, ${life.kind} model${within}`,
    ...life.steps.map((step) => {
      const place = `${posix.basename(Uri.parse(step.uri).path)}:${step.line + 1}`;
      return `    ${place}: ${step.what}${step.detail === "" ? "" : `  (${step.detail})`}`;
    }),
    ...life.findings.map((message) => `    ! ${message}`),
  ];
}
