// Pages that nobody can edit: lives, rules, the doctor's report.
// Must never learn what is written on them.

import { Disposable, EventEmitter, Uri, ViewColumn, commands, window, workspace } from "vscode";

const SCHEME = "keras-lsp-page";

export class Pages implements Disposable {
  private readonly changed = new EventEmitter<Uri>();
  private readonly texts = new Map<string, string>();
  private readonly subscriptions = Disposable.from(
    this.changed,
    workspace.registerTextDocumentContentProvider(SCHEME, {
      onDidChange: this.changed.event,
      provideTextDocumentContent: (uri) => this.texts.get(uri.toString()) ?? "",
    }),
    workspace.onDidCloseTextDocument(({ uri }) => this.texts.delete(uri.toString())),
  );

  /** Shows a text beside what is in front. */
  async show(name: string, text: string): Promise<void> {
    const document = await workspace.openTextDocument(this.write(name, text));
    await window.showTextDocument(document, { viewColumn: ViewColumn.Beside, preview: true });
  }

  /** Shows Markdown as it is meant to be read, beside what is in front. */
  async showMarkdown(name: string, text: string): Promise<void> {
    const uri = this.write(`${name}.md`, text);
    await commands.executeCommand("markdown.showPreviewToSide", uri);
  }

  dispose(): void {
    this.subscriptions.dispose();
  }

  private write(name: string, text: string): Uri {
    const uri = Uri.from({ scheme: SCHEME, path: `/${name}` });
    this.texts.set(uri.toString(), text);
    this.changed.fire(uri);
    return uri;
  }
}
