// The first steps of a start: which server is to run, and its process, while the client still loads.
// Must never learn the protocol, nor load what speaks it.

import { Uri, type ExtensionContext, type LogOutputChannel } from "vscode";
import { findServer, type Search } from "./finder";
import { remembered } from "./memory";
import { folderOf, ServerProcess } from "./process";

/** What a search came to, and the server that runs then, though nobody has spoken with it. */
export interface Begun {
  readonly search: Search;
  readonly process: ServerProcess | undefined;
  /** Nobody has looked for another one than that of the last time. */
  readonly remembered: boolean;
}

/** Starts the server of the last time, which takes no look around, or the one that is found. */
export async function begin(context: ExtensionContext, log: LogOutputChannel): Promise<Begun> {
  const found = remembered(context);
  return found === undefined
    ? beginAnew(context, log)
    : run({ ...found, tried: [], failure: undefined }, true, context, log);
}

/** Looks for a server and starts it. */
export async function beginAnew(context: ExtensionContext, log: LogOutputChannel): Promise<Begun> {
  return run(await findServer(bundledWith(context)), false, context, log);
}

/** The script that starts the copy of the server that comes with the extension. */
export function bundledWith({ extensionUri }: ExtensionContext): string {
  return Uri.joinPath(extensionUri, "bundled", "start.py").fsPath;
}

function run(
  search: Search,
  remembered: boolean,
  context: ExtensionContext,
  log: LogOutputChannel,
): Begun {
  const { program } = search;
  const process = program && new ServerProcess(program, folderOf(context), log);
  return { search, process, remembered };
}
