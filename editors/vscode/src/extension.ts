// What the editor calls: puts the parts together and takes them down again.
// Must never learn how the server is found, started or configured.

import { commands, window, workspace, type ExtensionContext } from "vscode";
import { Server } from "./client";
import { onSelectedInterpreter } from "./python";
import { SECTION } from "./settings";
import { Status } from "./status";
import { TraceView } from "./trace";

let server: Server | undefined;

export async function activate(context: ExtensionContext): Promise<void> {
  const log = window.createOutputChannel("keras-lsp", { log: true });
  const status = new Status();
  const trace = new TraceView();
  const running = new Server(log, status, trace, context.globalStorageUri);
  server = running;

  context.subscriptions.push(
    log,
    status,
    trace,
    commands.registerCommand("keras-lsp.restart", () => running.restart()),
    commands.registerCommand("keras-lsp.showLog", () => {
      log.show();
    }),
    workspace.onDidChangeConfiguration(async (change) => {
      if (change.affectsConfiguration(`${SECTION}.path`)) {
        await running.restart();
      } else if (change.affectsConfiguration(SECTION)) {
        await running.settingsChanged();
      }
    }),
    workspace.onDidGrantWorkspaceTrust(() => running.restart()),
    await onSelectedInterpreter(() => running.restart()),
  );
  await running.start();
}

export async function deactivate(): Promise<void> {
  await server?.stop();
  server = undefined;
}
