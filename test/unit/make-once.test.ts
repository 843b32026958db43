import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeOnce } from "../../scripts/make-once.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "make-once-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Counts how often it was made in a file, and gives others time to start meanwhile. */
const PROGRAM = `
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { makeOnce } from ${JSON.stringify(join(import.meta.dirname, "../../scripts/make-once.ts"))};
const [path, log] = process.argv.slice(1);
const made = makeOnce(path, (partial) => {
  appendFileSync(log, "made\\n");
  writeFileSync(partial, "whole");
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
});
process.stdout.write(readFileSync(made));
`;

test("of several processes one makes it, and all have it whole", async () => {
  const [path, log] = [join(folder, "deep/thing"), join(folder, "log")];
  const run = () => promisify(execFile)(process.execPath, ["--input-type=module", "-e", PROGRAM, path, log]);
  const answers = await Promise.all([run(), run(), run()]);
  expect(answers.map(({ stdout }) => stdout)).toEqual(["whole", "whole", "whole"]);
  expect(readFileSync(log, "utf8")).toBe("made\n");
});

test("what could not be made leaves nothing, and the next one tries again", () => {
  const path = join(folder, "other");
  const fail = (partial: string) => {
    writeFileSync(partial, "half");
    throw new Error("The disk is full.");
  };
  expect(() => makeOnce(path, fail)).toThrow("The disk is full.");
  expect(existsSync(path)).toBe(false);
  expect(existsSync(`${path}.partial`)).toBe(false);
  expect(makeOnce(path, (partial) => writeFileSync(partial, "whole"))).toBe(path);
  expect(readFileSync(path, "utf8")).toBe("whole");
});

test("what a killed process left unfinished is not there for the next one", () => {
  const path = join(folder, "third");
  writeFileSync(`${path}.partial`, "half");
  makeOnce(path, (partial) => writeFileSync(partial, existsSync(partial) ? "stale" : "whole"));
  expect(readFileSync(path, "utf8")).toBe("whole");
});
