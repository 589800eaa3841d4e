// The client of the protocol as it is used here, and what it is told of this window.
// Must never learn where the server comes from.

import { workspace, type LogOutputChannel } from "vscode";
import { LanguageClient, RevealOutputChannelOn, type LanguageClientOptions } from "vscode-languageclient/node";
import { PROSE } from "./calling";
import { firstOf, type Selected } from "./interpreters";
import { SECTION, settingsFor } from "./settings";

/** Stands between the commands that the server announces and those who call them. */
export type Intercept = (
  command: string,
  args: unknown[],
  next: (command: string, args: unknown[]) => unknown,
) => unknown;

/**
 * A client whose troubles go to the log, a line each: what the user has to know is told in our own
 * words. Where its server is gone, whatever fails fails for that, and what the server said last
 * would be lost among it.
 */
export class QuietClient extends LanguageClient {
  isAlone = (): boolean => false;

  override error(message: string, data?: unknown): void {
    if (!this.isAlone()) {
      super.error(data instanceof Error ? `${message} ${data.message}` : message, undefined, false);
    }
  }
}

/** What a client is told of the documents, the settings and the trust of this window. */
export function optionsFor(
  selected: Selected,
  log: LogOutputChannel,
  intercept: Intercept,
): LanguageClientOptions {
  return {
    documentSelector: [
      { scheme: "file", language: "python" },
      { scheme: "untitled", language: "python" },
      { scheme: "vscode-vfs", language: "python" },
      { notebook: "jupyter-notebook", language: "python" },
      // Notebooks of Jupytext and MyST, chunks of Quarto and R; the server leaves other text alone.
      ...[...PROSE].flatMap((language) =>
        ["file", "untitled", "vscode-vfs"].map((scheme) => ({ scheme, language })),
      ),
    ],
    outputChannel: log,
    traceOutputChannel: log,
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    initializationFailedHandler: () => false,
    initializationOptions: {
      settings: settingsFor(undefined),
      trusted: workspace.isTrusted,
      interpreter: firstOf(selected),
      interpreters: selected,
      lives: true,
    },
    middleware: {
      executeCommand: (command, args: unknown[], next) => intercept(command, args, next),
      workspace: {
        configuration: (params) =>
          params.items.map(({ section, scopeUri }) =>
            section === SECTION ? settingsFor(scopeUri) : null,
          ),
        // `settingsChanged` tells it, with what is set and without the defaults.
        didChangeConfiguration: () => Promise.resolve(),
      },
    },
  };
}
