// The one owner of the server process: starts, stops and restarts it, one after the other.
// Must never learn what a setting means or what the server finds.

import { setTimeout as sleep } from "node:timers/promises";
import { commands, EventEmitter, type ExtensionContext, type LogOutputChannel } from "vscode";
import {
  CloseAction,
  DidChangeConfigurationNotification,
  ErrorAction,
  ExecuteCommandRequest,
  LanguageClient,
  State,
  type ErrorHandler,
} from "vscode-languageclient/node";
import { beginAnew, bundledWith, type Begun } from "./beginning";
import { optionsFor, QuietClient, type Intercept } from "./client";
import { findServer, isSame, type Found, type Program, type Search } from "./finder";
import { remember } from "./memory";
import { tellCrashed, tellNewer, tellNotFound, tellOlder } from "./messages";
import { folderOf, type ServerProcess } from "./process";
import { Restarts, MOST } from "./restarts";
import { SECTION, settingsFor } from "./settings";
import { fit, versionOf } from "./versions";

/** How the server is, for whoever shows it. */
export interface Condition {
  readonly state: "stopped" | "starting" | "running" | "failed";
  /** Why it failed, in words. */
  readonly reason?: string;
  readonly program?: Program;
  readonly version?: string;
}

const LIVES_CHANGED = "keras-lsp/livesChanged";

export class Server {
  private client: LanguageClient | undefined;
  private process: ServerProcess | undefined;
  private found: Found | undefined;
  private readonly restarts = new Restarts();
  // Each step waits for the one before: two restarts in a row never leave two servers.
  private last: Promise<void> = Promise.resolve();
  private now: Condition = { state: "stopped" };
  private readonly changed = new EventEmitter<Condition>();
  private readonly news = new EventEmitter<void>();
  readonly onDidChange = this.changed.event;
  /** Other files have brought news: lives of models may be others now. */
  readonly onNews = this.news.event;

  intercept: Intercept = (command, args, next) => next(command, args);

  constructor(
    readonly log: LogOutputChannel,
    private readonly context: ExtensionContext,
  ) {
    context.subscriptions.push(this.changed, this.news);
  }

  get condition(): Condition {
    return this.now;
  }

  get folder(): string {
    return folderOf(this.context);
  }

  /** Speaks with the server that is begun; if it is that of the last time, looks for others meanwhile. */
  start(begun?: Promise<Begun>): Promise<void> {
    return this.next(async () => {
      await this.launch(begun);
      if ((await begun)?.remembered === true) {
        void this.reconsider();
      }
    });
  }

  stop(): Promise<void> {
    return this.next(() => this.shutDown());
  }

  restart(): Promise<void> {
    this.restarts.forget();
    return this.next(async () => {
      await this.shutDown();
      await this.launch();
    });
  }

  /** Looks whether another server should run here now than the one that does. */
  async reconsider(): Promise<void> {
    const search = await findServer(bundledWith(this.context));
    await this.next(async () => {
      const runs = this.now.state === "running" || this.now.state === "starting";
      if (runs && (search.program === undefined || isSame(search, this.found))) {
        return;
      }
      this.restarts.forget();
      await this.shutDown();
      await this.launch();
    });
  }

  /** Tells the server, which asks again for what it needs by folder. */
  async settingsChanged(): Promise<void> {
    if (this.client?.isRunning() === true) {
      const settings = { [SECTION]: settingsFor(undefined) };
      await this.client.sendNotification(DidChangeConfigurationNotification.type, { settings });
    }
  }

  /** What a command of the server answers; undefined while there is no server. */
  async ask(command: string, ...args: unknown[]): Promise<unknown> {
    const client = this.client;
    if (client?.isRunning() !== true) {
      return undefined;
    }
    try {
      return await client.sendRequest(ExecuteCommandRequest.type, { command, arguments: args });
    } catch (problem) {
      this.log.debug(`${command} was not answered: ${String(problem)}`);
      return undefined;
    }
  }

