// The item in the status bar: how the server is, the Keras found, the models of the file.
// Must never learn why something is as it is; it shows what it is told.

import {
  commands,
  Disposable,
  languages,
  MarkdownString,
  QuickPickItemKind,
  StatusBarAlignment,
  ThemeColor,
  window,
  type QuickPickItem,
} from "vscode";
import type { Lives, Scene } from "./lives";
import type { Condition, Server } from "./server";

export const MENU_COMMAND = "keras-lsp.menu";
const PYTHON = [{ language: "python" }, { notebookType: "jupyter-notebook", language: "python" }];

export class Status implements Disposable {
  private readonly item = window.createStatusBarItem(
    "keras-lsp.status",
    StatusBarAlignment.Right,
    90,
  );
  private readonly subscriptions: Disposable;

  constructor(
    private readonly server: Server,
    private readonly lives: Lives,
  ) {
    this.item.name = "keras-lsp";
    this.item.command = MENU_COMMAND;
    const show = (): void => {
      this.show();
    };
    this.subscriptions = Disposable.from(
      this.item,
      server.onDidChange(show),
      lives.onDidChange(show),
      window.onDidChangeVisibleTextEditors(show),
    );
    show();
  }

  dispose(): void {
    this.subscriptions.dispose();
  }

  /** What one can do about the server; the item's click opens it. */
  async menu(): Promise<void> {
    const { condition } = this.server;
    const about = linesOf(condition, this.lives.scene);
    const entries: (QuickPickItem & { readonly command?: string })[] = [
      { label: "$(debug-restart) Restart the server", command: "keras-lsp.restart" },
      { label: "$(output) Show the log", command: "keras-lsp.showLog" },
      { label: "$(heart) Run the doctor", command: "keras-lsp.doctor" },
      { label: "$(list-tree) Show the models of this file", command: "keras-lsp.lives.focus" },
      { label: "$(gear) Settings", command: "keras-lsp.settings" },
      { label: "", kind: QuickPickItemKind.Separator },
      ...about.map((label) => ({ label: `$(info) ${label}` })),
    ];
    const chosen = await window.showQuickPick(entries, { title: `keras-lsp: ${about[0] ?? ""}` });
    if (chosen?.command !== undefined) {
      await commands.executeCommand(chosen.command);
    }
  }

  private show(): void {
    const { condition } = this.server;
    const { scene } = this.lives;
    const failed = condition.state === "failed";
    this.item.text = textOf(condition, scene);
    this.item.backgroundColor = failed
      ? new ThemeColor("statusBarItem.errorBackground")
      : undefined;
    const lines = linesOf(condition, scene).map((line) => `- ${line}`);
    const tooltip = new MarkdownString(`**keras-lsp**\n\n${lines.join("\n")}`);
    this.item.tooltip = tooltip;
    this.item.accessibilityInformation = { label: `keras-lsp: ${lines.join(", ")}` };
    // It stays while a log or a report is in front: its menu is wanted there, too.
    const hasPython = window.visibleTextEditors.some(
      ({ document }) => languages.match(PYTHON, document) > 0,
    );
    if (failed || hasPython || scene.document !== undefined) {
      this.item.show();
    } else {
      this.item.hide();
    }
  }
}

function textOf({ state }: Condition, { document, lives }: Scene): string {
  switch (state) {
    case "starting":
      return "$(sync~spin) Keras";
    case "failed":
      return "$(error) Keras";
    case "stopped":
      return "$(circle-slash) Keras";
    case "running":
      return document === undefined ? "$(pulse) Keras" : `$(pulse) Keras: ${counted(lives.length)}`;
  }
}

/** All there is to say, the most important first. */
function linesOf(condition: Condition, { document, lives, keras }: Scene): string[] {
  const { state, reason, version, program } = condition;
  const server = version === undefined ? "the server" : `server ${version}`;
  const lines = [state === "failed" ? `failed: ${reason ?? "the log says why"}` : `${server} is ${state}`];
  if (document !== undefined) {
    lines.push(`${counted(lives.length)} in this file`);
  }
  if (keras !== undefined) {
    lines.push(`held against Keras ${keras.version} (${keras.source})`);
  }
  if (program !== undefined) {
    lines.push(`${program.command}, ${program.origin}`);
  }
  return lines;
}

function counted(models: number): string {
  return `${models === 0 ? "no" : models} ${models === 1 ? "model" : "models"}`;
}
