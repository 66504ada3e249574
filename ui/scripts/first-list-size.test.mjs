// @vitest-environment node
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { firstListSize } from "./first-list-size.mjs";

const folders = [];
afterEach(() => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true })));

/** A build of the given files in a folder of its own. */
function build(files) {
  const folder = mkdtempSync(join(tmpdir(), "first-list-"));
  folders.push(folder);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

const page = `<script src="./early.js"></script><script type="module" crossorigin src="./assets/index-1.js"></script>
  <link rel="modulepreload" crossorigin href="./assets/shared-1.js"><link rel="stylesheet" href="./assets/index-1.css">`;

test("counts what the page names and imports statically, each once, and no later page", () => {
  const files = {
    "index.html": page,
    "early.js": "0;",
    "assets/index-1.js": 'import{a}from"./shared-1.js";export*from"./deep-1.js";const later=()=>import("./Help-1.js");a(later,\'import"./not-code.js"\');',
    "assets/shared-1.js": 'import"./deep-1.js";export const a=0;',
    "assets/deep-1.js": 'import"./shared-1.js";export const é=1;',
    "assets/Help-1.js": "export default 1;",
  };
  const { bytes, files: found } = firstListSize(build(files));
  expect(found.toSorted()).toEqual(["assets/deep-1.js", "assets/index-1.js", "assets/shared-1.js", "early.js"]);
  expect(bytes).toBe(found.reduce((sum, file) => sum + Buffer.byteLength(files[file]), 0));
});

test("counts the Accounts page where it is a chunk of its own, with what that imports", () => {
  const { files } = firstListSize(
    build({
      "index.html": '<script type="module" src="./assets/index-1.js"></script>',
      "assets/index-1.js": 'const page=()=>import("./Accounts-aB_1.js"),other=()=>import("./AccountDetail-1.js");export{page,other};',
      "assets/Accounts-aB_1.js": 'import"./list-1.js";',
      "assets/list-1.js": "0;",
      "assets/AccountDetail-1.js": "0;",
    }),
  );
  expect(files).toEqual(["assets/index-1.js", "assets/Accounts-aB_1.js", "assets/list-1.js"]);
});

test("a build that is not whole is an error, not a small number", () => {
  expect(() => firstListSize(build({ "index.html": page, "early.js": "0;" }))).toThrow(/index-1\.js/);
  expect(() => firstListSize(build({ "index.html": "<p>nothing</p>" }))).toThrow("loads no script");
});
