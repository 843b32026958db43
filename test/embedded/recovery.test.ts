/** Recovery of jobs beside an `execute` that is enqueueing their images, and after one that died. */
import { rmSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openEmbedded } from "../../lib/backends/embedded.ts";
import { loadConfig } from "../../lib/config.ts";
import { failure } from "../../lib/errors.ts";
import { failImage, finishJob, isFinished, retryJob } from "../../lib/jobs/job.ts";
import { JobRuntime } from "../../lib/jobs/job-runtime.ts";
import type { Backends } from "../../lib/ports/backends.ts";
import type { Task } from "../../lib/ports/task-queue.ts";
import { created, largeFiles, later, now, problem, queued, result } from "../ports/sample-jobs.ts";
import { temporaryFolder } from "../support/service.ts";
import { updateImage } from "../support/update-image.ts";

const leaseMs = 400;
const IMAGES = 1200;

let folder: string;
let backends: Backends;
let node: JobRuntime | undefined;
/** Images in the order in which they were pushed. */
let pushed: number[];
/** Called for each push, before it is done. */
let onPush: (tasks: readonly Task[]) => void;
/** Called whenever the images to be pushed are listed, before it is done. */
let onList: () => Promise<void>;
/** How often recovery looked at a job. */
let looks: number;
let errors: unknown[];
beforeEach(async () => {
  folder = temporaryFolder();
  backends = await openEmbedded({ folder, leaseMs });
  node = undefined;
  pushed = [];
  onPush = () => {};
  onList = async () => {};
  looks = 0;
  errors = [];
});
afterEach(async () => {
  await node?.close();
  rmSync(folder, { recursive: true });
  expect(errors).toEqual([]);
});

/** The object with some methods replaced. */
function replaced<T extends object>(object: T, methods: Partial<T>): T {
  const bound = (_target: T, name: PropertyKey) => {
    const own = Reflect.get(methods, name);
    const value = own ?? Reflect.get(object, name);
    return own === undefined && typeof value === "function" ? value.bind(object) : value;
  };
  return new Proxy(object, { get: bound });
}

/** Starts a node whose detector answers at once. */
async function start(recoverEveryMs = leaseMs): Promise<JobRuntime> {
  const { store, queue } = backends;
  const watched = {
    ...backends,
    store: replaced(store, {
      async listImages(jobId, request) {
        if (request.states?.includes("pending")) await onList();
        return store.listImages(jobId, request);
      },
    }),
    queue: replaced(queue, {
      async push(tasks, delayMs) {
        onPush(tasks);
        for (const { parcel, images } of tasks) pushed.push(...Array.from({ length: images }, (_, n) => parcel + n));
        return queue.push(tasks, delayMs);
      },
      async jobsWithTasks() {
        const jobs = await queue.jobsWithTasks();
        looks++;
        return jobs;
      },
    }),
  };
  node = await JobRuntime.start(watched, {
    ...loadConfig({}),
    leaseMs: recoverEveryMs,
    whenReady: async () => {},
    prepareSuspect: async () => {},
    detect: async (_job, images) => images.map(() => result),
    announce: (id) => node?.waiters.announce(id),
    onNotice: () => {},
    onError: (error) => errors.push(error),
  });
  return node;
}

const stateOf = async () => (await backends.store.getJob("job"))?.state;
const doneOf = async () => (await backends.store.countImages("job")).done;
const inOrder = Array.from({ length: IMAGES }, (_, index) => index);
const ascending = (indexes: readonly number[]) => [...indexes].sort((a, b) => a - b);

test("an image that `execute` is enqueueing is not enqueued by recovery too, however fast it is processed", {
  timeout: 120_000,
}, async () => {
  await backends.store.insertJob(created("job"), largeFiles(IMAGES));
  // So rarely that a busy machine does not make `execute` look dead.
  const { manager } = await start(1_500);
  onList = async () => {
    // All that was enqueued so far is processed, and recovery looks at the job: it has no task.
    await expect.poll(doneOf).toBeGreaterThanOrEqual(pushed.length);
    const before = looks;
    const isSeen = async () => looks > before || (await stateOf()) === "succeeded";
    // A busy machine may cost the leader its lease, and then some terms of it.
    await expect.poll(isSeen, { interval: 5 }).toBe(true);
  };
  await manager.execute("job");
  await expect.poll(stateOf, { timeout: 60_000 }).toBe("succeeded");
  expect(looks).toBeGreaterThan(2);
  expect(ascending(pushed)).toEqual(inOrder);
});

test("`execute` waits for the first images of a large job only, and a cancelled job gets no more", async () => {
  await backends.store.insertJob(created("job"), largeFiles(IMAGES));
  const { manager } = await start();
  const { promise: gate, resolve: open } = Promise.withResolvers<void>();
  let lists = 0;
  onList = async () => {
    lists++;
    if (lists > 1) await gate;
  };
  await manager.execute("job");
  const first = pushed.length;
  expect(first).toBeGreaterThan(0);
  expect(first).toBeLessThan(IMAGES);
  await manager.cancel("job");
  open();
  await manager.close();
  expect(pushed.length).toBe(first);
});

test("an `execute` that died while it enqueued images is completed", async () => {
  await backends.store.insertJob(created("job"), largeFiles(IMAGES));
  const { manager } = await start();
  onPush = () => {
    if (pushed.length > 0) throw failure("STORE_UNAVAILABLE", "Away.");
  };
  await manager.execute("job");
  await expect.poll(() => errors).toMatchObject([{ type: "STORE_UNAVAILABLE" }]);
  errors = [];
  expect(pushed.length).toBeLessThan(IMAGES);
  onPush = () => {};
  await expect.poll(stateOf).toBe("succeeded");
  expect(ascending(pushed)).toEqual(inOrder);
});

test("an `execute` that died before it enqueued an image is completed at the next start", async () => {
  await backends.store.insertJob(created("job"), largeFiles(3));
  await start();
  onPush = () => {
    throw failure("STORE_UNAVAILABLE", "Away.");
  };
  await expect(node?.manager.execute("job")).rejects.toMatchObject({ type: "STORE_UNAVAILABLE" });
  await node?.close();
  onPush = () => {};
  backends = await openEmbedded({ folder, leaseMs: 60_000 });
  await start();
  await expect.poll(stateOf).toBe("succeeded");
  expect(ascending(pushed)).toEqual([0, 1, 2]);
});

test("a retry that died before it reached the images of a job is completed, none of them left out", async () => {
  const { store } = backends;
  await store.insertJob(queued("job"), largeFiles(IMAGES));
  const fail = (index: number) => updateImage(store, "job", index, (image) => failImage(image, problem, true, now));
  await Promise.all(inOrder.map(fail));
  const counts = await store.countImages("job");
  await store.updateJob("job", (job) => finishJob(job, counts, now));
  await store.updateJob("job", (job) => retryJob(job, 0, later));
  await start();
  await expect.poll(async () => isFinished(await (node as JobRuntime).manager.get("job"))).toBe(true);
  expect([await stateOf(), await doneOf()]).toEqual(["succeeded", IMAGES]);
  expect(ascending(pushed)).toEqual(inOrder);
});
