// Finds Pythons: the one that the user has selected, and those of the machine.
// Must never learn what is run with them; starts nothing that an untrusted workspace names.

import { execFile } from "node:child_process";
import { accessSync, constants, realpathSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, isAbsolute, join, relative } from "node:path";
import { Disposable, extensions, workspace, type Event, type Uri } from "vscode";

/** As much of the Python extension's public interface as is used here. */
interface PythonExtension {
  readonly environments: {
    getActiveEnvironmentPath(resource?: unknown): { readonly path: string };
    resolveEnvironment(path: unknown): Promise<
      { readonly executable: { readonly uri: { readonly fsPath: string } | undefined } } | undefined
    >;
    readonly onDidChangeActiveEnvironmentPath: Event<unknown>;
  };
}

/** What a Python says of itself. */
export interface Answer {
  readonly python: readonly number[];
  /** The version of the server that is installed in it. */
  readonly server: string | null;
}

export const PYTHON_EXTENSION = "ms-python.python";
const PATIENCE_MS = 20_000;
const NAMES = ["python3", "python", "python3.14", "python3.13", "python3.12", "python3.11"];
/** On macOS an editor that no shell has started knows little of the search path. */
const USUAL_PLACES =
  process.platform === "darwin" ? ["/opt/homebrew/bin", "/usr/local/bin", "/usr/bin"] : [];
// The version is read off the metadata, for nothing of the package is to be run yet.
const QUESTION = `
import importlib.util, json, sys
server = None
if importlib.util.find_spec("keras_lsp") is not None:
    from importlib.metadata import PackageNotFoundError, version
    try:
        server = version("keras-lsp")
    except PackageNotFoundError:
        server = "unknown"
print(json.dumps({"python": sys.version_info[:3], "server": server}))
`;

/** Interpreters that the Python extension has, by the address of a folder. */
export type Selected = Readonly<Record<string, string>>;

/** The interpreters that the Python extension has for the folders here, if they may be started. */
export async function selectedInterpreters(): Promise<Selected> {
  const python = workspace.isTrusted ? await pythonExtension() : undefined;
  const found: Record<string, string> = {};
  if (python !== undefined) {
    const folders = (workspace.workspaceFolders ?? []).map(({ uri }) => uri);
    for (const folder of folders.length === 0 ? [undefined] : folders) {
      const path = await selectedIn(python, folder);
      if (path !== undefined) {
        found[folder?.toString() ?? ""] = path;
      }
    }
  }
  return found;
}

/** The one of the first folder, which also runs the server if it can. */
export function firstOf(selected: Selected): string | null {
  return selected[workspace.workspaceFolders?.[0]?.uri.toString() ?? ""] ?? null;
}

async function selectedIn(python: PythonExtension, folder?: Uri): Promise<string | undefined> {
  try {
    const path = python.environments.getActiveEnvironmentPath(folder);
    return (await python.environments.resolveEnvironment(path))?.executable.uri?.fsPath;
  } catch {
    return undefined;
  }
}

export async function onSelectedInterpreter(listener: () => unknown): Promise<Disposable> {
  const python = await pythonExtension();
  return (
    python?.environments.onDidChangeActiveEnvironmentPath(() => {
      listener();
    }) ?? new Disposable(() => undefined)
  );
}

/** The Pythons of the machine, the likeliest first. */
export function installedPythons(): Iterable<string> {
  const names = process.platform === "win32" ? ["python", "python3", "py"] : NAMES;
  return onSearchPath(names, USUAL_PLACES);
}

/**
 * Programs on the search path and in further folders: absolute paths only, and of an untrusted
 * workspace none below it, for a cloned folder may hold a `python3`.  Each is looked for when it is
 * asked for, and nothing waits: while an editor starts, whoever waits is served last.
 */
export function* onSearchPath(
  names: readonly string[],
  further: readonly string[] = [],
): Generator<string> {
  const suffix = process.platform === "win32" ? ".exe" : "";
  const path = (process.env["PATH"] ?? "").split(delimiter).filter(isAbsolute);
  const found = new Set<string>();
  for (const name of names) {
    const places = [...path, ...further].map((folder) => join(folder, name + suffix));
    const program = places.find(mayBeStarted);
    if (program !== undefined && !found.has(program)) {
      found.add(program);
      yield program;
    }
  }
}

/** What a Python says of itself, or in words why it says nothing. */
export async function ask(python: string): Promise<Answer | string> {
  const { output, failure } = await run(python, ["-I", "-c", QUESTION], homedir());
  if (failure !== undefined) {
    return failure;
  }
  try {
    return JSON.parse(output) as Answer;
  } catch {
    return "it does not answer as a Python does";
  }
}

export interface Done {
  readonly output: string;
  /** Why the program failed, or undefined where it did not. */
  readonly failure: string | undefined;
}

export function run(command: string, args: readonly string[], cwd: string): Promise<Done> {
  return new Promise((resolve) => {
    const options = { cwd, timeout: PATIENCE_MS, windowsHide: true, maxBuffer: 16 * 2 ** 20 };
    execFile(command, args, options, (error, output, errors) => {
      const told = errors.trim().split(/\r?\n/u).at(-1) ?? "";
      const failure = error === null ? undefined : told === "" ? error.message : told;
      resolve({ output, failure });
    });
  });
}

export function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** Whether it is a program, and none that lies in an untrusted workspace. */
export function mayBeStarted(path: string): boolean {
  return isProgram(path) && (workspace.isTrusted || !isInWorkspace(path));
}

export function isInWorkspace(path: string): boolean {
  const places = [path, realpathSync(path)];
  return (workspace.workspaceFolders ?? []).some(({ uri }) =>
    places.some((place) => {
      const inside = relative(uri.fsPath, place);
      return !inside.startsWith("..") && !isAbsolute(inside);
    }),
  );
}

async function pythonExtension(): Promise<PythonExtension | undefined> {
  const extension = extensions.getExtension<PythonExtension>(PYTHON_EXTENSION);
  if (extension === undefined) {
    return undefined;
  }
  // Only the interpreter's selection is asked of it; if it does not come up, do without.
  return Promise.resolve(extension.activate()).catch(() => undefined);
}
