import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { list } from "tar";
import { afterAll, expect, test } from "vitest";
import { archive } from "../../scripts/bundle/archive.ts";

const work = mkdtempSync(join(tmpdir(), "sightline-archive-"));
afterAll(() => rmSync(work, { recursive: true }));

const FILES: [string, string][] = [
  ["b.txt", "b"],
  [".tools/a.txt", "a"],
  ["lib/c.txt", "c"],
];

async function archiveOf(name: string, files: [string, string][], changedAt: Date): Promise<string> {
  const folder = join(work, name);
  for (const [path, text] of files) {
    const file = join(folder, "project", path);
    mkdirSync(join(file, ".."), { recursive: true });
    writeFileSync(file, text);
    utimesSync(file, changedAt, changedAt);
  }
  const output = join(work, `${name}.tar.gz`);
  await archive({ folder, name: "project", output, date: new Date(1.7e12), level: 6 });
  return output;
}

test("the same files give the same archive, whenever and in whatever order they were written", async () => {
  const first = await archiveOf("first", FILES, new Date(1e12));
  const second = await archiveOf("second", FILES.toReversed(), new Date(1.5e12));
  expect(readFileSync(first).equals(readFileSync(second))).toBe(true);
});

test("names are sorted, no file is left out, and the owner is none of this machine", async () => {
  const entries: unknown[] = [];
  await list({
    file: await archiveOf("third", FILES, new Date()),
    onReadEntry: ({ path, uid, uname, mtime }) => entries.push({ path, uid, uname, mtime }),
  });
  const rest = { uid: undefined, uname: "", mtime: new Date(1.7e12) };
  expect(entries).toEqual([
    { path: "project/.tools/a.txt", ...rest },
    { path: "project/b.txt", ...rest },
    { path: "project/lib/c.txt", ...rest },
  ]);
});
