// One file for the editor to load: the extension and its libraries, without the editor's own API.
// With --tests: the extension's tests, one file for node and one for the editor's extension host.
import { build } from "esbuild";

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
  await build({
    ...shared,
    entryPoints: ["src/extension.ts"],
    outfile: "dist/extension.js",
    external: ["vscode"],
    minify: true,
    legalComments: "linked",
    logLevel: "info",
  });
}
