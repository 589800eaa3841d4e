// The process of a server: started as early as can be, and ended for certain.
// Must never learn what is said to it.

import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { ExtensionContext, LogOutputChannel } from "vscode";
import type { Program } from "./finder";

/** Time in which a server that was told to end may do so. */
const GRACE_MS = 2_000;

/** An empty folder of our own: nothing in a workspace can be taken for a module or a program. */
export function folderOf({ globalStorageUri }: ExtensionContext): string {
  mkdirSync(globalStorageUri.fsPath, { recursive: true });
  return globalStorageUri.fsPath;
}

export class ServerProcess {
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly since = Date.now();
  private failure: string | undefined;

  constructor(program: Program, cwd: string, log: LogOutputChannel) {
    const args = [...program.prefix, "server"];
    log.info(`starting ${[program.command, ...args].join(" ")} (${program.origin})`);
    // For where the extension itself lies on a disk that nobody may write to.
    const env = { ...process.env, KERAS_LSP_COMPILED: join(cwd, "compiled") };
    this.child = spawn(program.command, args, { cwd, env, windowsHide: true });
    this.child.on("error", (problem) => {
      this.failure = problem.message;
    });
    this.child.on("exit", (code, signal) => {
      this.failure = signal === null ? `it ended with ${String(code)}` : `it was ended by ${signal}`;
      log.info(`the server's process: ${this.failure}`);
    });
  }

  /** What a client speaks with; fails where there is nobody any more. */
  get running(): Promise<ChildProcessWithoutNullStreams> {
    return this.failure === undefined
      ? Promise.resolve(this.child)
      : Promise.reject(new Error(this.failure));
  }

  /** Whether it has ended, or never came up. */
  get isGone(): boolean {
    return this.failure !== undefined;
  }

  /** Seconds since it was started. */
  get age(): number {
    return (Date.now() - this.since) / 1000;
  }

  /** For a server that was told to end, or is not wanted. */
  end(): void {
    setTimeout(() => this.child.kill(), GRACE_MS).unref();
  }
}
