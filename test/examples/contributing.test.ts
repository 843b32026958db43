/**
 * The examples of CONTRIBUTING.md work: in a copy of the project their files are written and their changes made, as the
 * text says, then types are checked and the tests run that the text names.
 */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");
const copy = mkdtempSync(join(tmpdir(), "sightline-examples-"));
const linked = ["node_modules", ".tools"];
const examples = readFileSync(join(root, "CONTRIBUTING.md"), "utf8")
  .split(/^## Example: .*$/m)
  .slice(1);

/** Runs a script of the copy on this Node. */
function inCopy(...args: string[]): void {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: copy,
    encoding: "utf8",
    env: {
      ...process.env,
      PATH: [join(root, "node_modules/.bin"), process.env.PATH].join(delimiter),
      SIGHTLINE_SHARED: process.env.SIGHTLINE_SHARED ?? join(root, "../shared"),
    },
  });
  expect(status, `${args.join(" ")}:\n${stdout}${stderr}`).toBe(0);
}

beforeAll(() => {
  const left = new Set([".git", "data", "coverage", ...linked]);
  for (const name of readdirSync(root).filter((name) => !left.has(name)))
    cpSync(join(root, name), join(copy, name), { recursive: true });
  for (const name of linked) symlinkSync(join(root, name), join(copy, name));
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

/** The new files of an example: each block has its path in the paragraph before it, as the first file named there. */
function filesOf(example: string) {
  const block = /((?:[^\n]+\n)+)\n```ts\n([\s\S]*?)^```/gm;
  return Array.from(example.matchAll(block), ([, text = "", code = ""]) => ({
    path: /`([\w/.-]+\.ts)`/.exec(text)?.[1] ?? "",
    code,
  }));
}

function changesOf(example: string): string[] {
  return Array.from(example.matchAll(/^```diff\n([\s\S]*?)^```/gm), ([, diff = ""]) => diff);
}

/** Added lines follow the line before them, or come first; a removed line is found as it stands. */
function change(diff: string): void {
  const [first = "", ...lines] = diff.trimEnd().split("\n");
  const path = join(copy, first.replace(" // ", ""));
  const result = readFileSync(path, "utf8").split("\n");
  let place = result.findIndex((line) => line.startsWith("import "));
  for (const line of lines) {
    const [mark, text] = [line[0], line.slice(1)];
    if (text === "…") continue;
    if (mark === "+") result.splice(place++, 0, text);
    else {
      const found = result.indexOf(text, place);
      expect(found, `${first}: ${text}`).toBeGreaterThanOrEqual(0);
      if (mark === "-") result.splice(found, 1);
      place = mark === "-" ? found : found + 1;
    }
  }
  writeFileSync(path, result.join("\n"));
}

it("are made as the text says, have no fault of type, and pass their tests", { timeout: 600_000 }, () => {
  const files = examples.flatMap(filesOf);
  expect(files.length).toBeGreaterThan(7);
  for (const { path, code } of files) {
    mkdirSync(dirname(join(copy, path)), { recursive: true });
    writeFileSync(join(copy, path), code);
  }
  const changes = examples.flatMap(changesOf);
  expect(changes.length).toBeGreaterThan(5);
  for (const diff of changes) change(diff);

  // With several checkers, each checks much of what the others do.
  inCopy("node_modules/typescript/bin/tsc", "--checkers", "1");
  inCopy("scripts/openapi.ts");
  inCopy("scripts/client-types.ts");
  const tests = files.map(({ path }) => path).filter((path) => path.endsWith(".test.ts"));
  expect(tests).toHaveLength(3);
  inCopy("node_modules/vitest/vitest.mjs", "run", ...tests, "test/http/contract.test.ts");
});
