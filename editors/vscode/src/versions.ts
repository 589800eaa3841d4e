// Whether a server and this extension were made for each other, by their version numbers alone.
// Must never learn where either comes from; plain text in, plain words out.

export type Fit = "same" | "older" | "newer" | "unknown";

/**
 * How a server's version stands to the extension's. A release that only mends (the third number)
 * changes nothing between them, nor does what follows the numbers.
 */
export function fit(server: string | undefined, extension: string): Fit {
  const theirs = parts(server);
  const ours = parts(extension);
  if (theirs === undefined || ours === undefined) {
    return "unknown";
  }
  const difference = theirs[0] - ours[0] || theirs[1] - ours[1];
  if (difference === 0) {
    return "same";
  }
  return difference < 0 ? "older" : "newer";
}

/** The version that a package's manifest tells. */
export function versionOf({ packageJSON }: { readonly packageJSON: unknown }): string {
  const { version } = packageJSON as { readonly version?: unknown };
  return typeof version === "string" ? version : "unknown";
}

/** Whether a Python can run the server: 3.11 is the oldest one that can. */
export function runsServer(python: readonly number[]): boolean {
  const [major = 0, minor = 0] = python;
  return major > 3 || (major === 3 && minor >= 11);
}

function parts(version: string | undefined): [number, number] | undefined {
  const found = /^\s*v?(\d+)(?:\.(\d+))?/u.exec(version ?? "");
  return found === null ? undefined : [Number(found[1]), Number(found[2] ?? 0)];
}