  private next(step: () => Promise<void>): Promise<void> {
    this.last = this.last.then(step).catch((problem: unknown) => {
      this.log.error(problem instanceof Error ? problem : String(problem));
      const reason = problem instanceof Error ? problem.message : String(problem);
      this.become({ state: "failed", reason });
    });
    return this.last;
  }

  private async launch(begun = beginAnew(this.context, this.log)): Promise<void> {
    this.become({ state: "starting" });
    const { search, process } = await begun;
    const found = this.noted(search);
    this.found = found;
    if (found === undefined || process === undefined) {
      return;
    }
    const client = this.createClient(found, process);
    this.client = client;
    this.process = process;
    try {
      await client.start();
    } catch (problem) {
      // Where the process has ended by itself, it has been noticed already.
      this.log.error(`the server did not start: ${String(problem)}`);
      this.crashed(client, found.program);
      return;
    }
    if (this.client === client) {
      remember(this.context, found);
      this.log.info(`it answered ${process.age.toFixed(2)} s after it was started`);
      this.greet(client, found.program);
    }
  }

  private noted(search: Search): Found | undefined {
    for (const reason of search.tried) {
      this.log.info(reason);
    }
    const { program, selected } = search;
    if (program !== undefined) {
      return { program, selected };
    }
    const reason = search.failure === "path" ? "keras-lsp.path is no server" : "no Python found";
    this.become({ state: "failed", reason });
    tellNotFound(search);
    return undefined;
  }

  private greet(client: LanguageClient, program: Program): void {
    const version = client.initializeResult?.serverInfo?.version;
    this.become({ state: "running", program, ...(version === undefined ? {} : { version }) });
    const ours = versionOf(this.context.extension);
    const how = fit(version, ours);
    this.log.info(`keras-lsp ${version ?? "of no version"} runs, ${program.origin} (${how})`);
    if (how === "older" || how === "unknown") {
      tellOlder(version ?? "of unknown version", ours, program.origin);
    } else if (how === "newer") {
      tellNewer(version ?? "", ours, program.origin);
    }
  }

  private createClient({ program, selected }: Found, process: ServerProcess): LanguageClient {
    const client: QuietClient = new QuietClient(
      SECTION,
      "keras-lsp",
      () => process.running,
      {
        ...optionsFor(selected, this.log, (...call) => this.intercept(...call)),
        errorHandler: this.errorHandler(() => { this.crashed(client, program); }),
      },
    );
    client.isAlone = () => process.isGone;
    client.onNotification(LIVES_CHANGED, () => {
      this.news.fire();
    });
    client.onDidChangeState(({ newState }) => {
      void commands.executeCommand("setContext", "keras-lsp.running", newState === State.Running);
    });
    return client;
  }

  private errorHandler(crashed: () => void): ErrorHandler {
    return {
      error: () => ({ action: ErrorAction.Continue, handled: true }),
      closed: () => {
        crashed();
        return { action: CloseAction.DoNotRestart, handled: true };
      },
    };
  }

  /** The process is gone although nobody stopped it. */
  private crashed(client: LanguageClient, program: Program): void {
    if (client !== this.client) {
      return;
    }
    this.client = undefined;
    this.process?.end();
    if (!this.restarts.crashed(Date.now())) {
      this.become({ state: "failed", reason: "the server crashed too often", program });
      this.log.error(`the server has crashed ${MOST + 1} times and is not started again`);
      tellCrashed(MOST + 1);
      return;
    }
    this.log.warn("the server has ended unexpectedly and is started again");
    this.become({ state: "starting", program });
    void this.next(async () => {
      await sleep(this.restarts.pause);
      await client.dispose().catch(() => undefined);
      if (this.client === undefined) {
        await this.launch();
      }
    });
  }

  private async shutDown(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    this.become({ state: "stopped" });
    // A client that never came up has nothing to shut down, and says so by throwing.
    if (client?.needsStop() === true) {
      await client.stop().catch((problem: unknown) => {
        this.log.warn(String(problem));
      });
    }
    await client?.dispose().catch(() => undefined);
    this.process?.end();
    this.process = undefined;
  }

  private become(condition: Condition): void {
    this.now = condition;
    this.changed.fire(condition);
  }
}
