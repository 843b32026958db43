/**
 * Images in a plain stream, as the cluster stores them, against JetStream's object store: concurrent writes, reads and
 * deletes on a `nats-server` started for the purpose.
 *
 *   node scripts/run.mjs node bench/blobs.ts [images of 10 kB] [images of 5 MB] [at once]
 */
import { createHash, randomBytes } from "node:crypto";
import { connect, StorageType } from "nats";
import { openJetStream } from "../lib/backends/jetstream/jetstream.ts";
import { startNatsServer } from "../test/support/nats-server.ts";

const counts = { small: Number(process.argv[2] ?? 2000), large: Number(process.argv[3] ?? 40) };
const atOnce = Number(process.argv[4] ?? 8);
const rounds = 3;

interface Store {
  put(jobId: string, image: Buffer): Promise<string>;
  get(jobId: string, name: string): Promise<Uint8Array | undefined>;
  delete(jobId: string, names: readonly string[]): Promise<unknown>;
}

const nats = await startNatsServer();
const connection = await connect({ servers: nats.url, noAsyncTraces: true });
const { blobs, close } = await openJetStream(connection, { leaseMs: 60_000 });
const bucket = await connection.jetstream().views.os("bench", { storage: StorageType.File });

const stores: Record<string, Store> = {
  stream: {
    put: async (jobId, image) => (await blobs.put(jobId, [image], 1e9)).sha256,
    get: (jobId, name) => blobs.get(jobId, name),
    delete: (jobId) => blobs.delete(jobId),
  },
  "object store": {
    put: async (jobId, image) => {
      const sha256 = createHash("sha256").update(image).digest("hex");
      await bucket.putBlob({ name: `${jobId}/${sha256}` }, image);
      return sha256;
    },
    get: async (jobId, name) => (await bucket.getBlob(`${jobId}/${name}`)) ?? undefined,
    delete: (jobId, names) => each(names, (name) => bucket.delete(`${jobId}/${name}`)),
  },
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
    `${what.padEnd(36)} ${wallMs.toFixed(3)} ms, ${((user + system) / 1000 / count).toFixed(3)} ms of our CPU`,
  );
  return result;
}

for (let round = 0; round < rounds; round++)
  for (const [size, bytes] of [
    ["small", 10_000],
    ["large", 5_000_000],
  ] as const)
    for (const [name, store] of Object.entries(stores)) {
      const jobId = `job-${round}`;
      const images = Array.from({ length: counts[size] }, () => randomBytes(bytes));
      const what = `${name}, ${bytes / 1000} kB`;
      const names = await timed(`${what}: put`, images.length, () => each(images, (image) => store.put(jobId, image)));
      await timed(`${what}: get`, images.length, async () => {
        const read = await each(names, (each) => store.get(jobId, each));
        for (const [index, image] of images.entries())
          if (!image.equals(read[index] ?? Buffer.alloc(0))) throw new Error("Not the image that was stored.");
      });
      await timed(`${what}: delete the job's`, images.length, () => store.delete(jobId, names));
    }

await close();
await connection.close();
await nats.stop();
