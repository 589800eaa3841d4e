// The view of the lives of models in the side bar: each model, below it what happens to it.
// Must never learn where lives come from.

import {
  EventEmitter,
  MarkdownString,
  Range,
  ThemeColor,
  ThemeIcon,
  TreeItem,
  TreeItemCollapsibleState,
  Uri,
  window,
  workspace,
  type Disposable,
  type TreeDataProvider,
  type TreeView,
} from "vscode";
import { detailOf, placesOf, summaryOf, worstOf } from "./words";
import type { At, Life, Lives, Step, Wrong } from "./lives";

const VIEW = "keras-lsp.lives";
export const OPEN_COMMAND = "keras-lsp.open";

/** Icons that say at a glance how a life goes; what is not listed has a plain dot. */
const ICONS: Readonly<Record<string, string>> = {
  defined: "symbol-class",
  named: "tag",
  built: "layers",
  grown: "add",
  compiled: "gear",
  trained: "mortar-board",
  evaluated: "beaker",
  "asked to predict": "telescope",
  frozen: "lock",
  unfrozen: "unlock",
  "trainable changed": "lock",
  saved: "save",
  loaded: "cloud-download",
  overwritten: "replace",
  lost: "trash",
};

const MARKS = {
  error: new ThemeIcon("error", new ThemeColor("list.errorForeground")),
  warning: new ThemeIcon("warning", new ThemeColor("list.warningForeground")),
  hint: new ThemeIcon("lightbulb"),
} as const;

type Node =
  | { readonly kind: "life"; readonly life: Life }
  | { readonly kind: "step"; readonly step: Step; readonly life: Life }
  | { readonly kind: "wrong"; readonly wrong: Wrong; readonly life: Life };

export class LivesView implements TreeDataProvider<Node>, Disposable {
  private readonly changed = new EventEmitter<undefined>();
  private readonly view: TreeView<Node>;
  private readonly subscription: Disposable;
  readonly onDidChangeTreeData = this.changed.event;

  constructor(private readonly lives: Lives) {
    this.view = window.createTreeView(VIEW, { treeDataProvider: this, showCollapseAll: true });
    this.subscription = lives.onDidChange(() => {
      this.changed.fire(undefined);
    });
  }

  getChildren(node?: Node): Node[] {
    if (node === undefined) {
      return this.lives.scene.lives.map((life) => ({ kind: "life", life }));
    }
    if (node.kind !== "life") {
      return [];
    }
    const { life } = node;
    return [
      ...life.steps.map((step): Node => ({ kind: "step", step, life })),
      ...life.findings.map((wrong): Node => ({ kind: "wrong", wrong, life })),
    ];
  }

  getParent(node: Node): Node | undefined {
    return node.kind === "life" ? undefined : { kind: "life", life: node.life };
  }

  getTreeItem(node: Node): TreeItem {
    switch (node.kind) {
      case "life":
        return this.itemOfLife(node.life);
      case "step":
        return this.itemOfStep(node.step, node.life);
      case "wrong":
        return this.itemOfWrong(node.wrong, node.life);
    }
  }

  dispose(): void {
    this.subscription.dispose();
    this.view.dispose();
    this.changed.dispose();
  }

  private itemOfLife(life: Life): TreeItem {
    const item = new TreeItem(life.name, TreeItemCollapsibleState.Expanded);
    item.id = this.idOf(life);
    item.description = summaryOf(life);
    item.tooltip = `${life.name}: ${summaryOf(life)}`;
    const worst = worstOf(life);
    item.iconPath = worst === undefined ? new ThemeIcon("pulse") : MARKS[worst];
    item.command = jump(life);
    return item;
  }

  private itemOfStep(step: Step, life: Life): TreeItem {
    const item = new TreeItem(step.what);
    item.id = `${this.idOf(life)}:${life.steps.indexOf(step)}`;
    const words = [this.place(step), detailOf(step, life)].filter((word) => word !== "");
    item.description = words.join(" · ");
    item.tooltip = `${step.what}: ${words.join(", ")}`;
    item.iconPath = new ThemeIcon(ICONS[step.what] ?? "circle-small-filled");
    item.command = jump(step);
    return item;
  }

  private itemOfWrong(wrong: Wrong, life: Life): TreeItem {
    const item = new TreeItem(wrong.message);
    item.id = `${this.idOf(life)}!${life.findings.indexOf(wrong)}`;
    item.description = this.place(wrong);
    item.tooltip = new MarkdownString(`${wrong.message}\n\n\`${wrong.rule}\``);
    item.iconPath = MARKS[wrong.severity];
    item.command = jump(wrong);
    return item;
  }

  /** The same for the same model while its file is edited: what is folded stays folded. */
  private idOf(life: Life): string {
    const alike = this.lives.scene.lives.filter(
      (other) => other.name === life.name && other.function === life.function,
    );
    const document = this.lives.scene.document?.toString() ?? "";
    return `${document}#${life.function}.${life.name}.${alike.indexOf(life)}`;
  }

  private place(at: At): string {
    return placesOf(at, this.lives.scene.document?.toString(), cellOf);
  }
}

/** The number of a cell in its notebook, Markdown cells counted, as notebooks are read. */
export function cellOf(uri: string): number | undefined {
  for (const notebook of workspace.notebookDocuments) {
    const cell = notebook.getCells().find(({ document }) => document.uri.toString() === uri);
    if (cell !== undefined) {
      return cell.index + 1;
    }
  }
  return undefined;
}

function jump({ uri, line }: At): { command: string; title: string; arguments: unknown[] } {
  return { command: OPEN_COMMAND, title: "Go to It", arguments: [uri, line] };
}

/** Opens a document, or the notebook that has it for a cell, at a line. */
export async function open(uri: unknown, line: unknown): Promise<void> {
  if (typeof uri !== "string" || typeof line !== "number") {
    return;
  }
  const selection = new Range(line, 0, line, 0);
  for (const notebook of workspace.notebookDocuments) {
    const cell = notebook.getCells().find(({ document }) => document.uri.toString() === uri);
    if (cell !== undefined) {
      await window.showNotebookDocument(notebook);
      await window.showTextDocument(cell.document, { selection });
      return;
    }
  }
  await window.showTextDocument(Uri.parse(uri), { selection });
}
