import { paraglideVitePlugin } from "@inlang/paraglide-js";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { fileURLToPath } from "node:url";
import { defaultClientConditions, type Plugin } from "vite";
import { defineConfig } from "vitest/config";

/** Compiles `src/words/*.json` into one function a message, so that a page loads only the words it says. */
const words = () =>
  paraglideVitePlugin({
    project: "./project.inlang",
    outdir: "./src/words/compiled",
    strategy: ["globalVariable", "baseLocale"],
    outputStructure: "message-modules",
    isServer: "false",
  });

/**
 * What the compiled words bring for servers and for choices that are not made here is left out. Most messages are the same in
 * both Englishes and need no choice between them, and which is spoken is said by `src/words` alone: together that is an
 * eighth of the JavaScript.
 */
const onlyWords = (): Plugin => ({
  name: "only-words",
  transform(code, id) {
    if (id.endsWith("/words/compiled/runtime.js")) return SPOKEN;
    if (id.endsWith("/words/compiled/registry.js")) return PLURALS;
    if (!id.includes("/words/compiled/messages/")) return undefined;
    const choice = /export const (\w+) =[^]*?if \(locale === "en-US"\) return (\w+)\(inputs\)\s*return (\w+)\(inputs\)\s*\}\);/;
    return code.replace(choice, (whole, name: string, american: string, british: string) =>
      code.includes(`const ${american} = ${british};`) ? `export const ${name} = ${british};` : whole,
    );
  },
});

const SPOKEN = `
export const experimentalStaticLocale = undefined;
let spoken = "en-GB";
export const getLocale = () => spoken;
export const setLocale = (locale) => { spoken = locale; };
`;

/** A list says a number in every row: the rules for it are made once. */
const PLURALS = `
const rules = {};
export const plural = (locale, input) => (rules[locale] ??= new Intl.PluralRules(locale)).select(Number(input));
`;

/** Which host a build talks to. The invented one never reaches a production bundle. */
const doors: Record<string, string> = { production: "tauri", development: "either" };

export default defineConfig(({ mode }) => ({
  base: "./",
  // Tests compile the words beforehand (`npm run words`): the plugin watches files, which would keep a test run open.
  plugins: [...(process.env.VITEST ? [] : [words(), onlyWords()]), svelte()],
  resolve: {
    alias: { "#door": fileURLToPath(new URL(`./src/host/${doors[mode] ?? "memory/index"}.ts`, import.meta.url)) },
    // Component tests mount in a document, so they need Svelte's browser build.
    conditions: process.env.VITEST ? ["browser"] : [...defaultClientConditions],
  },
  build: {
    target: "safari16.4",
    // Everything lies on this computer. What the first page needs is fetched side by side; for a later one only its style
    // sheets are worth fetching ahead, so that it is not drawn without them.
    modulePreload: {
      polyfill: false,
      resolveDependencies: (_, files, { hostType }) => (hostType === "html" ? files : files.filter((file) => file.endsWith(".css"))),
    },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
  },
  server: { port: 5173, strictPort: true },
  test: {
    environment: "happy-dom",
    include: ["src/**/*.test.ts", "scripts/**/*.test.mjs"],
    setupFiles: ["./src/test-setup.ts"],
    restoreMocks: true,
    testTimeout: 30_000,
  },
}));
