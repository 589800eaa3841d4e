// The one owner of the server process: starts, stops and restarts it, one after the other.
// Must never learn what a setting means or what the server finds.

import {
  commands,
  window,
  workspace,
  type LogOutputChannel,
  type ProviderResult,
  type Uri,
} from "vscode";
import {
  DidChangeConfigurationNotification,
  LanguageClient,
  RevealOutputChannelOn,
  State,
  type LanguageClientOptions,
  type ServerOptions,
} from "vscode-languageclient/node";
import { findServer, offerHelp, selectedInterpreter, type Program } from "./python";
import { SECTION, settingsFor } from "./settings";
import type { Status } from "./status";
import { TRACE_COMMAND, type TraceView } from "./trace";

export class Server {
  private client: LanguageClient | undefined;
  // Each step waits for the one before: two restarts in a row never leave two servers.
  private last: Promise<void> = Promise.resolve();

  constructor(
    private readonly log: LogOutputChannel,
    private readonly status: Status,
    private readonly trace: TraceView,
    private readonly storage: Uri,
  ) {}

  start(): Promise<void> {
    return this.next(() => this.launch());
  }

  stop(): Promise<void> {
    return this.next(() => this.shutDown());
  }

  restart(): Promise<void> {
    return this.next(async () => {
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

  private next(step: () => Promise<void>): Promise<void> {
    this.last = this.last.then(step).catch((problem: unknown) => {
      this.log.error(problem instanceof Error ? problem : String(problem));
      this.status.failed(problem instanceof Error ? problem.message : String(problem));
    });
    return this.last;
  }

  private async launch(): Promise<void> {
    this.status.starting();
    const { program, tried } = await findServer();
    for (const reason of tried) {
      this.log.info(reason);
    }
    if (program === undefined) {
      this.status.failed("no Python with keras-lsp found");
      // Not awaited: the message may stay open for as long as the user likes.
      void offerHelp(tried);
      return;
    }
    this.log.info(`starting ${[program.command, ...program.args].join(" ")}`);
    const client = await this.createClient(program);
    this.client = client;
    client.onDidChangeState(({ newState }) => {
      this.follow(client, newState);
    });
    try {
      await client.start();
    } catch (problem) {
      void window
        .showErrorMessage("keras-lsp could not be started.", "Show Log")
        .then((answer) => {
          if (answer !== undefined) {
            this.log.show();
          }
        });
      throw problem;
    }
  }

  private async createClient(program: Program): Promise<LanguageClient> {
    // An empty folder of our own: nothing in a workspace can be taken for a module or a program.
    await workspace.fs.createDirectory(this.storage);
    const serverOptions: ServerOptions = {
      command: program.command,
      args: [...program.args],
      options: { cwd: this.storage.fsPath },
    };
    return new LanguageClient(SECTION, "keras-lsp", serverOptions, await this.clientOptions());
  }

  private async clientOptions(): Promise<LanguageClientOptions> {
    return {
      documentSelector: [
        { scheme: "file", language: "python" },
        { scheme: "untitled", language: "python" },
        { notebook: "jupyter-notebook", language: "python" },
      ],
      outputChannel: this.log,
      traceOutputChannel: this.log,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      initializationOptions: {
        settings: settingsFor(undefined),
        trusted: workspace.isTrusted,
        interpreter: await selectedInterpreter(),
      },
      middleware: {
        executeCommand: (command, args: unknown[], next): ProviderResult<unknown> =>
          command === TRACE_COMMAND ? this.trace.run(args, next) : next(command, args),
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

  private follow(client: LanguageClient, state: State): void {
    if (client !== this.client) {
      return;
    }
    const isRunning = state === State.Running;
    void commands.executeCommand("setContext", "keras-lsp.running", isRunning);
    if (isRunning) {
      this.status.running(client.initializeResult?.serverInfo?.version);
    } else if (state === State.Stopped) {
      this.status.failed("the server has stopped");
    }
  }

  private async shutDown(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    void commands.executeCommand("setContext", "keras-lsp.running", false);
    this.status.stopped();
    // A client that never came up has nothing to shut down, and says so by throwing.
    if (client?.needsStop() === true) {
      await client.stop().catch((problem: unknown) => {
        this.log.warn(String(problem));
      });
    }
    await client?.dispose().catch(() => undefined);
  }
}
