/** Parcels of images on a real pool: what comes of each image, and of those that are not begun. */
import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { context, SpanKind, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import { afterEach, expect, it, vi } from "vitest";
import { defaultDetectionOptions as options } from "../../lib/contracts/default-options.ts";
import type { DetectManyParams, ImageOutcome } from "../../lib/contracts/detector-actions.ts";
import { failure } from "../../lib/errors.ts";
import * as metrics from "../../lib/telemetry/metrics.ts";
import { inSpan } from "../../lib/telemetry/tracing.ts";
import { Parcels } from "../../lib/vision/parcels.ts";
import { VisionPool } from "../../lib/vision/pool.ts";
import type { PoolSettings } from "../../lib/vision/pool-types.ts";
import { poolSettings } from "../support/pool-settings.ts";

const workerFile = fileURLToPath(new URL("../support/workers/misbehaving.worker.ts", import.meta.url));
/** Images handed to a pool of one thread. */
const IN_POOL = 8;
const opened: VisionPool[] = [];

type Fetch = (command: string) => Promise<Uint8Array>;

interface Started {
  readonly pool: VisionPool;
  readonly parcels: Parcels;
  readonly onError: ReturnType<typeof vi.fn>;
  /** Images whose bytes were fetched, by their commands. */
  readonly fetched: string[];
  send(jobId: string, commands: readonly string[], more?: Partial<DetectManyParams>): Promise<ImageOutcome[]>;
}

/** Parcels whose images are commands for the worker. */
async function start(
  more: Partial<PoolSettings> = {},
  fetch: Fetch = async (command) => Buffer.from(command),
): Promise<Started> {
  const settings = { ...poolSettings, threads: 1, queueSize: 1_000, hangTimeoutMs: 60_000, onHung: () => {}, ...more };
  const warmUp = { file: Buffer.from("answer"), options };
  const pool = await VisionPool.start({ ...settings, workerFile }, warmUp, () => true);
  opened.push(pool);
  const commands = new Map<string, string>();
  const fetched: string[] = [];
  const onError = vi.fn();
  const parcels = new Parcels(pool, {
    ...settings,
    imageTimeoutMs: 20_000,
    onError,
    fetch: ({ sha256 }) => {
      const command = commands.get(sha256) as string;
      fetched.push(command);
      return fetch(command);
    },
  });
  const reference = (command: string) => {
    const sha256 = createHash("sha256").update(command).digest("hex");
    commands.set(sha256, command);
    return { sha256 };
  };
  const send = (jobId: string, list: readonly string[], params = {}) =>
    parcels.run({ jobId, images: list.map(reference), ...params });
  return { pool, parcels, onError, fetched, send };
}

afterEach(() => Promise.all(opened.splice(0).map((pool) => pool.close())));

const numbered = (count: number) => Array.from({ length: count }, (_, index) => `answer ${index + 1}`);
const done = (width: number) => ({ detection: { width, faces: [] } });
const failed = (code: string) => ({ failure: { code, detail: expect.any(String) } });
const codes = (outcomes: readonly ImageOutcome[]) =>
  outcomes.map((outcome) => ("failure" in outcome ? outcome.failure.code : "done"));

/** A fetch that ends when it is told to. */
function gate() {
  const { promise, resolve } = Promise.withResolvers<void>();
  const fetch: Fetch = async (command) => {
    await promise;
    return Buffer.from(command);
  };
  return { fetch, open: () => resolve() };
}

it("answers in the order of the images, and keeps the failure of one to itself", async () => {
  const { send, onError } = await start({ threads: 2 }, async (command) => {
    if (command === "gone") throw failure("PICTURE_GONE", "The image is no longer kept.");
    if (command === "odd") throw new TypeError("something of the code's own");
    return Buffer.from(command);
  });
  const outcomes = await send("a", ["answer 1", "fail", "take 30", "gone", "answer 5", "throw", "odd", "answer 8"]);
  expect(outcomes).toMatchObject([
    done(1),
    { failure: { code: "UNDECODABLE_IMAGE", detail: "Not an image.", data: { index: 1 } } },
    done(1),
    { failure: { code: "PICTURE_GONE", detail: "The image is no longer kept." } },
    done(5),
    failed("WORKER_LOST"),
    failed("INTERNAL_ERROR"),
    done(8),
  ]);
  // Alone: a thread that dies may take answers with it that nobody has read yet.
  expect(await send("a", ["die", "gone"])).toMatchObject([failed("WORKER_LOST"), failed("PICTURE_GONE")]);
  expect(onError.mock.calls).toEqual([[expect.any(TypeError)]]);
});

it("hands few images to the pool at a time, and shows all in its load", async () => {
  const { fetch, open } = gate();
  const { pool, parcels, send, fetched } = await start({}, fetch);
  const parcel = send("a", numbered(20));
  const other = send("b", numbered(3));
  expect(pool.load).toEqual({ threads: 1, running: 0, waiting: IN_POOL });
  expect(parcels.waiting).toBe(15);
  expect(pool.bulk).toBe(IN_POOL);
  expect(fetched.length).toBeLessThan(IN_POOL);
  open();
  expect(await parcel).toMatchObject(numbered(20).map((_, index) => done(index + 1)));
  expect(await other).toHaveLength(3);
  expect(parcels.waiting).toBe(0);
  expect(pool.load).toEqual({ threads: 1, running: 0, waiting: 0 });
});

it("does not let a job's only image wait for all of another's", async () => {
  const { send } = await start();
  const ended: string[] = [];
  const large = Promise.all(Array.from({ length: 5 }, () => send("large", Array(64).fill("take 1"))));
  void large.then(() => ended.push("large"));
  await send("small", ["answer"]).then(() => ended.push("small"));
  await large;
  expect(ended).toEqual(["small", "large"]);
});

it("gives back the images of a job that has ended, and no other's", async () => {
  const { fetch, open } = gate();
  const { parcels, send, fetched } = await start({}, fetch);
  const cancelled = [send("a", numbered(20)), send("a", ["answer 70"])];
  const other = send("b", ["answer 80"]);
  parcels.end("a");
  parcels.end("unknown");
  open();
  const outcomes = (await Promise.all(cancelled)).flat();
  expect(codes(outcomes)).toEqual([...Array(IN_POOL).fill("done"), ...Array(13).fill("OVERLOADED")]);
  expect(await other).toMatchObject([done(80)]);
  expect(fetched).toHaveLength(IN_POOL + 1);
  // Nothing is kept of it: a retry comes with the same id.
  expect(await send("a", ["answer 5"])).toMatchObject([done(5)]);
});

it("gives back what was not begun in time", async () => {
  const { fetch } = gate();
  const { send, parcels } = await start({}, fetch);
  const outcomes = await send("a", numbered(20), { timeoutMs: 100 });
  expect(codes(outcomes)).toEqual([...Array(IN_POOL).fill("IMAGE_TIMEOUT"), ...Array(12).fill("OVERLOADED")]);
  expect(outcomes.at(-1)).toMatchObject({ failure: { data: { retryAfterSeconds: 1 } } });
  expect(parcels.waiting).toBe(0);
});

it("gives an image that is begun late as much time as the first", async () => {
  const gates = [gate(), gate()] as const;
  const { send, fetched } = await start({}, (command) =>
    (Number(command.split(" ")[1]) <= IN_POOL ? gates[0] : gates[1]).fetch(command),
  );
  const started = performance.now();
  const parcel = send("a", numbered(2 * IN_POOL), { timeoutMs: 6_000 });
  await sleep(3_000);
  gates[0].open();
  await expect.poll(() => fetched.length).toBeGreaterThan(IN_POOL);
  // Past the time of the first, and within that of the second.
  await sleep(started + 6_300 - performance.now());
  gates[1].open();
  expect(codes(await parcel)).toEqual(Array(2 * IN_POOL).fill("done"));
});

it("gives back what was not begun when the pool refuses, at once", async () => {
  const { pool, parcels, send } = await start();
  const parcel = send("a", ["take 1500", ...numbered(30)]);
  await expect.poll(() => pool.load.running, { interval: 1 }).toBe(1);
  pool.refuse();
  expect(parcels.waiting).toBe(0);
  // The first may not have reached its thread, from which it is then taken back.
  expect(codes(await parcel).slice(1)).toEqual(Array(30).fill("SHUTTING_DOWN"));
  await expect(send("a", ["answer"])).rejects.toMatchObject({ type: "SHUTTING_DOWN" });
});

it("answers the whole parcel when a thread hangs and the process is about to end", async () => {
  const hung = Promise.withResolvers<void>();
  const { pool, send } = await start({ hangTimeoutMs: 300, onHung: () => hung.resolve() });
  const parcel = send("a", ["take 2000", ...numbered(30)]);
  await hung.promise;
  await pool.abandon(50);
  expect(codes(await parcel)).toEqual(Array(31).fill("SHUTTING_DOWN"));
});

it("is refused as a whole when as many images wait as may, those of parcels among them", async () => {
  const { fetch, open } = gate();
  const { pool, send } = await start({ queueSize: 20 }, fetch);
  // There is room for at least one, so all of it is taken.
  const parcel = send("a", numbered(40));
  await expect(send("b", ["answer"])).rejects.toMatchObject({
    type: "OVERLOADED",
    data: { retryAfterSeconds: expect.any(Number) },
  });
  // Images of requests overtake those of jobs.
  const interactive = pool.run(
    { file: Buffer.from("answer"), options },
    { timeoutMs: 20_000, priority: "interactive" },
  );
  open();
  await interactive;
  expect(codes(await parcel)).toEqual(Array(40).fill("done"));
});

it("never fills the pool's own queue, however short that is", async () => {
  const { send } = await start({ queueSize: 2 });
  expect(codes(await send("a", numbered(40)))).toEqual(Array(40).fill("done"));
});

it("counts and traces each image", async () => {
  const exporter = new InMemorySpanExporter();
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }));
  const { send } = await start();
  const counts = async () =>
    Object.fromEntries((await metrics.images.get()).values.map(({ labels, value }) => [labels.outcome, value]));
  const before = await counts();
  const call = (name: string) => inSpan(name, SpanKind.SERVER, {}, () => send(name, [...numbered(12), "fail"]));
  await Promise.all([call("one"), call("two")]);
  const after = await counts();
  expect((after.done ?? 0) - (before.done ?? 0)).toBe(24);
  expect((after.UNDECODABLE_IMAGE ?? 0) - (before.UNDECODABLE_IMAGE ?? 0)).toBe(2);
  const spans = exporter.getFinishedSpans();
  for (const name of ["one", "two"]) {
    const root = spans.find((span) => span.name === name)?.spanContext();
    const images = spans.filter(
      (span) => span.name === "detect image" && span.parentSpanContext?.spanId === root?.spanId,
    );
    expect(images).toHaveLength(13);
    expect(images.filter(({ attributes }) => attributes["error.type"] === "UNDECODABLE_IMAGE")).toHaveLength(1);
    const ids = new Set(images.map((span) => span.spanContext().spanId));
    const inference = spans.filter(
      (span) => span.name === "worker inference" && ids.has(span.parentSpanContext?.spanId ?? ""),
    );
    expect(inference).toHaveLength(12);
  }
});
