// The licences of the libraries whose code a bundle holds, for those who get the bundle.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const PACKAGE = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/u;

/** Of the packages that these files belong to, by name; a package without a licence is refused. */
export function licencesOf(files) {
  const folders = files.map((file) => PACKAGE.exec(file.replaceAll("\\", "/"))?.[0]);
  const texts = [...new Set(folders.filter(Boolean))].sort().map(licenceIn);
  return texts.join(`\n${"-".repeat(80)}\n\n`);
}

function licenceIn(folder) {
  const { name, version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((entry) => /^(licen[cs]e|copying)/iu.test(entry));
  if (file === undefined) {
    throw new Error(`${name} has no licence that could be passed on`);
  }
  return `${name} ${version}\n\n${readFileSync(join(folder, file), "utf8").trim()}\n`;
}
