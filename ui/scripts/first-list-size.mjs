// How much JavaScript a built front end loads before it can show the first list.
//
//   node scripts/first-list-size.mjs dist
//
// prints {"bytes":N,"files":[...]}: every script that index.html names, what those import statically, and the chunks of
// the Accounts page with what they import. Bytes as they lie on the disk; style sheets, fonts and later pages do not count.
import { readFileSync } from "node:fs";
import { posix, resolve } from "node:path";
import { argv, exit, stderr, stdout } from "node:process";
import { pathToFileURL } from "node:url";
import { parseAst } from "vite";

/** The page of the first list: loaded at once even where it is a chunk of its own. Vite names a chunk after its module. */
const FIRST_LIST = /^(?:Frame|Accounts|AccountList)(?:\.svelte)?-[\w-]+\.js$/;

/** The scripts of a page, in the order in which it names them. Addresses of other places do not count: there are none. */
function scriptsOf(html) {
  const tags = html.match(/<(?:script|link)\b[^>]*>/g) ?? [];
  const named = tags.map((tag) => {
    if (tag.startsWith("<link") && !/\brel="modulepreload"/.test(tag)) return undefined;
    return /\b(?:src|href)="([^"]+)"/.exec(tag)?.[1];
  });
  return named.filter((address) => address !== undefined).map((address) => posix.normalize(address));
}

/** Every node of a syntax tree. */
function* nodesOf(value) {
  if (Array.isArray(value)) for (const item of value) yield* nodesOf(item);
  else if (value !== null && typeof value === "object") {
    if (typeof value.type === "string") yield value;
    for (const child of Object.values(value)) yield* nodesOf(child);
  }
}

const STATIC = new Set(["ImportDeclaration", "ExportNamedDeclaration", "ExportAllDeclaration"]);

/** What a module imports, as paths from the folder of the build. Of dynamic imports only those of the first list. */
function importsOf(file, code) {
  const from = posix.dirname(file);
  const found = [];
  for (const { type, source } of nodesOf(parseAst(code))) {
    if (typeof source?.value !== "string") continue;
    const path = posix.join(from, source.value);
    if (STATIC.has(type) || (type === "ImportExpression" && FIRST_LIST.test(posix.basename(path)))) found.push(path);
  }
  return found;
}

/**
 * The files that are loaded before the first list, and their bytes together.
 *
 * @param {string} folder a build, with its index.html
 * @returns {{ bytes: number, files: string[] }} paths from `folder`, in the order in which they are found
 * @throws where index.html or a file that it leads to is missing or cannot be parsed, or where nothing is loaded at all
 */
export function firstListSize(folder) {
  const files = new Set(scriptsOf(readFileSync(resolve(folder, "index.html"), "utf8")));
  if (files.size === 0) throw new Error(`${folder}/index.html loads no script`);
  let bytes = 0;
  // The set grows while it is walked: what is found is visited too, once.
  for (const file of files) {
    const content = readFileSync(resolve(folder, file));
    bytes += content.length;
    for (const next of importsOf(file, content.toString("utf8"))) files.add(next);
  }
  return { bytes, files: [...files] };
}

if (import.meta.url === pathToFileURL(argv[1] ?? "").href) {
  const folder = argv[2];
  if (folder === undefined) {
    stderr.write("usage: node scripts/first-list-size.mjs FOLDER\n");
    exit(2);
  }
  stdout.write(`${JSON.stringify(firstListSize(folder))}\n`);
}
