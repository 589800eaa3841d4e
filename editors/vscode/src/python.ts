// Finds a program that is a keras-lsp server, and says in words why others are not.
// Must never learn the protocol; starts nothing that an untrusted workspace names.

import { execFile } from "node:child_process";
import { access, constants, realpath, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, delimiter, isAbsolute, join, relative } from "node:path";
import {
  commands,
  Disposable,
  extensions,
  window,
  workspace,
  type Event,
} from "vscode";
import { configuredPath, SECTION } from "./settings";

export interface Program {
  readonly command: string;
  readonly args: readonly string[];
}

export interface Search {
  readonly program: Program | undefined;
  /** What was looked at and why it was not taken, in order. */
  readonly tried: readonly string[];
}

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

const PYTHON_EXTENSION = "ms-python.python";
const INSTALLED = "import sys, importlib.util as u; sys.exit(u.find_spec('keras_lsp') is None)";
const PATIENCE_MS = 20_000;

export async function findServer(): Promise<Search> {
  const tried: string[] = [];
  const configured = expand(configuredPath());
  if (configured !== "") {
    // Who names a program means this one: another one in its place would only puzzle.
    const program = await asServer(configured, tried);
    return { program, tried };
  }
  const selected = await selectedInterpreter();
  for (const candidate of [...(selected === null ? [] : [selected]), ...(await onSearchPath())]) {
    const program = await asServer(candidate, tried);
    if (program !== undefined) {
      return { program, tried };
    }
  }
  return { program: undefined, tried };
}

/** The interpreter that the Python extension has for this workspace, if it may be started. */
export async function selectedInterpreter(): Promise<string | null> {
  if (!workspace.isTrusted) {
    return null;
  }
  const python = await pythonExtension();
  if (python === undefined) {
    return null;
  }
  const folder = workspace.workspaceFolders?.[0]?.uri;
  const path = python.environments.getActiveEnvironmentPath(folder);
  const environment = await python.environments.resolveEnvironment(path);
  return environment?.executable.uri?.fsPath ?? null;
}

export async function onSelectedInterpreter(listener: () => unknown): Promise<Disposable> {
  const python = await pythonExtension();
  return (
    python?.environments.onDidChangeActiveEnvironmentPath(() => {
      if (configuredPath() === "") {
        listener();
      }
    }) ?? new Disposable(() => undefined)
  );
}

/** A message that says what is missing, with the buttons that mend it. */
export async function offerHelp(tried: readonly string[]): Promise<void> {
  const settings = "Open Settings";
  const select = "Select Interpreter";
  const log = "Show Log";
  const hasPython = extensions.getExtension(PYTHON_EXTENSION) !== undefined;
  const answer = await window.showErrorMessage(
    configuredPath() === ""
      ? "No Python with keras-lsp was found. Install keras-lsp into the Python that you work with, or name its program in the setting keras-lsp.path."
      : `keras-lsp.path is no keras-lsp server: ${tried.join("; ")}`,
    settings,
    ...(hasPython ? [select] : []),
    log,
  );
  if (answer === settings) {
    await commands.executeCommand("workbench.action.openSettings", `${SECTION}.path`);
  } else if (answer === select) {
    await commands.executeCommand("python.setInterpreter");
  } else if (answer === log) {
    await commands.executeCommand("keras-lsp.showLog");
  }
}

async function asServer(path: string, tried: string[]): Promise<Program | undefined> {
  if (!(await isProgram(path))) {
    tried.push(`${path}: not a program that can be started`);
    return undefined;
  }
  if (basename(path).toLowerCase().startsWith("keras-lsp")) {
    return { command: path, args: ["server"] };
  }
  const problem = await failure(path, ["-I", "-c", INSTALLED]);
  if (problem !== undefined) {
    tried.push(`${path}: has no keras-lsp (${problem})`);
    return undefined;
  }
  return { command: path, args: ["-I", "-m", "keras_lsp", "server"] };
}

/** Absolute paths only, and none below the workspace: a cloned folder may hold a `python3`. */
async function onSearchPath(): Promise<string[]> {
  const suffix = process.platform === "win32" ? ".exe" : "";
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter(isAbsolute);
  const found: string[] = [];
  for (const name of ["keras-lsp", "python3", "python"]) {
    for (const folder of folders) {
      const path = join(folder, name + suffix);
      if ((await isProgram(path)) && (workspace.isTrusted || !(await isInWorkspace(path)))) {
        found.push(path);
        break;
      }
    }
  }
  return found;
}

async function isInWorkspace(path: string): Promise<boolean> {
  const places = [path, await realpath(path)];
  return (workspace.workspaceFolders ?? []).some(({ uri }) =>
    places.some((place) => {
      const inside = relative(uri.fsPath, place);
      return !inside.startsWith("..") && !isAbsolute(inside);
    }),
  );
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

/** Why a command failed, or undefined where it did not. */
function failure(command: string, args: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    const options = { cwd: homedir(), timeout: PATIENCE_MS, windowsHide: true };
    execFile(command, args, options, (error, _output, errors) => {
      const lines = errors.trim().split(/\r?\n/u);
      resolve(error === null ? undefined : (lines.at(-1) ?? "") || "not installed there");
    });
  });
}

function expand(path: string): string {
  const folder = workspace.workspaceFolders?.[0]?.uri.fsPath ?? "";
  return path
    .trim()
    .replace(/^~(?=$|[\\/])/u, () => homedir())
    .replaceAll("${workspaceFolder}", () => folder);
}

async function pythonExtension(): Promise<PythonExtension | undefined> {
  const extension = extensions.getExtension<PythonExtension>(PYTHON_EXTENSION);
  if (extension === undefined) {
    return undefined;
  }
  // Only the interpreter's selection is asked of it; if it does not come up, do without.
  return Promise.resolve(extension.activate()).catch(() => undefined);
}
