// How often a server that crashes is started again: three times in three minutes.
// Must never learn what a server is; it counts, and says when it is enough.

export const MOST = 3;
const PERIOD_MS = 3 * 60_000;

export class Restarts {
  private crashes: number[] = [];

  /** A crash at a time in milliseconds: whether to start again. */
  crashed(now: number): boolean {
    this.crashes = [...this.crashes.filter((time) => now - time < PERIOD_MS), now];
    return this.crashes.length <= MOST;
  }

  /** How long to wait before the next start, in milliseconds: each time a little longer. */
  get pause(): number {
    return 250 * 2 ** Math.max(0, this.crashes.length - 1);
  }

  forget(): void {
    this.crashes = [];
  }
}
