// Which server ran in this workspace the last time, so that a start need not look for one.
// Must never learn how servers are found; what is remembered has to stand every test again.

import { statSync } from "node:fs";
import { workspace, type ExtensionContext } from "vscode";
import type { Found, Program } from "./finder";
import { isInWorkspace } from "./interpreters";
import { configuredPath, usesBundled } from "./settings";

const KEY = "server";

interface Memory {
  readonly found: Found;
  /** All that was looked at to find it, but for what is on the disk. */
  readonly circumstances: string;
  /** When the program was changed last, in milliseconds. */
  readonly changed: number;
}

/**
 * The server of the last time, if everything is as it was; whether another one would be found now
 * is to be asked later. Nothing here waits: others keep the editor busy while it starts.
 */
export function remembered(context: ExtensionContext): Found | undefined {
  const memory = context.workspaceState.get<Memory>(KEY);
  if (memory?.circumstances !== circumstances(context)) {
    return undefined;
  }
  const { found, changed } = memory;
  if (changeOf(found.program) !== changed) {
    return undefined;
  }
  return workspace.isTrusted || !isInWorkspace(found.program.command) ? found : undefined;
}

export function remember(context: ExtensionContext, found: Found): void {
  const changed = changeOf(found.program);
  const memory: Memory | undefined =
    changed === undefined
      ? undefined
      : { found, circumstances: circumstances(context), changed };
  void context.workspaceState.update(KEY, memory);
}

function circumstances({ extension }: ExtensionContext): string {
  return JSON.stringify([
    extension.extensionPath,
    workspace.isTrusted,
    configuredPath(),
    usesBundled(),
    workspace.workspaceFolders?.map(({ uri }) => uri.toString()),
    process.env["PATH"],
  ]);
}

function changeOf({ command }: Program): number | undefined {
  try {
    return statSync(command).mtimeMs;
  } catch {
    return undefined;
  }
}
