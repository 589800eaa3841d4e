// All that there is while the extension is active: puts the parts together.
// Must never learn how the server is found, started or configured.

import {
  CodeAction,
  CodeActionKind,
  commands,
  languages,
  workspace,
  type ExtensionContext,
  type LogOutputChannel,
} from "vscode";
import type { Begun } from "./beginning";
import { isCalledFor, onceCalledFor, PROSE, telling } from "./calling";
import { Commands, rulesAt } from "./commands";
import { onSelectedInterpreter } from "./interpreters";
import { Lives, TRACE_COMMAND } from "./lives";
import { ModelView, SHOW_COMMAND } from "./modelView";
import { Pages } from "./pages";
import { Server } from "./server";
import { configuredPath, SECTION, STRATEGY } from "./settings";
import { MENU_COMMAND, Status } from "./status";
import { LivesView, open, OPEN_COMMAND } from "./tree";

export class Session {
  private readonly server: Server;

  constructor(
    private readonly context: ExtensionContext,
    log: LogOutputChannel,
  ) {
    this.server = new Server(log, context);
  }

  /** Speaks with the server that is begun, or starts one, or waits for a program to be opened. */
  async start(begun?: Promise<Begun>): Promise<void> {
    if (begun !== undefined || isCalledFor()) {
      const started = this.serve(begun);
      this.furnish();
      await started;
      return;
    }
    this.furnish();
    this.context.subscriptions.push(
      onceCalledFor(() => {
        // Somebody may have started it by hand.
        if (this.server.condition.state === "stopped") {
          void this.serve();
        }
      }),
    );
  }

  private async serve(begun?: Promise<Begun>): Promise<void> {
    await this.server.start(begun);
    // Whoever is to tell of interpreters may have to start first.
    this.context.subscriptions.push(
      await onSelectedInterpreter(async () => {
        if (configuredPath() === "") {
          await this.server.reconsider();
        }
      }),
    );
  }

  stop(): Promise<void> {
    return this.server.stop();
  }

  private furnish(): void {
    const { server, context } = this;
    const pages = new Pages();
    const does = new Commands(server, pages);
    const models = new ModelView(server);
    server.intercept = (command, args, next) => {
      if (command === SHOW_COMMAND) {
        return models.show(args[0], args[1]);
      }
      return command === TRACE_COMMAND ? does.trace(args, next) : next(command, args);
    };
    const lives = new Lives(server);
    const status = new Status(server, lives);

    const register = (name: string, call: (...args: unknown[]) => unknown): void => {
      context.subscriptions.push(commands.registerCommand(name, call));
    };
    register("keras-lsp.restart", () => server.restart());
    register("keras-lsp.showLog", () => {
      server.log.show();
    });
    register("keras-lsp.fixAll", () => does.fixAll());
    register("keras-lsp.explain", (rule) => does.explain(rule));
    register("keras-lsp.doctor", () => does.doctor());
    register("keras-lsp.settings", () =>
      commands.executeCommand("workbench.action.openSettings", `@ext:${context.extension.id}`),
    );
    register(MENU_COMMAND, () => status.menu());
    register(OPEN_COMMAND, open);

    context.subscriptions.push(
      pages,
      lives,
      models,
      status,
      new LivesView(lives),
      explaining(),
      telling(),
      workspace.onDidChangeConfiguration(async (change) => {
        const starts = [`${SECTION}.path`, `${SECTION}.${STRATEGY}`];
        if (starts.some((key) => change.affectsConfiguration(key))) {
          await server.restart();
        } else if (change.affectsConfiguration(SECTION)) {
          await server.settingsChanged();
        }
      }),
      workspace.onDidGrantWorkspaceTrust(() => server.restart()),
      // A folder that comes may have an interpreter of its own.
      workspace.onDidChangeWorkspaceFolders(() =>
        server.condition.state === "stopped" ? undefined : server.reconsider(),
      ),
    );
  }
}

/** Offers, at a finding, to explain its rule. */
function explaining(): { dispose(): unknown } {
  return languages.registerCodeActionsProvider(
    ["python", ...PROSE],
    {
      provideCodeActions: (document, range) =>
        [...rulesAt(document, range)].map((rule) => {
          const title = `Explain \`${rule}\``;
          const action = new CodeAction(title, CodeActionKind.QuickFix);
          action.command = { command: "keras-lsp.explain", title, arguments: [rule] };
          return action;
        }),
    },
    { providedCodeActionKinds: [CodeActionKind.QuickFix] },
  );
}
