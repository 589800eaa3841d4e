// Two files: what the editor waits for, which starts a server, and all the rest with its libraries.
// The licences of these libraries go with them.
// With --tests: the extension's tests, one file for node and one for the editor's extension host.
import { writeFileSync } from "node:fs";
import { build } from "esbuild";
import { licencesOf } from "./licences.mjs";

const shared = {
  bundle: true,
  platform: "node",
  format: "cjs",
  target: "node20",
  logLevel: "warning",
};
if (process.argv.includes("--tests")) {
  await build({
    ...shared,
    entryPoints: { unit: "test/unit.ts", host: "test/host.ts" },
    outdir: "dist/tests",
    external: ["vscode", "node:*"],
    sourcemap: "inline",
  });
} else {
  const { metafile } = await build({
    ...shared,
    entryPoints: { extension: "src/extension.ts", session: "src/session.ts" },
    outdir: "dist",
    external: ["vscode", "./session.js"],
    // The editor stands in for `vscode` where files are required, not where they are imported.
    supported: { "dynamic-import": false },
    minify: true,
    legalComments: "none",
    logLevel: "info",
    metafile: true,
  });
  writeFileSync("dist/LICENSES.txt", licencesOf(Object.keys(metafile.inputs)));
}
