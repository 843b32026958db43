import { createHash, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import pMap from "p-map";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { ImageReference } from "../../lib/contracts/image-source.ts";
import { referenceTo } from "../../lib/jobs/fetch-image.ts";
import { storeImage } from "../../lib/jobs/store-image.ts";
import type { BlobStore, BlobUpload, StoredBlob } from "../../lib/ports/blob-store.ts";
import type { Opened } from "./opened.ts";

const LIMIT = 10_000_000;
/** Images of a request that the gateway stores at the same time. */
const AT_ONCE = 8;

/** @param options `isInMemory`: to read a blob reads no file and no socket. */
export function blobStoreConformance(
  name: string,
  open: () => Promise<Opened<BlobStore>>,
  { isInMemory = false } = {},
): void {
  describe(`BlobStore: ${name}`, () => {
    let opened: Opened<BlobStore>;
    let blobs: BlobStore;
    beforeEach(async () => {
      opened = await open();
      blobs = opened.port;
    });
    afterEach(() => opened.close());

    const put = (jobId: string, ...chunks: string[]) => storeImage(blobs, jobId, chunks.map(Buffer.from), LIMIT);
    const get = (jobId: string, blob: Pick<StoredBlob, "sha256" | "pack">) =>
      blobs.get(referenceTo({ jobId, ...blob }));
    const putAll = (upload: BlobUpload, images: readonly Buffer[]) =>
      pMap(images, (image) => upload.put([image], LIMIT), { concurrency: AT_ONCE });
    const expectAll = async (jobId: string, stored: readonly StoredBlob[], images: readonly Buffer[]) => {
      expect(stored.map(({ sha256, bytes }) => [sha256, bytes])).toEqual(
        images.map((image) => [sha256(image), image.length]),
      );
      const found = await pMap(stored, (blob) => get(jobId, blob), { concurrency: AT_ONCE });
      expect(found.map((blob, n) => blob?.equals(images[n] as Buffer))).toEqual(images.map(() => true));
    };

    test("stores what it is given, in pieces of any size, under its hash", async () => {
      const stored = await put("a", "con", "", "tent");
      expect(stored).toMatchObject({ sha256: sha256("content"), bytes: 7 });
      expect(await get("a", stored)).toEqual(Buffer.from("content"));
    });

    test("stores a large blob whole", async () => {
      const piece = Buffer.alloc(65_536, 7);
      async function* source() {
        for (let n = 0; n < 100; n++) yield piece;
      }
      const stored = await storeImage(blobs, "a", source(), 1e8);
      expect(stored.bytes).toBe(6_553_600);
      expect(sha256((await get("a", stored)) ?? "")).toBe(stored.sha256);
    });

    test("gives a buffer of exact size, which can be handed to a thread", async () => {
      const upload = await blobs.upload("a");
      const stored = await putAll(upload, [Buffer.from("x"), Buffer.from("yz")]);
      await upload.end();
      const found = await Promise.all([...stored, ...stored].map((blob) => get("a", blob)));
      expect(found.map((buffer) => [buffer?.byteOffset, buffer?.buffer.byteLength])).toEqual([
        [0, 1],
        [0, 2],
        [0, 1],
        [0, 2],
      ]);
      expect(new Set(found.map((buffer) => buffer?.buffer)).size).toBe(4);
    });

    test("knows whether it has a blob, without reading it", async () => {
      const images = [randomBytes(400_000), randomBytes(3_000_000)];
      const upload = await blobs.upload("a");
      const stored = await putAll(upload, images);
      await upload.end();
      blobs = await opened.reopen();
      const of = (jobId: string) => stored.map((blob) => referenceTo({ jobId, ...blob }));
      const has = (jobId: string) => Promise.all(of(jobId).map((reference) => blobs.has(reference)));
      const asked = await bytesReadBy(() => has("a"));
      expect(asked.result).toEqual([true, true]);
      expect(asked.bytes).toBeLessThan(200_000);
      const read = await bytesReadBy(() => blobs.get(of("a")[1] as ImageReference));
      if (!isInMemory) expect(read.bytes).toBeGreaterThan(3_000_000);
      expect(await has("b")).toEqual([false, false]);
      const unknown = [{ sha256: sha256("other") }, { sha256: "../a" }, { sha256: sha256("other"), pack: "*" }];
      for (const blob of unknown) expect(await blobs.has({ jobId: "a", ...blob })).toBe(false);
      await blobs.delete("a");
      expect(await has("a")).toEqual([false, false]);
    });

    test("has nothing of a job that was read while it was deleted", async () => {
      const stored = await put("a", randomBytes(500).toString("hex"));
      const reference = referenceTo({ jobId: "a", ...stored });
      const deleted = blobs.delete("a");
      await Promise.all([blobs.get(reference), blobs.has(reference)]);
      await deleted;
      expect(await blobs.has(reference)).toBe(false);
    });

    test("stores an empty blob", async () => {
      const stored = await put("a");
      expect(stored.bytes).toBe(0);
      expect(await get("a", stored)).toEqual(Buffer.alloc(0));
    });

    test("stores small and large blobs of one upload, many at a time", async () => {
      // Around the sizes at which an adapter may change how it stores a blob, and more than it may store together.
      const large = [262_144, 262_145, 523_136, 524_288, 524_289, 1_032_192, 1_032_193, 3_000_000];
      const images = Array.from({ length: 150 }, (_, n) =>
        randomBytes(n % 15 === 7 ? (large[(n - 7) / 15] ?? 0) : 1 + ((n * 997) % 30_000)),
      );
      const upload = await blobs.upload("a");
      const stored = await putAll(upload, images);
      await upload.end();
      await expectAll("a", stored, images);
      blobs = await opened.reopen();
      await expectAll("a", stored, images);
      await blobs.delete("a");
      expect(await jobIds(blobs)).toEqual([]);
      expect(await get("a", stored[0] as StoredBlob)).toBeUndefined();
    });

    test("finds a blob that comes several times, in one upload and in several at the same time", async () => {
      const stored = await Promise.all([put("a", "same"), put("a", "sa", "me"), put("a", "same")]);
      const upload = await blobs.upload("a");
      stored.push(...(await putAll(upload, Array<Buffer>(100).fill(Buffer.from("same")))));
      await upload.end();
      expect(new Set(stored.map((each) => each.sha256)).size).toBe(1);
      for (const blob of stored) expect(await get("a", blob)).toEqual(Buffer.from("same"));
    });

    test("keeps the uploads of a job apart that come at the same time", async () => {
      const uploads = await Promise.all(["a", "a", "b"].map((jobId) => blobs.upload(jobId)));
      const images = uploads.map(() => Array.from({ length: 40 }, () => randomBytes(2000)));
      const stored = await Promise.all(uploads.map((upload, n) => putAll(upload, images[n] ?? [])));
      await uploads[1]?.abandon();
      await Promise.all([uploads[0]?.end(), uploads[2]?.end()]);
      await expectAll("a", stored[0] ?? [], images[0] ?? []);
      await expectAll("b", stored[2] ?? [], images[2] ?? []);
    });

    test("an upload of nothing ends, and stores nothing", async () => {
      await (await blobs.upload("a")).end();
      await (await blobs.upload("b")).abandon();
      expect(await jobIds(blobs)).toEqual([]);
    });

    test("knows no blob of another job, nor one that never was", async () => {
      const stored = await put("a", "content");
      expect(await get("b", stored)).toBeUndefined();
      expect(await get("a", { ...stored, sha256: sha256("other") })).toBeUndefined();
      expect(await get("a", { sha256: sha256("other") })).toBeUndefined();
      expect(await get("a", { sha256: "../a" })).toBeUndefined();
    });

    test("refuses a blob over the limit, reads no more of it and keeps nothing", async () => {
      let pieces = 0;
      function* source() {
        for (; pieces < 100; pieces++) yield Buffer.from("12345");
      }
      await expect(storeImage(blobs, "a", source(), 12)).rejects.toMatchObject({ type: "IMAGE_TOO_LARGE" });
      expect(pieces).toBeLessThan(5);
      expect(await jobIds(blobs)).toEqual([]);
      const whole = [Buffer.from("1234567890123")];
      await expect(storeImage(blobs, "a", whole, 12)).rejects.toMatchObject({ type: "IMAGE_TOO_LARGE" });
      expect(await jobIds(blobs)).toEqual([]);
      for (const image of [["123456789012"], ["123456", "789012"]])
        expect((await storeImage(blobs, "a", image.map(Buffer.from), 12)).bytes).toBe(12);
    });

    test("throws the source's error as it is and keeps nothing", async () => {
      const error = new Error("connection lost");
      async function* source() {
        yield Buffer.from("pic");
        throw error;
      }
      await expect(storeImage(blobs, "a", source(), LIMIT)).rejects.toBe(error);
      expect(await jobIds(blobs)).toEqual([]);
      expect(await get("a", { sha256: sha256("pic") })).toBeUndefined();
    });

    test("a source that fails in the middle leaves the other blobs of its upload as they are", async () => {
      const error = new Error("connection lost");
      const images = Array.from({ length: 50 }, (_, n) => randomBytes(n === 20 ? 2_000_000 : 5000));
      const upload = await blobs.upload("a");
      async function* failing(image: Buffer) {
        yield image;
        throw error;
      }
      const puts = images.map((image, n) => upload.put(n % 10 === 0 ? failing(image) : [image], LIMIT));
      const outcomes = await Promise.allSettled(puts);
      await upload.end();
      for (const [n, outcome] of outcomes.entries()) {
        if (n % 10 === 0) expect(outcome).toEqual({ status: "rejected", reason: error });
        else expect(await get("a", (outcome as PromiseFulfilledResult<StoredBlob>).value)).toEqual(images[n]);
      }
    });

    test("deletes all of a job and nothing else; twice is no error", async () => {
      const deleted = [await put("a", "one"), await put("a", "two")];
      const kept = await put("b", "one");
      for (const blob of deleted) expect(await get("a", blob)).toBeDefined();
      await blobs.delete("a");
      await blobs.delete("a");
      for (const blob of deleted) expect(await get("a", blob)).toBeUndefined();
      expect(await get("b", kept)).toEqual(Buffer.from("one"));
      expect(await jobIds(blobs)).toEqual(["b"]);
    });

    test("knows whether something was stored lately", async () => {
      const isOlderThan = (ageMs: number) => blobs.isOlderThan("a", ageMs, Date.now());
      expect(await isOlderThan(-3_600_000)).toBe(false);
      await put("a", "content");
      expect(await isOlderThan(3_600_000)).toBe(false);
      // In an hour it will be older than now.
      expect(await isOlderThan(-3_600_000)).toBe(true);
      const upload = await blobs.upload("a");
      await putAll(upload, [randomBytes(600_000)]);
      await upload.end();
      expect(await isOlderThan(3_600_000)).toBe(false);
    });

    test("knows it by the time that it is told, where the clock of this machine is wrong", async () => {
      await put("a", "content");
      const now = Date.now();
      vi.spyOn(Date, "now").mockReturnValue(now + 8 * 86_400_000);
      const isOlder = await blobs.isOlderThan("a", 3_600_000, now).finally(() => vi.restoreAllMocks());
      expect(isOlder).toBe(false);
    });

    test("has any for a job until it is deleted", async () => {
      expect(await blobs.hasAny("a")).toBe(false);
      await put("a", "content");
      expect(await blobs.hasAny("a")).toBe(true);
      await blobs.delete("a");
      expect(await blobs.hasAny("a")).toBe(false);
    });

    test("keeps blobs when it is opened again", async () => {
      const stored = await put("a", "content");
      blobs = await opened.reopen();
      expect(await get("a", stored)).toEqual(Buffer.from("content"));
      expect(await jobIds(blobs)).toEqual(["a"]);
    });

    test.each(["../a", "a/b", "", "."])("refuses %j as a job's id", async (id) => {
      await expect(put(id, "x")).rejects.toMatchObject({ type: "JOB_NOT_FOUND" });
    });
  });
}

/** What this process reads meanwhile, from files and sockets (Linux counts it). */
async function bytesReadBy<T>(work: () => Promise<T>): Promise<{ readonly result: T; readonly bytes: number }> {
  const count = () => Number(/^rchar: (\d+)$/m.exec(readFileSync("/proc/self/io", "utf8"))?.[1]);
  const before = count();
  const result = await work();
  return { result, bytes: count() - before };
}

async function jobIds(blobs: BlobStore): Promise<string[]> {
  const ids: string[] = [];
  for await (const id of blobs.jobIds()) ids.push(id);
  return ids.sort();
}

function sha256(content: string | Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}
