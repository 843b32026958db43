/** The packs of many jobs, of which only those that were used last are open. */
import { hash } from "node:crypto";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { FileBlobStore } from "../../lib/backends/files/blob-store.ts";

const JOBS = 20;
const IMAGES = 500;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sightline-packs-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const image = (job: number, n: number) => Buffer.from(`image ${n} of job ${job}`);
const each = (action: (job: number, n: number) => Promise<unknown>, images = IMAGES) =>
  Array.fromAsync({ length: JOBS * images }, (_, n) => action(n % JOBS, Math.floor(n / JOBS)));
/** Jobs take turns, so each pack is used again after those of all others. */
const putAll = (blobs: FileBlobStore, images = IMAGES) =>
  each(async (job, n) => (await blobs.upload(`job-${job}`)).put([image(job, n)], 1000), images);
const readAll = (blobs: FileBlobStore, images = IMAGES) =>
  each(
    async (job, n) => (await blobs.get({ jobId: `job-${job}`, sha256: hash("sha256", image(job, n)) }))?.toString(),
    images,
  );

function usedBytes(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

test("what stored jobs take does not depend on their images once they were not used for a while", async () => {
  const before = usedBytes();
  const used = await FileBlobStore.open(folder);
  await putAll(used);
  const inUse = usedBytes() - before;
  expect(inUse).toBeGreaterThan(100 * JOBS * IMAGES);
  const unused = await FileBlobStore.open(join(folder, "unused"), { openMs: 1 });
  await putAll(unused);
  await expect.poll(() => usedBytes() - before - inUse).toBeLessThan(inUse / 4);
  for (const blobs of [used, unused]) expect((await readAll(blobs, 1))[0]).toBe("image 0 of job 0");
});

test("what all jobs take is limited, also while they are used", async () => {
  const blobs = await FileBlobStore.open(folder, { knownBlobs: 1000 });
  const before = usedBytes();
  for (let job = 0; job < JOBS; job++)
    for (let n = 0; n < IMAGES; n++) await (await blobs.upload(`job-${job}`)).put([image(job, n)], 1000);
  expect(usedBytes() - before).toBeLessThan(40 * JOBS * IMAGES);
  expect(await blobs.has({ jobId: "job-0", sha256: hash("sha256", image(0, 0)) })).toBe(true);
});

test("images of packs that are closed and opened again and again are all there, once each", async () => {
  const images = 10;
  const blobs = await FileBlobStore.open(folder, { knownBlobs: 50 });
  await putAll(blobs, images);
  const sizes = () => Array.from({ length: JOBS }, (_, job) => statSync(join(folder, `job-${job}`, "pack")).size);
  const once = sizes();
  await putAll(blobs, images);
  expect(sizes()).toEqual(once);
  const expected = Array.from({ length: JOBS * images }, (_, n) => `image ${Math.floor(n / JOBS)} of job ${n % JOBS}`);
  expect(await readAll(blobs, images)).toEqual(expected);
  await Promise.all(once.map((_, job) => blobs.sync(`job-${job}`)));
});

test("a pack with more images than are to be known stays open while it is used", async () => {
  const blobs = await FileBlobStore.open(folder, { knownBlobs: 100 });
  const upload = await blobs.upload("large");
  for (let n = 0; n < 300; n++) await upload.put([image(0, n)], 1000);
  expect(await blobs.get({ jobId: "large", sha256: hash("sha256", image(0, 299)) })).toEqual(image(0, 299));
});
