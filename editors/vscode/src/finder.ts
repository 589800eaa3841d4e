// Decides which server is started: the one that is set, the selected Python's, or the bundled one.
// Must never learn the protocol; says in words why others are not taken.

import { homedir } from "node:os";
import { basename } from "node:path";
import { workspace } from "vscode";
import { ask, firstOf, installedPythons, isProgram, mayBeStarted, onSearchPath, selectedInterpreters, type Selected } from "./interpreters";
import { configuredPath, usesBundled } from "./settings";
import { runsServer } from "./versions";

export interface Program {
  readonly command: string;
  /** What precedes the word of the command line: `server`, `doctor`, `explain`. */
  readonly prefix: readonly string[];
  /** Where it was found, in words that follow the program's name. */
  readonly origin: string;
}

/** A server, and the interpreters that were selected when it was found. */
export interface Found {
  readonly program: Program;
  readonly selected: Selected;
}

export type Failure = "path" | "python";

export interface Search {
  readonly program: Program | undefined;
  readonly selected: Selected;
  /** What was looked at and why it was not taken, in order. */
  readonly tried: readonly string[];
  /** Whose fault it is that there is no program: the setting's, or there is no suitable Python. */
  readonly failure: Failure | undefined;
}

/** Whether two searches came to the same end. */
export function isSame(one: Pick<Search, "program" | "selected">, other?: Found): boolean {
  const told = [one, other].map((found) => JSON.stringify([found?.program, found?.selected]));
  return told[0] === told[1];
}

/** The server to start; `bundled` is the script that starts the copy in this extension. */
export async function findServer(bundled: string): Promise<Search> {
  const tried: string[] = [];
  const selected = await selectedInterpreters();
  const first = firstOf(selected);
  const configured = expand(configuredPath());
  if (configured !== "") {
    // Who names a program means this one: another one in its place would only puzzle.
    const program = await atPath(configured, "set by keras-lsp.path", tried);
    return { program, selected, tried, failure: program === undefined ? "path" : undefined };
  }
  const program =
    (await installed(first, tried)) ?? (await fromBundle(bundled, first, tried));
  return { program, selected, tried, failure: program === undefined ? "python" : undefined };
}

/** A server that the user has installed; in an untrusted workspace nobody says that it is theirs. */
async function installed(selected: string | null, tried: string[]): Promise<Program | undefined> {
  if (usesBundled() || !workspace.isTrusted) {
    return undefined;
  }
  if (selected !== null) {
    const program = await atPath(selected, "installed in the selected interpreter", tried);
    if (program !== undefined) {
      return program;
    }
  }
  const [onPath] = onSearchPath(["keras-lsp"]);
  return onPath === undefined
    ? undefined
    : { command: onPath, prefix: [], origin: "found on the search path" };
}

async function fromBundle(
  bundled: string,
  selected: string | null,
  tried: string[],
): Promise<Program | undefined> {
  for (const python of candidates(selected)) {
    const answer = await ask(python);
    if (typeof answer === "string") {
      tried.push(`${python} cannot be used: ${answer}`);
    } else if (!runsServer(answer.python)) {
      tried.push(`${python} is Python ${answer.python.join(".")}, which is too old`);
    } else {
      return { command: python, prefix: ["-I", bundled], origin: "bundled with the extension" };
    }
  }
  return undefined;
}

function* candidates(selected: string | null): Generator<string> {
  if (selected !== null) {
    yield selected;
  }
  yield* installedPythons();
}

async function atPath(
  path: string,
  origin: string,
  tried: string[],
): Promise<Program | undefined> {
  if (!isProgram(path)) {
    tried.push(`${path} is not a program that can be started`);
    return undefined;
  }
  if (!mayBeStarted(path)) {
    // The user's own setting may lead into whatever workspace is open.
    tried.push(`${path} belongs to a workspace that is not trusted`);
    return undefined;
  }
  if (basename(path).toLowerCase().startsWith("keras-lsp")) {
    return { command: path, prefix: [], origin };
  }
  const answer = await ask(path);
  if (typeof answer === "string") {
    tried.push(`${path} cannot be used: ${answer}`);
  } else if (answer.server === null) {
    tried.push(`${path} has no keras-lsp`);
  } else {
    return { command: path, prefix: ["-I", "-m", "keras_lsp"], origin };
  }
  return undefined;
}

function expand(path: string): string {
  const folder = workspace.workspaceFolders?.[0]?.uri.fsPath ?? "";
  return path
    .trim()
    .replace(/^~(?=$|[\\/])/u, () => homedir())
    .replaceAll("${workspaceFolder}", () => folder);
}
