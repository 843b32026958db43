/**
 * Compares images in a plain stream, as the cluster stores them, with JetStream's object store: concurrent writes,
 * reads and deletes on a `nats-server` started for the purpose. In one upload, images of 10 kB share messages.
 *
 *   node scripts/run.mjs node bench/blobs.ts [images of 10 kB] [images of 5 MB] [at once]
 */
import { createHash, randomBytes } from "node:crypto";
import { connect, StorageType } from "nats";
import { openJetStream } from "../lib/backends/jetstream/jetstream.ts";
import { referenceTo } from "../lib/jobs/fetch-image.ts";
import { storeImage } from "../lib/jobs/store-image.ts";
import type { StoredBlob } from "../lib/ports/blob-store.ts";
import { startNatsServer } from "../test/support/nats-server.ts";

const counts = { small: Number(process.argv[2] ?? 500), large: Number(process.argv[3] ?? 40) };
const atOnce = Number(process.argv[4] ?? 8);
const rounds = 3;

/** A store of images. `Reference` is its name for an image. */
interface Store<Reference> {
  putAll(jobId: string, images: readonly Buffer[]): Promise<Reference[]>;
  get(jobId: string, reference: Reference): Promise<Uint8Array | undefined>;
  delete(jobId: string, references: readonly Reference[]): Promise<unknown>;
}

const nats = await startNatsServer();
const connection = await connect({ servers: nats.url, noAsyncTraces: true });
const { blobs, close } = await openJetStream(connection, { leaseMs: 60_000 });
const bucket = await connection.jetstream().views.os("bench", { storage: StorageType.File });

const oneUpload: Store<StoredBlob> = {
  async putAll(jobId, images) {
    const upload = await blobs.upload(jobId);
    const stored = await each(images, (image) => upload.put([image], 1e9));
    await upload.end();
    return stored;
  },
  get: (jobId, stored) => blobs.get(referenceTo({ jobId, ...stored })),
  delete: (jobId) => blobs.delete(jobId),
};

const oneByOne: Store<StoredBlob> = {
  ...oneUpload,
  putAll: (jobId, images) => each(images, (image) => storeImage(blobs, jobId, [image], 1e9)),
};

/** Each read needs a consumer, of which NATS allows a thousand. */
const objectStore: Store<string> = {
  putAll: (jobId, images) =>
    each(images, async (image) => {
      const name = `${jobId}/${createHash("sha256").update(image).digest("hex")}`;
      await bucket.putBlob({ name }, image);
      return name;
    }),
  get: async (_jobId, name) => (await bucket.getBlob(name)) ?? undefined,
  delete: (_jobId, names) => each(names, (name) => bucket.delete(name)),
};

async function each<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const queue = items.entries();
  const worker = async () => {
    for (const [index, item] of queue) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
}

async function timed<T>(what: string, count: number, work: () => Promise<T>): Promise<T> {
  const startedAt = performance.now();
  const before = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  const wallMs = (performance.now() - startedAt) / count;
  console.log(
    `${what.padEnd(42)} ${wallMs.toFixed(3)} ms, ${((user + system) / 1000 / count).toFixed(3)} ms of our CPU`,
  );
  return result;
}

async function measure<R>(what: string, store: Store<R>, jobId: string, images: readonly Buffer[]): Promise<void> {
  const references = await timed(`${what}: put`, images.length, () => store.putAll(jobId, images));
  await timed(`${what}: get`, images.length, async () => {
    const read = await each(references, (reference) => store.get(jobId, reference));
    for (const [index, image] of images.entries())
      if (!image.equals(read[index] ?? Buffer.alloc(0))) throw new Error("Not the image that was stored.");
  });
  await timed(`${what}: delete the job's`, images.length, () => store.delete(jobId, references));
}

for (let round = 0; round < rounds; round++)
  for (const [size, bytes] of [
    ["small", 10_000],
    ["large", 5_000_000],
  ] as const) {
    const images = Array.from({ length: counts[size] }, () => randomBytes(bytes));
    await measure(`stream, ${bytes / 1000} kB`, oneUpload, `job-${round}`, images);
    await measure(`stream, one by one, ${bytes / 1000} kB`, oneByOne, `job-${round}-one-by-one`, images);
    await measure(`object store, ${bytes / 1000} kB`, objectStore, `job-${round}`, images);
  }

await close();
await connection.close();
await nats.stop();
