// The first load of each page, compressed: the page and every script and style it needs before it can show something.
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

const root = new URL("../dist/", import.meta.url).pathname;
const limit = 180 * 1024;
const manifest = JSON.parse(readFileSync(join(root, ".vite/manifest.json"), "utf8"));

function needed(key, found = new Set()) {
  const entry = manifest[key];
  if (!entry || found.has(entry.file)) return found;
  found.add(entry.file);
  for (const style of entry.css ?? []) found.add(style);
  for (const other of entry.imports ?? []) needed(other, found);
  return found;
}

function size(file) {
  const path = join(root, file);
  return statSync(existsSync(`${path}.gz`) ? `${path}.gz` : path).size;
}

let failed = false;
for (const page of ["index.html", "desktop.html"]) {
  const bytes = [page, "assets/theme.js", "favicon.svg", ...needed(page)].reduce((sum, file) => sum + size(file), 0);
  console.log(`${page}: ${(bytes / 1024).toFixed(1)} KB compressed with gzip (limit ${limit / 1024} KB)`);
  failed ||= bytes > limit;
}
if (failed) {
  console.error("A page's first load is over its budget: look for a new import in its entry, or load it lazily.");
  process.exit(1);
}
