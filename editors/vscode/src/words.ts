// Lives in words: what stands beside a model and beside a step.
// Must never learn of the editor; plain data in, plain text out.

import { posix } from "node:path";
import type { At, Life, Step, Wrong } from "./lives";

/** Steps after which a model is in another state than before; the others leave it as it was. */
const STATES = new Set([
  "defined",
  "built",
  "compiled",
  "trained",
  "frozen",
  "unfrozen",
  "saved",
  "overwritten",
  "lost",
]);
const ORDER = ["error", "warning", "hint"] as const;

/** `Sequential, trained, in build_model`: what a model is, what became of it, where it is made. */
export function summaryOf(life: Life): string {
  const last = life.steps.filter(({ what }) => STATES.has(what)).at(-1)?.what ?? "";
  const within = life.function === "" ? "" : `in ${life.function}`;
  return [life.kind, last, within].filter((word) => word !== "").join(" · ");
}

/** What is to be said of a step beside its place, where the model it belongs to is in view. */
export function detailOf({ what, detail }: Step, life: Life): string {
  if (what === "defined" && detail === `\`${life.name}\` is bound to it`) {
    return "";
  }
  const within = `in \`${life.function}\``;
  const rest = detail.startsWith(within) ? detail.slice(within.length) : detail;
  return rest.replace(/^, /u, "");
}

/** The worst of what is wrong with a life. */
export function worstOf(life: Life): Wrong["severity"] | undefined {
  return ORDER.find((severity) => life.findings.some((wrong) => wrong.severity === severity));
}

/** Where something is, as one would say it to somebody who looks at `document`. */
export function placesOf(
  at: At,
  document: string | undefined,
  cellOf: (uri: string) => number | undefined,
): string {
  const cell = cellOf(at.uri);
  const line = `line ${at.line + 1}`;
  if (cell !== undefined) {
    return `cell ${cell}, ${line}`;
  }
  return at.uri === document ? line : `${fileOf(at.uri)}, ${line}`;
}

/** The name of a document's file. */
export function fileOf(uri: string): string {
  const name = posix.basename(uri.replace(/[?#].*$/u, ""));
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/** The lives of the models of a document as a page. */
export function told(
  document: string,
  lives: readonly Life[],
  cellOf: (uri: string) => number | undefined,
): string {
  if (lives.length === 0) {
    return `${fileOf(document)}: no Keras model that can be followed.\n`;
  }
  return lives.map((life) => toldOf(life, document, cellOf).join("\n")).join("\n\n") + "\n";
}

function toldOf(
  life: Life,
  document: string,
  cellOf: (uri: string) => number | undefined,
): string[] {
  const within = life.function === "" ? "" : ` in \`${life.function}\``;
  const place = (at: At): string => placesOf(at, document, cellOf);
  return [
    `${place(life)}: \`${life.name}\`, ${life.kind} model${within}`,
    ...life.steps.map((step) => {
      const detail = step.detail === "" ? "" : `  (${step.detail})`;
      return `    ${place(step)}: ${step.what}${detail}`;
    }),
    ...life.findings.map(
      (wrong) => `    ${place(wrong)}: ${wrong.severity}: ${wrong.message} [${wrong.rule}]`,
    ),
  ];
}
