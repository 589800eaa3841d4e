// What the editor calls: has a server started before all else, and meanwhile loads the rest.
// Must never learn what that rest is.

import { window, type ExtensionContext } from "vscode";
import { begin } from "./beginning";
import { isCalledFor } from "./calling";
import type { Session } from "./session";

let session: Promise<Session> | undefined;

export async function activate(context: ExtensionContext): Promise<void> {
  const log = window.createOutputChannel("keras-lsp", { log: true });
  context.subscriptions.push(log);
  // A server takes longer to start than the client to load: neither waits for the other.
  const begun = isCalledFor() ? begin(context, log) : undefined;
  session = import("./session.js").then((loaded) => new loaded.Session(context, log));
  await (await session).start(begun);
}

export async function deactivate(): Promise<void> {
  await (await session)?.stop();
  session = undefined;
}
