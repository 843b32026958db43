/** Images that come to the pool as references: fetched late, few at once, within the image's time. */
import { fileURLToPath } from "node:url";
import { afterEach, expect, it } from "vitest";
import { defaultDetectionOptions as options } from "../../lib/contracts/default-options.ts";
import { failure } from "../../lib/errors.ts";
import { VisionPool } from "../../lib/vision/pool.ts";
import type { PoolSettings } from "../../lib/vision/pool-types.ts";
import { poolSettings } from "../support/pool-settings.ts";

const workerFile = fileURLToPath(new URL("../support/workers/misbehaving.worker.ts", import.meta.url));
const THREADS = 2;
const AHEAD = 4;
const run = { timeoutMs: 20_000, priority: "bulk" } as const;
const file = Buffer.alloc(0);

const pools: VisionPool[] = [];
async function start(more: Partial<PoolSettings> = {}): Promise<VisionPool> {
  const settings = { ...poolSettings, threads: THREADS, queueSize: 10_000, hangTimeoutMs: 60_000, onHung: () => {} };
  const warmUp = { file: Buffer.from("answer"), options };
  const pool = await VisionPool.start({ ...settings, workerFile, ...more }, warmUp, () => true);
  pools.push(pool);
  return pool;
}
afterEach(() => Promise.all(pools.splice(0).map((pool) => pool.close())));

/** Runs what is fetched. */
const fetched = (pool: VisionPool, fetch: () => Promise<Uint8Array>, more: Partial<typeof run> | object = {}) =>
  pool.run({ file, options }, { ...run, ...more, fetch });
const given = async (command: string) => Buffer.from(command);

/** A fetch that ends when it is told to. */
function openFetch() {
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
  return { fetch: () => promise, resolve, reject };
}

it("has the bytes of a few, however many wait", async () => {
  const pool = await start();
  const counts = { fetched: 0, most: 0 };
  const image = async () => {
    const fetch = async () => {
      counts.fetched++;
      counts.most = Math.max(counts.most, counts.fetched);
      return given("take 1");
    };
    await fetched(pool, fetch);
    counts.fetched--;
  };
  await Promise.all(Array.from({ length: 300 }, image));
  expect(counts.fetched).toBe(0);
  // A thread has two while they are short. Images that were just answered are counted here for a moment longer.
  expect(counts.most).toBeLessThanOrEqual(AHEAD + 4 * THREADS);
});

it("counts those that wait for their bytes as waiting", async () => {
  const pool = await start({ queueSize: 10 });
  const open = openFetch();
  const waiting = Array.from({ length: 10 }, () => fetched(pool, open.fetch));
  expect(pool.load).toEqual({ threads: THREADS, running: 0, waiting: 10 });
  await expect(fetched(pool, open.fetch)).rejects.toMatchObject({ type: "OVERLOADED" });
  await expect(pool.run({ file: Buffer.from("answer"), options }, run)).rejects.toMatchObject({ type: "OVERLOADED" });
  open.resolve(Buffer.from("answer"));
  expect(await Promise.all(waiting)).toHaveLength(10);
  expect(pool.load).toMatchObject({ running: 0, waiting: 0 });
});

it("goes on with images that are here while others are fetched", async () => {
  const pool = await start();
  const open = openFetch();
  const slow = Array.from({ length: 20 }, () => fetched(pool, open.fetch));
  await expect(pool.run({ file: Buffer.from("answer"), options }, run)).resolves.toMatchObject({ faces: [] });
  open.resolve(Buffer.from("answer"));
  await Promise.all(slow);
});

it("ends an image whose bytes do not come within its time, and goes on when they come late", async () => {
  const pool = await start();
  const open = openFetch();
  const late = Array.from({ length: 20 }, () => fetched(pool, open.fetch, { timeoutMs: 50 }));
  for (const outcome of await Promise.allSettled(late))
    expect(outcome).toMatchObject({ status: "rejected", reason: { type: "IMAGE_TIMEOUT" } });
  const next = fetched(pool, () => given("answer"));
  // Their places are taken for as long as they are fetched: what is under way takes memory.
  expect(pool.load.waiting).toBe(1);
  open.resolve(Buffer.from("answer"));
  await expect(next).resolves.toMatchObject({ faces: [] });
});

it("gives the places of images back that run out of time with their bytes", async () => {
  const pool = await start();
  const busy = Array.from({ length: THREADS }, () => fetched(pool, () => given("take 300")));
  const late = Array.from({ length: AHEAD }, () => fetched(pool, () => given("answer"), { timeoutMs: 50 }));
  const next = fetched(pool, () => given("answer"));
  await expect(Promise.allSettled(late)).resolves.toMatchObject(
    late.map(() => ({ reason: { type: "IMAGE_TIMEOUT" } })),
  );
  await Promise.all([...busy, next]);
});

it("says of an image what fetching it met, and does the others", async () => {
  const pool = await start();
  const gone = () => Promise.reject(failure("PICTURE_GONE", "Gone."));
  const throwing = (): Promise<Uint8Array> => {
    throw failure("STORE_UNAVAILABLE", "Away.");
  };
  const failing = [...Array.from({ length: 20 }, () => gone), throwing].map((fetch) => fetched(pool, fetch));
  const done = fetched(pool, () => given("answer"));
  const outcomes = await Promise.allSettled(failing);
  const types = outcomes.map((outcome) => outcome.status === "rejected" && outcome.reason.type);
  expect(types).toEqual([...Array.from({ length: 20 }, () => "PICTURE_GONE"), "STORE_UNAVAILABLE"]);
  await expect(done).resolves.toMatchObject({ faces: [] });
});

it("refuses those that wait for their bytes when it is closed, and fetches no more", async () => {
  const pool = await start();
  const open = openFetch();
  let begun = 0;
  const fetch = () => {
    begun++;
    return open.fetch();
  };
  const waiting = Promise.allSettled(Array.from({ length: 20 }, () => fetched(pool, fetch)));
  await pool.close();
  for (const outcome of await waiting)
    expect(outcome).toMatchObject({ status: "rejected", reason: { type: "SHUTTING_DOWN" } });
  open.reject(new Error("Nobody waits for it."));
  await open.fetch().catch(() => {});
  expect(begun).toBe(AHEAD);
});

it("fetches the images of clients in turn", async () => {
  const pool = await start();
  const order: string[] = [];
  const open = openFetch();
  const of = (client: string) => {
    const fetch = () => {
      order.push(client);
      return open.fetch();
    };
    return fetched(pool, fetch, { priority: "interactive", client });
  };
  const images = [...Array.from({ length: 2 * AHEAD }, () => of("flood")), of("polite")];
  open.resolve(Buffer.from("answer"));
  await Promise.all(images);
  expect(order.indexOf("polite")).toBe(AHEAD + 1);
});
