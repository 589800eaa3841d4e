// The commands that a user gives: trace, fix all, explain, doctor.
// Must never learn how the server is found or started.

import {
  commands,
  env,
  extensions,
  languages,
  Range,
  version,
  window,
  workspace,
  type CodeAction,
  type QuickPickItem,
  type TextDocument,
} from "vscode";
import { run } from "./interpreters";
import { TRACE_COMMAND, type Life } from "./lives";
import type { Pages } from "./pages";
import type { Server } from "./server";
import { cellOf } from "./tree";
import { versionOf } from "./versions";
import { fileOf, told } from "./words";

const FIX_ALL = "source.fixAll.keras-lsp";
const SOURCE = "keras-lsp";

/** A rule as the server's command line tells it. */
interface Rule {
  readonly name: string;
  readonly group: string;
  readonly severity: string;
  readonly summary: string;
  readonly explanation: string;
}

export class Commands {
  constructor(
    private readonly server: Server,
    private readonly pages: Pages,
  ) {}

  /** Asks about a document and a line of it (null: all), or about the cursor; shows the answer. */
  async trace(
    args: readonly unknown[],
    ask: (command: string, args: unknown[]) => unknown,
  ): Promise<unknown> {
    const editor = window.activeTextEditor;
    const [about = editor?.document.uri.toString(), line] = args;
    if (typeof about !== "string") {
      return undefined;
    }
    const at = args.length === 0 ? editor?.selection.active.line : line;
    let lives = (await ask(TRACE_COMMAND, [about, at ?? null])) as readonly Life[] | null;
    if (args.length === 0 && lives?.length === 0) {
      // No model has to do with this line: all of them, then.
      lives = (await ask(TRACE_COMMAND, [about, null])) as readonly Life[] | null;
    }
    if (lives !== null) {
      await this.pages.show(`${fileOf(about)}.life`, told(about, lives, cellOf));
    }
    return lives;
  }

  /** Applies every safe fix of the document in front. */
  async fixAll(): Promise<void> {
    const document = window.activeTextEditor?.document;
    if (document === undefined) {
      return;
    }
    const found = await commands.executeCommand<CodeAction[] | undefined>(
      "vscode.executeCodeActionProvider",
      document.uri,
      new Range(0, 0, document.lineCount, 0),
      FIX_ALL,
      1,
    );
    const edit = found?.find(({ edit }) => edit !== undefined)?.edit;
    if (edit === undefined) {
      void window.showInformationMessage("keras-lsp: nothing here that can be mended safely.");
      return;
    }
    await workspace.applyEdit(edit);
  }

  /** Shows the page of a rule; asks which one where none is named. */
  async explain(name: unknown): Promise<void> {
    const { program } = this.server.condition;
    if (program === undefined) {
      void window.showWarningMessage("keras-lsp is not running.");
      return;
    }
    const args = [...program.prefix, "explain", "--output-format", "json"];
    const { output, failure } = await run(program.command, args, this.server.folder);
    if (failure !== undefined) {
      void window.showErrorMessage(`keras-lsp could not explain its rules: ${failure}`);
      return;
    }
    const rules = JSON.parse(output) as readonly Rule[];
    const rule =
      typeof name === "string"
        ? rules.find((known) => known.name === name)
        : await choose(rules, rulesAtCursor());
    if (rule !== undefined) {
      const title = `# ${rule.name}\n\n*${rule.severity}, in the group ${rule.group}*`;
      await this.pages.showMarkdown(rule.name, `${title}\n\n${rule.explanation}\n`);
    }
  }

  /** Says what was found on this machine and whether all is in order. */
  async doctor(): Promise<void> {
    const { program } = this.server.condition;
    const head = this.about();
    if (program === undefined) {
      await this.pages.show("doctor", `${head}\nThere is no server to ask; the log says why.\n`);
      return;
    }
    // A workspace's settings count only where it is trusted.
    const folder = workspace.isTrusted ? workspace.workspaceFolders?.[0]?.uri : undefined;
    const cwd = folder?.scheme === "file" ? folder.fsPath : this.server.folder;
    const { output, failure } = await run(program.command, [...program.prefix, "doctor"], cwd);
    const end = failure === undefined ? "" : `\nIt failed: ${failure}\n`;
    await this.pages.show("doctor", `${head}\n${output}${end}`);
  }

  private about(): string {
    const { state, reason, program, version: server } = this.server.condition;
    const extension = extensions.getExtension("keras-lsp.keras-lsp");
    const lines = [
      ["extension", extension === undefined ? "unknown" : versionOf(extension)],
      ["editor", `${env.appName} ${version}${env.remoteName === undefined ? "" : `, ${env.remoteName}`}`],
      ["workspace", workspace.isTrusted ? "trusted" : "not trusted"],
      ["server", `${server ?? ""} ${state}${reason === undefined ? "" : `, ${reason}`}`.trim()],
      ["started as", program === undefined ? "" : [program.command, ...program.prefix].join(" ")],
      ["which is", program?.origin ?? ""],
    ];
    return lines
      .filter(([, value]) => value !== "")
      .map(([key = "", value = ""]) => `${key.padEnd(12)}${value}\n`)
      .join("");
  }
}

async function choose(
  rules: readonly Rule[],
  near: ReadonlySet<string>,
): Promise<Rule | undefined> {
  // What is wrong at the cursor is what one wants to know first.
  const ordered = [
    ...rules.filter(({ name }) => near.has(name)),
    ...rules.filter(({ name }) => !near.has(name)),
  ];
  const entries: (QuickPickItem & { readonly rule: Rule })[] = ordered.map((rule) => ({
    label: rule.name,
    description: near.has(rule.name) ? `${rule.severity}, at the cursor` : rule.severity,
    detail: rule.summary,
    rule,
  }));
  const options = { title: "Explain a rule of keras-lsp", matchOnDetail: true };
  return (await window.showQuickPick(entries, options))?.rule;
}

function rulesAtCursor(): ReadonlySet<string> {
  const editor = window.activeTextEditor;
  return editor === undefined ? new Set() : rulesAt(editor.document, editor.selection);
}

/** The rules of the findings on the lines of a range, as fixes are offered there, too. */
export function rulesAt(document: TextDocument, range: Range): ReadonlySet<string> {
  const found = languages
    .getDiagnostics(document.uri)
    .filter((diagnostic) => diagnostic.source === SOURCE)
    .filter(({ range: { start, end } }) =>
      start.line <= range.end.line && end.line >= range.start.line,
    );
  return new Set(
    found.map(({ code }) => String(typeof code === "object" ? code.value : (code ?? ""))),
  );
}
