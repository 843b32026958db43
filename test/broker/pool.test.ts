import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import timers from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { defaultDetectionOptions as options } from "../../lib/contracts/default-options.ts";
import { VisionPool } from "../../lib/vision/pool.ts";
import type { PoolSettings } from "../../lib/vision/pool-types.ts";
import { isSelfCheckPassed, selfCheckFile } from "../../lib/vision/self-check.ts";
import { Suspects } from "../../lib/vision/suspects/suspects.ts";
import { poolSettings } from "../support/pool-settings.ts";
import { goldenImages } from "../support/shared-data.ts";

const selfCheck = { file: selfCheckFile(), options };
const settings = {
  ...poolSettings,
  opencvThreads: 2,
  queueSize: 10_000,
  hangTimeoutMs: 60_000,
  onHung: () => {},
};
const task = (command: string) => ({ file: Buffer.from(command), options });
const run = { timeoutMs: 20_000, priority: "interactive" } as const;

describe("OpenCV in threads", () => {
  const golden = goldenImages().map(({ path, faces }) => ({ file: readFileSync(path), faces }));

  it("gives golden boxes in pools of 1, 2 and 4 threads, created and destroyed again and again", async () => {
    for (let time = 0; time < 3; time++) {
      for (const threads of [1, 2, 4]) {
        const pool = await VisionPool.start({ ...settings, threads }, selfCheck, isSelfCheckPassed);
        const work = Array.from({ length: threads * 3 }, () => golden).flat();
        const detections = await Promise.all(work.map(({ file }) => pool.run({ file, options }, run)));
        expect(detections.map(({ faces }) => faces)).toEqual(work.map(({ faces }) => faces));
        await pool.close();
      }
    }
  });

  it("refuses to start when the reference result is not reproduced", async () => {
    await expect(VisionPool.start({ ...settings, threads: 1 }, selfCheck, () => false)).rejects.toThrow("reference");
  });
});

describe("a worker that cannot be loaded", () => {
  it("fails the start with its reason", async () => {
    const workerFile = fileURLToPath(new URL("../support/workers/missing.worker.ts", import.meta.url));
    const started = VisionPool.start({ ...settings, threads: 2, workerFile }, selfCheck, () => true);
    await expect(started).rejects.toThrow("missing.worker.ts");
  });
});

describe("a warm-up that fails", () => {
  it("leaves no thread behind", async () => {
    const workerFile = fileURLToPath(new URL("../support/workers/misbehaving.worker.ts", import.meta.url));
    const started = VisionPool.start({ ...settings, threads: 2, workerFile }, task("throw"), () => true);
    await expect(started).rejects.toMatchObject({ type: "WORKER_LOST" });
    const workers = () => (process.report.getReport() as unknown as { workers: unknown[] }).workers;
    await expect.poll(workers).toEqual([]);
  });
});

describe("a worker that takes long to load", () => {
  const control = join(process.env.DATA_DIR as string, "loaded");
  const workerFile = fileURLToPath(new URL("../support/workers/loading.worker.ts", import.meta.url));
  const start = (more: Partial<PoolSettings> = {}) =>
    VisionPool.start({ ...settings, threads: 1, workerFile, ...more }, task("answer"), () => true);
  /** Lets eight minutes pass, in which the worker is not loaded, and then loads it. */
  const loadLate = () => {
    vi.advanceTimersByTime(480_000);
    writeFileSync(control, "");
  };
  beforeEach(() => {
    vi.stubEnv("SIGHTLINE_TEST_CONTROL", control);
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllEnvs();
    rmSync(control, { force: true });
  });

  it("is waited for when the threads start", async () => {
    const started = start();
    loadLate();
    const pool = await started;
    await pool.close();
  });

  it("is waited for in the process that tries suspects", async () => {
    const folder = join(process.env.DATA_DIR as string, "suspects");
    const suspects = new Suspects({ version: "1", folder, onUnwritable: () => {} });
    writeFileSync(control, "");
    const pool = await start({ suspects });
    rmSync(control);
    const tried = pool.run(task("answer"), { ...run, timeoutMs: 3_600_000, isSuspect: true });
    loadLate();
    await expect(tried).resolves.toMatchObject({ faces: [] });
    await pool.close();
    suspects.close();
  });
});

