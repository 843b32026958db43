/**
 * Joins libraries, each of which consists of many files, into one file each:
 *   node test/support/joined-libraries.program.ts <folder to write into> <folder where it will be>
 */
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { rolldown } from "rolldown";

const LIBRARIES = [
  "typebox",
  "typebox/compile",
  "typebox/guard",
  "typebox/schema",
  "@opentelemetry/api",
  "cockatiel",
  "moleculer-web",
];
/** Packages that others import too stay as they are: two copies of their classes would be different classes. */
const external = ["moleculer"];
const [, , output = "", folder = ""] = process.argv;
const require = createRequire(import.meta.url);

const nameOf = (library: string) => library.replaceAll("/", "-");
const input = Object.fromEntries(LIBRARIES.map((library) => [nameOf(library), library]));
const build = await rolldown({ external, input, platform: "node" });
await build.write({ dir: output, format: "esm", entryFileNames: "[name].mjs", chunkFileNames: "[name]-[hash].mjs" });

/** Paths by which a library is found, by `import` or by `require`, with the joined file. */
const joined = LIBRARIES.flatMap((library) => {
  const url = pathToFileURL(join(folder, `${nameOf(library)}.mjs`)).href;
  return [import.meta.resolve(library), pathToFileURL(require.resolve(library)).href].map((found) => [found, url]);
});
writeFileSync(
  join(output, "loader.mjs"),
  `import { registerHooks } from "node:module";
const joined = new Map(${JSON.stringify(joined)});
registerHooks({
  resolve(specifier, context, next) {
    const found = next(specifier, context);
    const url = joined.get(found.url);
    return url ? { ...found, url, format: "module" } : found;
  },
});
`,
);
