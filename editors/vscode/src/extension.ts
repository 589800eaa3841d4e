// What the editor calls: starts the server that ran here last, and only then loads all the rest.
// Must never learn what that rest is.

import { window, type ExtensionContext } from "vscode";
import { isCalledFor } from "./calling";
import { remembered } from "./memory";
import { folderOf, ServerProcess } from "./process";
import type { Session } from "./session";

let session: Promise<Session> | undefined;

export async function activate(context: ExtensionContext): Promise<void> {
  const log = window.createOutputChannel("keras-lsp", { log: true });
  context.subscriptions.push(log);
  // A server takes longer to start than the client to load: neither waits for the other.
  const found = isCalledFor() ? remembered(context) : undefined;
  const early = found && { ...found, process: new ServerProcess(found.program, folderOf(context), log) };
  session = import("./session.js").then((loaded) => new loaded.Session(context, log));
  await (await session).start(early);
}

export async function deactivate(): Promise<void> {
  await (await session)?.stop();
  session = undefined;
}