describe("the pool", () => {
  const workerFile = fileURLToPath(new URL("../support/workers/misbehaving.worker.ts", import.meta.url));
  const blocking = fileURLToPath(new URL("../support/workers/blocking.worker.ts", import.meta.url));
  const pools: VisionPool[] = [];
  const start = async (more: Partial<PoolSettings> = {}) => {
    const warmUp = { file: Buffer.from("answer"), options };
    const pool = await VisionPool.start({ ...settings, threads: 2, workerFile, ...more }, warmUp, () => true);
    pools.push(pool);
    return pool;
  };
  afterEach(() => Promise.all(pools.splice(0).map((pool) => pool.close())));

  it("fails the task of a worker that dies, as retryable, and replaces the worker", async () => {
    const pool = await start();
    for (let death = 0; death < 5; death++) {
      const neighbour = pool.run(task("take 50"), run);
      await expect(pool.run(task("die"), run)).rejects.toMatchObject({ type: "WORKER_LOST", retryable: true });
      await expect(neighbour).resolves.toMatchObject({ faces: [] });
    }
    // Both threads are there again: two tasks run at once.
    const both = [pool.run(task("take 50"), run), pool.run(task("take 50"), run)];
    expect(pool.load).toEqual({ threads: 2, running: 2, waiting: 0 });
    await Promise.all(both);
  });

  it("gets back the memory that a worker had for its image when it died", async () => {
    const pool = await start();
    await expect(pool.run(task("occupy"), run)).rejects.toMatchObject({ type: "WORKER_LOST" });
    await expect(pool.run(task("room"), run)).resolves.toMatchObject({ width: 1 });
  });

  it("fails a task whose worker throws, and keeps the worker", async () => {
    const pool = await start({ threads: 1 });
    await expect(pool.run(task("throw"), run)).rejects.toMatchObject({ type: "WORKER_LOST", message: /a fault/ });
    await expect(pool.run(task("answer"), run)).resolves.toMatchObject({ faces: [] });
  });

  it("refuses what would not fit its queue, and says when to come again", async () => {
    const pool = await start({ threads: 1, queueSize: 2 });
    const accepted = [pool.run(task("take 30"), run), pool.run(task("answer"), run), pool.run(task("answer"), run)];
    await expect(pool.run(task("answer"), run)).rejects.toMatchObject({
      type: "OVERLOADED",
      retryable: true,
      data: { retryAfterSeconds: expect.any(Number) },
    });
    expect(pool.load).toEqual({ threads: 1, running: 1, waiting: 2 });
    await Promise.all(accepted);
    await expect(pool.run(task("answer"), run)).resolves.toMatchObject({ faces: [] });
  });

  it.each(["in a thread", "not fetched"])("does not count bulk tasks for interactive ones: one %s", async (where) => {
    const pool = await start({ threads: 1, queueSize: 2 });
    const fetched = Promise.withResolvers<Buffer>();
    const bulk = { ...run, priority: "bulk" } as const;
    const isFetched = where === "not fetched";
    const accepted = [
      pool.run(task("take 300"), isFetched ? { ...bulk, fetch: () => fetched.promise } : bulk),
      ...(isFetched ? [pool.run(task("take 300"), run)] : []),
      pool.run(task("answer"), run),
      pool.run(task("answer"), run),
    ];
    await expect(pool.run(task("answer"), run)).rejects.toMatchObject({ type: "OVERLOADED" });
    fetched.resolve(Buffer.from("answer"));
    expect(await Promise.all(accepted)).toHaveLength(accepted.length);
  });

  it("ends a task that waits longer than it may, without touching the one that runs", async () => {
    const pool = await start({ threads: 1 });
    const running = pool.run(task("take 1000"), run);
    await expect(pool.run(task("answer"), { ...run, timeoutMs: 20 })).rejects.toMatchObject({ type: "IMAGE_TIMEOUT" });
    expect(pool.load).toEqual({ threads: 1, running: 1, waiting: 0 });
    await expect(running).resolves.toMatchObject({ faces: [] });
  });

  it("ends a task whose caller leaves while it waits, and no other", async () => {
    const pool = await start({ threads: 1 });
    const leaving = new AbortController();
    const { signal } = leaving;
    const fetching = pool.run(task("answer"), { ...run, signal, fetch: () => new Promise(() => {}) });
    const [running, waiting] = ["take 300", "answer"].map((command) => pool.run(task(command), { ...run, signal }));
    const other = pool.run(task("answer"), run);
    const left = Promise.allSettled([fetching, waiting, pool.run(task("answer"), { ...run, signal })]);
    leaving.abort(new Error("left"));
    for (const outcome of await left) expect(outcome).toMatchObject({ reason: { message: "left" } });
    await expect(pool.run(task("answer"), { ...run, signal })).rejects.toThrow("left");
    await expect(running).resolves.toMatchObject({ faces: [] });
    await expect(other).resolves.toMatchObject({ faces: [] });
    expect(pool.load).toEqual({ threads: 1, running: 0, waiting: 0 });
  });

  it("tells the caller of a task that runs longer than it may, and frees the thread when it is done", async () => {
    const pool = await start({ threads: 1 });
    await expect(pool.run(task("take 1000"), { ...run, timeoutMs: 20 })).rejects.toMatchObject({
      type: "IMAGE_TIMEOUT",
    });
    expect(pool.load.running).toBe(1);
    await expect(pool.run(task("answer"), run)).resolves.toMatchObject({ timings: { queueMs: expect.any(Number) } });
  });

  it("tells that a thread hangs, once, and takes no more work", async () => {
    const hung = vi.fn();
    const end = join(process.env.DATA_DIR as string, "end-hung");
    const pool = await start({ hangTimeoutMs: 1500, onHung: hung, workerFile: blocking });
    const tasks = [pool.run(task(`block ${end}`), run), pool.run(task(`block ${end}`), run)];
    const waiting = pool.run(task("answer"), run);
    await expect(waiting).rejects.toMatchObject({ type: "SHUTTING_DOWN", retryable: true });
    expect(hung).toHaveBeenCalledTimes(1);
    await expect(pool.run(task("answer"), run)).rejects.toMatchObject({ type: "SHUTTING_DOWN" });
    writeFileSync(end, "");
    await Promise.all(tasks);
    expect(hung).toHaveBeenCalledTimes(1);
  });

  it("takes interactive work before bulk work", async () => {
    const pool = await start({ threads: 1 });
    const order: string[] = [];
    const note = (name: string) => () => order.push(name);
    await Promise.all([
      pool.run(task("take 20"), run),
      pool.run(task("answer"), { ...run, priority: "bulk" }).then(note("bulk")),
      pool.run(task("answer"), run).then(note("interactive")),
    ]);
    expect(order).toEqual(["interactive", "bulk"]);
  });

  // After the longer of the two, tasks are no longer sent ahead.
  it.each([20, 300])("goes on in another thread with what was sent behind a task that takes long (%i)", async (ms) => {
    const pool = await start();
    const order: string[] = [];
    const note = (command: string) => pool.run(task(command), run).then(() => order.push(command));
    await Promise.all(["take 4000", `take ${ms}`, "answer", "answer", "answer"].map(note));
    expect(order).toEqual([`take ${ms}`, "answer", "answer", "answer", "take 4000"]);
  });

  it("does in another thread what was sent behind a task that ends its thread", async () => {
    const pool = await start({ threads: 1 });
    const [death, behind] = await Promise.allSettled([pool.run(task("die"), run), pool.run(task("answer"), run)]);
    expect(death).toMatchObject({ status: "rejected", reason: { type: "WORKER_LOST" } });
    expect(behind).toMatchObject({ status: "fulfilled", value: { faces: [] } });
  });

  it("answers a task before its thread begins the next", async () => {
    const pool = await start({ threads: 1, workerFile: blocking });
    for (let round = 0; round < 2; round++) {
      const end = join(process.env.DATA_DIR as string, `end-${round}`);
      const first = pool.run(task("answer"), run);
      const second = pool.run(task(`block ${end}`), run);
      await expect(first).resolves.toMatchObject({ faces: [] });
      writeFileSync(end, "");
      await second;
    }
  });

  it("does one task at a time in a thread, also where the worker waits", async () => {
    const pool = await start({ threads: 1 });
    const work = Array.from({ length: 6 }, () => pool.run(task("alone 5"), run));
    for (const answer of await Promise.all(work)) expect(answer).toMatchObject({ faces: [] });
  });

  it("finishes what runs and refuses what waits when it is closed", async () => {
    const pool = await start({ threads: 1 });
    const running = pool.run(task("take 50"), run);
    const waiting = pool.run(task("answer"), run);
    const closed = pool.close();
    await expect(waiting).rejects.toMatchObject({ type: "SHUTTING_DOWN" });
    await expect(running).resolves.toMatchObject({ faces: [] });
    await closed;
    await expect(pool.run(task("answer"), run)).rejects.toMatchObject({ type: "SHUTTING_DOWN" });
  });

  it("finishes what runs however long that takes when it is closed", async () => {
    const pool = await start({ threads: 1 });
    const running = pool.run(task("take 500"), run);
    // A clock on which an hour passes at once.
    const clock = vi.spyOn(timers, "setTimeout");
    clock.mockImplementation((ms = 0) => (ms <= 3_600_000 ? Promise.resolve() : new Promise(() => {})) as never);
    const closed = pool.close();
    await expect(running).resolves.toMatchObject({ faces: [] });
    await closed;
    clock.mockRestore();
  });
});
