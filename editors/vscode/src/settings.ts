// What the user has set in the editor, in the words that the server knows.
// Must never learn what the server does with a setting.

import { Uri, workspace } from "vscode";

export const SECTION = "keras-lsp";
export const STRATEGY = "importStrategy";
export const BUNDLED = "useBundled";

/** The settings of the server; the others of the section are for the editor alone. */
const OF_THE_SERVER = [
  "select",
  "ignore",
  "severity",
  "per-file-ignores",
  "exclude",
  "extra-paths",
  "python",
  "probe",
  "keras-version",
  "inlay-hints",
  "hover",
  "completion",
  "signature-help",
] as const;

/** Settings that name programs: an untrusted workspace has no say in them. */
const NAMES_A_PROGRAM: ReadonlySet<string> = new Set(["path", "python"]);

/**
 * The settings that somebody has set, and no defaults: what an editor sends wins over the project's
 * own files, so a default would silence them.
 */
export function settingsFor(scope: string | undefined): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const key of OF_THE_SERVER) {
    const value = explicit(key, scope === undefined ? undefined : Uri.parse(scope));
    if (value !== undefined) {
      found[key] = value;
    }
  }
  if (!workspace.isTrusted) {
    // Whatever Keras there is may be the workspace's own.
    found["probe"] = "off";
  }
  return found;
}

export function configuredPath(): string {
  const value = explicit("path", workspace.workspaceFolders?.[0]?.uri);
  return typeof value === "string" ? value : "";
}

/** The user wants the copy in the extension, whatever else is installed. */
export function usesBundled(): boolean {
  return explicit(STRATEGY, workspace.workspaceFolders?.[0]?.uri) === BUNDLED;
}

function explicit(key: string, scope: Uri | undefined): unknown {
  const set = workspace.getConfiguration(SECTION, scope ?? null).inspect<unknown>(key);
  if (!workspace.isTrusted && NAMES_A_PROGRAM.has(key)) {
    return set?.globalValue;
  }
  return set?.workspaceFolderValue ?? set?.workspaceValue ?? set?.globalValue;
}
