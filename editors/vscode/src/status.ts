// The item beside the language's name that says how the server is.
// Must never learn how it is started or why it failed.

import { languages, LanguageStatusSeverity, type Disposable } from "vscode";

export class Status implements Disposable {
  private readonly item = languages.createLanguageStatusItem("keras-lsp.status", {
    language: "python",
  });

  constructor() {
    this.item.name = "keras-lsp";
    this.stopped();
  }

  starting(): void {
    this.show("keras-lsp", "starting", LanguageStatusSeverity.Information);
    this.item.busy = true;
  }

  running(version: string | undefined): void {
    const text = version === undefined ? "keras-lsp" : `keras-lsp ${version}`;
    this.show(text, "follows the models of this file", LanguageStatusSeverity.Information);
  }

  stopped(): void {
    this.show("keras-lsp", "not running", LanguageStatusSeverity.Information);
  }

  failed(reason: string): void {
    this.show("keras-lsp", reason, LanguageStatusSeverity.Error);
    this.item.command = { command: "keras-lsp.restart", title: "Restart" };
  }

  dispose(): void {
    this.item.dispose();
  }

  private show(text: string, detail: string, severity: LanguageStatusSeverity): void {
    this.item.text = text;
    this.item.detail = detail;
    this.item.severity = severity;
    this.item.busy = false;
    this.item.command = { command: "keras-lsp.showLog", title: "Show Log" };
  }
}
