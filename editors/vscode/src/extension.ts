// What the editor calls: puts the parts together and takes them down again.
// Must never learn how the server is found, started or configured.

import {
  CodeAction,
  CodeActionKind,
  commands,
  languages,
  window,
  workspace,
  type ExtensionContext,
} from "vscode";
import { Commands, rulesAt } from "./commands";
import { onSelectedInterpreter } from "./interpreters";
import { Lives, TRACE_COMMAND } from "./lives";
import { ModelView, SHOW_COMMAND } from "./modelView";
import { Pages } from "./pages";
import { Server } from "./server";
import { configuredPath, SECTION, STRATEGY } from "./settings";
import { MENU_COMMAND, Status } from "./status";
import { LivesView, open, OPEN_COMMAND } from "./tree";

let stop: (() => Promise<void>) | undefined;

export async function activate(context: ExtensionContext): Promise<void> {
  const log = window.createOutputChannel("keras-lsp", { log: true });
  const pages = new Pages();
  const server = new Server(log, context);
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
  stop = () => server.stop();

  const register = (name: string, call: (...args: unknown[]) => unknown): void => {
    context.subscriptions.push(commands.registerCommand(name, call));
  };
  register("keras-lsp.restart", () => server.restart());
  register("keras-lsp.showLog", () => {
    log.show();
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
    log,
    pages,
    lives,
    models,
    status,
    new LivesView(lives),
    explaining(),
    workspace.onDidChangeConfiguration(async (change) => {
      const starts = [`${SECTION}.path`, `${SECTION}.${STRATEGY}`];
      if (starts.some((key) => change.affectsConfiguration(key))) {
        await server.restart();
      } else if (change.affectsConfiguration(SECTION)) {
        await server.settingsChanged();
      }
    }),
    workspace.onDidGrantWorkspaceTrust(() => server.restart()),
    await onSelectedInterpreter(async () => {
      if (configuredPath() === "") {
        await server.restart();
      }
    }),
  );
  await server.start();
}

export async function deactivate(): Promise<void> {
  await stop?.();
  stop = undefined;
}

/** Offers, at a finding, to explain its rule. */
function explaining(): { dispose(): unknown } {
  return languages.registerCodeActionsProvider(
    { language: "python" },
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
