// Messages that say what is wrong with the server, with the buttons that mend it.
// Must never learn how it was noticed.

import { commands, ConfigurationTarget, env, extensions, Uri, window, workspace } from "vscode";
import type { Search } from "./finder";
import { PYTHON_EXTENSION } from "./interpreters";
import { BUNDLED, SECTION, STRATEGY } from "./settings";

const PYTHON = "https://www.python.org/downloads/";

type Button = readonly [title: string, press: () => unknown];

const log: Button = ["Show Log", () => commands.executeCommand("keras-lsp.showLog")];
const restart: Button = ["Restart", () => commands.executeCommand("keras-lsp.restart")];
const doctor: Button = ["Run Doctor", () => commands.executeCommand("keras-lsp.doctor")];
const settings: Button = [
  "Open Settings",
  () => commands.executeCommand("workbench.action.openSettings", `${SECTION}.path`),
];
const select: Button = [
  "Select Interpreter",
  () => commands.executeCommand("python.setInterpreter"),
];
const download: Button = ["Get Python", () => env.openExternal(Uri.parse(PYTHON))];
const useBundled: Button = [
  "Use the Bundled Server",
  () =>
    workspace.getConfiguration(SECTION).update(STRATEGY, BUNDLED, ConfigurationTarget.Global),
];
const update: Button = [
  "Update the Extension",
  () => commands.executeCommand("workbench.extensions.action.checkForUpdates"),
];

export function tellNotFound({ failure, tried }: Search): void {
  const why = tried.length === 0 ? "" : ` (${tried.join("; ")})`;
  if (failure === "path") {
    tell("error", `keras-lsp.path does not name a keras-lsp server${why}.`, [settings, log]);
    return;
  }
  const hasPython = extensions.getExtension(PYTHON_EXTENSION) !== undefined;
  tell(
    "error",
    `keras-lsp needs Python 3.11 or newer to run, and found none${why}. Keras itself is not needed.`,
    [download, ...(hasPython ? [select] : []), settings, log],
  );
}

export function tellCrashed(times: number): void {
  tell(
    "error",
    `The keras-lsp server crashed ${times} times in three minutes and is not started again. The log says why.`,
    [log, restart, doctor],
  );
}

export function tellOlder(server: string, extension: string, origin: string): void {
  tell(
    "warning",
    `keras-lsp ${server}, ${origin}, is older than this extension (${extension}): some of what it offers will be missing.`,
    [useBundled, log],
  );
}

export function tellNewer(server: string, extension: string, origin: string): void {
  tell(
    "info",
    `keras-lsp ${server}, ${origin}, is newer than this extension (${extension}): update it to have all of what the server offers.`,
    [update, useBundled],
  );
}

/** Shows a message; nobody waits for it, for it may stay open as long as the user likes. */
function tell(
  kind: "error" | "warning" | "info",
  message: string,
  buttons: readonly Button[],
): void {
  const show = {
    error: window.showErrorMessage,
    warning: window.showWarningMessage,
    info: window.showInformationMessage,
  }[kind];
  void show(message, ...buttons.map(([title]) => title)).then((answer) =>
    buttons.find(([title]) => title === answer)?.[1](),
  );
}
