// The picture of the model at the cursor, in a view beside the program; a click leads to the layer.
// Must never learn how a model is found or drawn: the server sends a page.

import { randomBytes } from "node:crypto";
import {
  commands,
  Disposable,
  Range,
  Selection,
  TextEditorRevealType,
  Uri,
  ViewColumn,
  window,
  workspace,
  type TextEditor,
  type WebviewPanel,
} from "vscode";
import { isProgram } from "./calling";

/** What asks the server for what a command of its answers; undefined while there is none. */
export interface Asks {
  ask(command: string, ...args: unknown[]): Promise<unknown>;
}

/** The server announces both; the first is called from a lens, so it is only passed through here. */
export const SHOW_COMMAND = "keras-lsp.showPicture";
export const PICTURE_COMMAND = "keras-lsp.picture";
/** The command of the palette, for the model at the cursor. */
export const MODEL_COMMAND = "keras-lsp.showModel";
/** Time without a change after which the picture is drawn anew: hints and findings come first. */
const PAUSE_MS = 300;

interface Picture {
  readonly title: string;
  readonly html: string;
}

/** Runs in the view: takes new pictures without losing the place, and tells which layer was clicked. */
const SCRIPT = `
const editor = acquireVsCodeApi();
const mark = (uri, line) => {
  for (const row of document.querySelectorAll(".row.here")) row.classList.remove("here");
  const rows = [...document.querySelectorAll(".row")].filter(
    (row) => Number(row.dataset.line) === line && row.dataset.uri === uri);
  for (const row of rows) row.classList.add("here");
  const seen = rows.find((row) => row.getClientRects().length > 0);
  if (seen) seen.scrollIntoView({ block: "nearest", inline: "nearest" });
};
addEventListener("message", ({ data }) => {
  if (data.html !== undefined) {
    const page = new DOMParser().parseFromString(data.html, "text/html");
    document.querySelector("main").replaceWith(page.querySelector("main"));
    document.querySelector("header h2").textContent = data.title;
  }
  mark(data.uri, data.line);
});
addEventListener("click", (event) => {
  const row = event.target.closest(".row[data-line]");
  if (row === null) return;
  // The editor would follow the link of a page by itself, and to another place.
  event.preventDefault();
  event.stopImmediatePropagation();
  editor.postMessage({ uri: row.dataset.uri, line: Number(row.dataset.line) });
}, true);
`;

export class ModelView implements Disposable {
  private panel: WebviewPanel | undefined;
  private shown: Picture | undefined;
  private at: { readonly uri: string; readonly line: number } | undefined;
  private timer: NodeJS.Timeout | undefined;
  private readonly subscriptions: Disposable[] = [];

  constructor(private readonly server: Asks) {
    this.subscriptions.push(
      commands.registerCommand(MODEL_COMMAND, () => this.atCursor()),
      window.onDidChangeTextEditorSelection(({ textEditor }) => {
        this.follow(textEditor);
      }),
      window.onDidChangeActiveTextEditor((editor) => {
        this.follow(editor);
      }),
      workspace.onDidChangeTextDocument(({ document }) => {
        if (document === window.activeTextEditor?.document) {
          this.follow(window.activeTextEditor);
        }
      }),
    );
  }

  /** The model that is made at a line of a document; what a lens asks for. */
  async show(uri: unknown, line: unknown): Promise<void> {
    if (typeof uri !== "string" || typeof line !== "number") {
      return;
    }
    this.at = { uri, line };
    const picture = await this.picture();
    if (picture === undefined) {
      void window.showInformationMessage("Nothing is known of a model here.");
      return;
    }
    this.panel ??= this.open();
    this.panel.reveal(undefined, true);
    this.draw(picture);
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.panel?.dispose();
    Disposable.from(...this.subscriptions).dispose();
  }

  private async atCursor(): Promise<void> {
    const editor = window.activeTextEditor;
    if (editor !== undefined) {
      await this.show(editor.document.uri.toString(), editor.selection.active.line);
    }
  }

  private open(): WebviewPanel {
    const panel = window.createWebviewPanel(
      "keras-lsp.model",
      "Model",
      { viewColumn: ViewColumn.Beside, preserveFocus: true },
      { enableScripts: true, localResourceRoots: [] },
    );
    panel.onDidDispose(() => {
      this.panel = undefined;
      this.shown = undefined;
    });
    panel.webview.onDidReceiveMessage(jump);
    return panel;
  }

  private follow(editor: TextEditor | undefined): void {
    if (this.panel?.visible !== true || editor === undefined || !isProgram(editor.document)) {
      return;
    }
    this.at = { uri: editor.document.uri.toString(), line: editor.selection.active.line };
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.refresh(), PAUSE_MS);
  }

  private async refresh(): Promise<void> {
    const picture = await this.picture();
    // What is half typed is no model: the last picture stays.
    if (picture !== undefined) {
      this.draw(picture);
    }
  }

  private async picture(): Promise<Picture | undefined> {
    const asked = this.at;
    if (asked === undefined) {
      return undefined;
    }
    const answer = await this.server.ask(PICTURE_COMMAND, asked.uri, asked.line);
    // Only the newest place counts.
    return asked === this.at && isPicture(answer) ? answer : undefined;
  }

  private draw(picture: Picture): void {
    const panel = this.panel;
    if (panel === undefined) {
      return;
    }
    panel.title = picture.title;
    if (this.shown === undefined) {
      panel.webview.html = framed(picture.html);
    }
    const changed = this.shown?.html !== picture.html;
    this.shown = picture;
    void panel.webview.postMessage({ ...(changed ? picture : {}), ...this.at });
  }
}

/** The page with our script; no other may run in it. */
function framed(html: string): string {
  const nonce = randomBytes(16).toString("base64");
  const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src 'nonce-${nonce}'`;
  return html
    .replace("<head>", `<head><meta http-equiv="Content-Security-Policy" content="${policy}">`)
    .replaceAll("<script>", `<script nonce="${nonce}">`)
    .replace("</body>", `<script nonce="${nonce}">${SCRIPT}</script></body>`);
}

function isPicture(answer: unknown): answer is Picture {
  const picture = answer as Partial<Picture> | null | undefined;
  return typeof picture?.title === "string" && typeof picture.html === "string";
}

async function jump(place: { readonly uri?: unknown; readonly line?: unknown }): Promise<void> {
  if (typeof place.uri !== "string" || typeof place.line !== "number") {
    return;
  }
  const document = await workspace.openTextDocument(Uri.parse(place.uri));
  const open = window.visibleTextEditors.find((editor) => editor.document === document);
  const editor = await window.showTextDocument(document, open?.viewColumn ?? ViewColumn.One);
  const line = document.lineAt(Math.min(place.line, document.lineCount - 1));
  const start = line.range.start.translate(0, line.firstNonWhitespaceCharacterIndex);
  editor.selection = new Selection(start, start);
  editor.revealRange(new Range(start, start), TextEditorRevealType.InCenterIfOutsideViewport);
}
