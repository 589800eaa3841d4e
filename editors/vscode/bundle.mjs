// Puts the server and all that it needs into the extension, below bundled/libs, with their licences.
// Packages of pure Python only: one .vsix is for every platform and every Python from 3.11 on.
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const OLDEST = "3.11";
/** Stubs of libraries in which jedi looks for nothing that it is asked here; most of its size. */
const NOT_NEEDED = [
  "jedi/third_party/django-stubs",
  "jedi/third_party/typeshed/stubs",
  "bin",
];

// The project's own folder; a copy of the extension elsewhere is told where it is.
const project = resolve(process.env.KERAS_LSP_PROJECT ?? join(import.meta.dirname, "..", ".."));
if (!existsSync(join(project, "pyproject.toml"))) {
  fail(`${project} is not the project of keras-lsp; KERAS_LSP_PROJECT may say where it is`);
}
const python = findPython();
const libs = join(import.meta.dirname, "bundled", "libs");
const work = mkdtempSync(join(tmpdir(), "keras-lsp-bundle-"));
try {
  rmSync(libs, { recursive: true, force: true });
  pip("wheel", "--no-deps", "--wheel-dir", work, project);
  const [wheel] = readdirSync(work).filter((name) => name.endsWith(".whl"));
  pip(
    "install", "--target", libs, "--no-compile", "--only-binary=:all:", "--platform", "any",
    "--implementation", "py", "--abi", "none", "--python-version", OLDEST, join(work, wheel),
  );
} finally {
  rmSync(work, { recursive: true, force: true });
}
for (const name of NOT_NEEDED) {
  rmSync(join(libs, name), { recursive: true, force: true });
}
for (const name of readdirSync(libs).filter((entry) => entry.endsWith(".dist-info"))) {
  // They list files that are not here any more, and where the wheel was.
  rmSync(join(libs, name, "RECORD"), { force: true });
  rmSync(join(libs, name, "direct_url.json"), { force: true });
  if (!filesBelow(join(libs, name)).some((file) => /licen[cs]e|copying/iu.test(file))) {
    fail(`${name} has no licence that could be passed on`);
  }
}
const programs = filesBelow(libs).filter((file) => /\.(so|pyd|dylib|dll|exe)$/iu.test(file));
if (programs.length > 0) {
  fail(`not pure Python: ${programs.join(", ")}`);
}
const bytes = filesBelow(libs).reduce((sum, file) => sum + statSync(file).size, 0);
console.log(`bundled ${readdirSync(libs).length} entries, ${(bytes / 2 ** 20).toFixed(1)} MiB`);

function findPython() {
  const wanted = `import sys, pip; sys.exit(sys.version_info < (${OLDEST.replace(".", ", ")}))`;
  const names = ["python3", "python", "python3.14", "python3.13", "python3.12", "python3.11"];
  for (const name of [process.env.PYTHON, ...names].filter(Boolean)) {
    try {
      execFileSync(name, ["-c", wanted], { stdio: "ignore" });
      return name;
    } catch {
      // The next one, then.
    }
  }
  return fail(`no Python ${OLDEST} or newer with pip; PYTHON may name one`);
}

function pip(...args) {
  const quiet = ["-m", "pip", "--quiet", "--disable-pip-version-check", "--no-input"];
  execFileSync(python, [...quiet, ...args], { stdio: "inherit" });
}

function filesBelow(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

function fail(why) {
  console.error(`bundle: ${why}`);
  process.exit(1);
}
