// Shows what the server tells of the models of a file, as a page beside it.
// Must never learn what a model's life consists of: the text is the server's.

import { Disposable, EventEmitter, Uri, ViewColumn, window, workspace } from "vscode";
import type { ExecuteCommandSignature } from "vscode-languageclient/node";

/** The server announces this command, so the client registers it and only passes through here. */
export const TRACE_COMMAND = "keras-lsp.trace";
const SCHEME = "keras-lsp-trace";

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
    const answer: unknown = await ask(TRACE_COMMAND, [about, line]);
    if (typeof answer === "string") {
      await this.show(about, answer);
    }
    return answer;
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
