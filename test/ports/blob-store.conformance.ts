import { createHash } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { BlobStore } from "../../lib/ports/blob-store.ts";
import type { Opened } from "./opened.ts";

const LIMIT = 1_000_000;

export function blobStoreConformance(name: string, open: () => Promise<Opened<BlobStore>>): void {
  describe(`BlobStore: ${name}`, () => {
    let opened: Opened<BlobStore>;
    let blobs: BlobStore;
    beforeEach(async () => {
      opened = await open();
      blobs = opened.port;
    });
    afterEach(() => opened.close());

    const put = (jobId: string, ...chunks: string[]) => blobs.put(jobId, chunks.map(Buffer.from), LIMIT);

    test("stores what it is given, in pieces of any size, under its hash", async () => {
      const stored = await put("a", "con", "", "tent");
      expect(stored).toEqual({ sha256: sha256("content"), bytes: 7 });
      expect(await blobs.get("a", stored.sha256)).toEqual(Buffer.from("content"));
    });

    test("stores a large blob whole", async () => {
      const piece = Buffer.alloc(65_536, 7);
      async function* source() {
        for (let n = 0; n < 100; n++) yield piece;
      }
      const { sha256: hash, bytes } = await blobs.put("a", source(), 1e8);
      expect(bytes).toBe(6_553_600);
      expect(sha256((await blobs.get("a", hash)) ?? "")).toBe(hash);
    });

    test("gives a buffer of exact size, which can be handed to a thread", async () => {
      const { sha256: hash } = await put("a", "x");
      const buffer = await blobs.get("a", hash);
      expect([buffer?.byteOffset, buffer?.buffer.byteLength]).toEqual([0, 1]);
    });

    test("stores an empty blob", async () => {
      const { sha256: hash, bytes } = await put("a");
      expect(bytes).toBe(0);
      expect(await blobs.get("a", hash)).toEqual(Buffer.alloc(0));
    });

    test("keeps the same blob once, also when it comes twice at the same time", async () => {
      const stored = await Promise.all([put("a", "same"), put("a", "sa", "me"), put("a", "same")]);
      expect(new Set(stored.map((each) => each.sha256)).size).toBe(1);
      expect(await blobs.get("a", sha256("same"))).toEqual(Buffer.from("same"));
    });

    test("knows no blob of another job, nor one that never was", async () => {
      await put("a", "content");
      expect(await blobs.get("b", sha256("content"))).toBeUndefined();
      expect(await blobs.get("a", sha256("other"))).toBeUndefined();
      expect(await blobs.get("a", "../a")).toBeUndefined();
    });

    test("refuses a blob over the limit, reads no more of it and keeps nothing", async () => {
      let pieces = 0;
      function* source() {
        for (; pieces < 100; pieces++) yield Buffer.from("12345");
      }
      await expect(blobs.put("a", source(), 12)).rejects.toMatchObject({ type: "IMAGE_TOO_LARGE" });
      expect(pieces).toBeLessThan(5);
      expect(await jobIds(blobs)).toEqual([]);
      expect((await blobs.put("a", [Buffer.from("123456789012")], 12)).bytes).toBe(12);
    });

    test("throws the source's error as it is and keeps nothing", async () => {
      const error = new Error("connection lost");
      async function* source() {
        yield Buffer.from("pic");
        throw error;
      }
      await expect(blobs.put("a", source(), LIMIT)).rejects.toBe(error);
      expect(await jobIds(blobs)).toEqual([]);
      expect(await blobs.get("a", sha256("pic"))).toBeUndefined();
    });

    test("deletes all of a job and nothing else; twice is no error", async () => {
      await put("a", "one");
      await put("a", "two");
      await put("b", "one");
      await blobs.delete("a");
      await blobs.delete("a");
      expect(await blobs.get("a", sha256("one"))).toBeUndefined();
      expect(await blobs.get("b", sha256("one"))).toEqual(Buffer.from("one"));
      expect(await jobIds(blobs)).toEqual(["b"]);
    });

    test("keeps blobs when it is opened again", async () => {
      await put("a", "content");
      blobs = await opened.reopen();
      expect(await blobs.get("a", sha256("content"))).toEqual(Buffer.from("content"));
      expect(await jobIds(blobs)).toEqual(["a"]);
    });

    test.each(["../a", "a/b", "", "."])("refuses %j as a job's id", async (id) => {
      await expect(put(id, "x")).rejects.toMatchObject({ type: "JOB_NOT_FOUND" });
    });
  });
}

async function jobIds(blobs: BlobStore): Promise<string[]> {
  const ids: string[] = [];
  for await (const id of blobs.jobIds()) ids.push(id);
  return ids.sort();
}

function sha256(content: string | Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}
