import { hash } from "node:crypto";
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { BlobPack } from "../../lib/backends/files/blob-pack.ts";

const name = (digit: number) => String(digit).repeat(64);

describe("a pack of blobs", () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "sightline-pack-"));
    path = join(folder, "pack");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test("gives back what was put, also after it is opened again", () => {
    const pack = new BlobPack(path);
    const blobs = [Buffer.alloc(0), Buffer.from("a"), Buffer.alloc(70_000, 7)];
    for (const [index, blob] of blobs.entries()) pack.put(name(index), blob);
    for (const opened of [pack, new BlobPack(path)]) {
      for (const [index, blob] of blobs.entries()) expect(opened.get(name(index))).toEqual(blob);
      expect(opened.get(name(9))).toBeUndefined();
    }
  });

  test("keeps the same blob once", () => {
    const pack = new BlobPack(path);
    pack.put(name(1), Buffer.alloc(100));
    const { size } = statSync(path);
    pack.put(name(1), Buffer.alloc(100));
    expect(statSync(path).size).toBe(size);
  });

  test("loses of a blob cut short that blob alone, wherever it was cut, and takes the next in its place", () => {
    const kept = Buffer.from("kept");
    const full = 36 + 4 + 36 + 50;
    for (let size = 36 + 4; size < full; size += 7) {
      rmSync(path, { force: true });
      const pack = new BlobPack(path);
      pack.put(name(1), kept);
      pack.put(name(2), Buffer.alloc(50, 2));
      truncateSync(path, size);
      const opened = new BlobPack(path);
      expect(opened.get(name(1))).toEqual(kept);
      expect(opened.get(name(2))).toBeUndefined();
      opened.put(name(3), Buffer.from("next"));
      expect(new BlobPack(path).get(name(3))).toEqual(Buffer.from("next"));
    }
  });

  test("takes a blob again that a power failure has left without its bytes", () => {
    const [lost, kept] = [Buffer.alloc(100, 1), Buffer.alloc(100, 2)];
    const pack = new BlobPack(path);
    for (const blob of [lost, kept]) pack.put(hash("sha256", blob), blob);
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.fill(0, 36, 36 + 100));
    const opened = new BlobPack(path);
    for (const blob of [lost, kept, lost]) opened.put(hash("sha256", blob), blob);
    expect(statSync(path).size).toBe(bytes.length + 36 + 100);
    for (const again of [opened, new BlobPack(path)])
      for (const blob of [lost, kept]) expect(again.get(hash("sha256", blob))).toEqual(blob);
  });

  test("takes no remains behind a cut for a blob", () => {
    const pack = new BlobPack(path);
    pack.put(name(1), Buffer.from("kept"));
    appendFileSync(path, Buffer.alloc(20, 0xff));
    const opened = new BlobPack(path);
    opened.put(name(2), Buffer.from("b"));
    const again = new BlobPack(path);
    expect([again.get(name(1)), again.get(name(2))]).toEqual([Buffer.from("kept"), Buffer.from("b")]);
  });
});
