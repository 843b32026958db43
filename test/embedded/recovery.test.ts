/** Recovery of jobs beside an `execute` that is enqueueing their images, and after one that died. */
import { rmSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openEmbedded } from "../../lib/backends/embedded.ts";
import { loadConfig } from "../../lib/config.ts";
import { failure } from "../../lib/errors.ts";
import { isFinished } from "../../lib/jobs/job.ts";
import type { JobManager } from "../../lib/jobs/job-manager.ts";
import { JobRuntime } from "../../lib/jobs/job-runtime.ts";
import { Recovery } from "../../lib/jobs/recovery.ts";
import { storeImage } from "../../lib/jobs/store-image.ts";
import { failImage, finishJob, retryJob, startAttempt } from "../../lib/jobs/transitions.ts";
import type { Backends } from "../../lib/ports/backends.ts";
import type { Task } from "../../lib/ports/task-queue.ts";
import type { Clock } from "../../lib/time/clock.ts";
import { created, files, largeFiles, later, now, problem, queued, result } from "../ports/sample-jobs.ts";
import { tasksOf } from "../ports/sample-tasks.ts";
import { manualClock } from "../support/manual-clock.ts";
import { temporaryFolder } from "../support/service.ts";
import { updateImage } from "../support/update-image.ts";

const leaseMs = 400;
const IMAGES = 1200;
const JOB = "11111111-1111-4111-8111-111111111111";

let folder: string;
let backends: Backends;
let node: JobRuntime | undefined;
/** Images in the order in which they were pushed. */
let pushed: number[];
/** Called for each push, before it is done. */
let onPush: (tasks: readonly Task[]) => void;
/** Called whenever the images to be pushed are listed, before it is done. */
let onList: () => Promise<void>;
let errors: unknown[];
beforeEach(async () => {
  folder = temporaryFolder();
  backends = await openEmbedded({ folder, leaseMs });
  node = undefined;
  pushed = [];
  onPush = () => {};
  onList = async () => {};
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

/** Starts a node whose detector answers at once. Its recovery looks at the jobs once in a lease. */
async function start(nodeLeaseMs = leaseMs): Promise<JobRuntime> {
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
      async push(tasks) {
        onPush(tasks);
        for (const { parcel, images } of tasks) pushed.push(...Array.from({ length: images }, (_, n) => parcel + n));
        return queue.push(tasks);
      },
    }),
  };
  node = await JobRuntime.start(watched, {
    ...loadConfig({}),
    leaseMs: nodeLeaseMs,
    whenReady: async () => {},
    prepareSuspect: async () => {},
    detect: async (_job, images) => images.map(() => result),
    announce: (id) => node?.waiters.announce(id),
    onError: (error) => errors.push(error),
  });
  return node;
}

const stateOf = async () => (await backends.store.getJob("job"))?.state;
const doneOf = async () => (await backends.store.countImages("job")).done;
const inOrder = Array.from({ length: IMAGES }, (_, index) => index);
/** Settings of a recovery of its own, by a clock that the test advances. */
const timesOf = (clock: Clock) => ({
  maxAttempts: 1,
  lostAfterMs: 1_000,
  idleAfterMs: 500,
  finishIfDone: async () => {},
  onError: (error: unknown) => errors.push(error),
  clock,
});
const ascending = (indexes: readonly number[]) => [...indexes].sort((a, b) => a - b);

test.each([
  [
    "submitted",
    (manager: JobManager) => manager.submit({ job: { id: JOB, model: "faces-haar" }, images: files(2), execute: true }),
  ],
  [
    "executed",
    async (manager: JobManager) => {
      await backends.store.insertJob(created(JOB), files(2));
      return manager.execute(JOB);
    },
  ],
])("a job that was %s is accepted although the queue takes no tasks, and executed later", async (_, accept) => {
  const { manager } = await start();
  let refusals = 1;
  onPush = () => {
    if (refusals-- > 0) throw failure("STORAGE_FULL", "The queue is full.");
  };
  expect(await accept(manager)).toMatchObject({ id: JOB, state: "queued" });
  expect(errors.splice(0)).toMatchObject([{ type: "STORAGE_FULL" }]);
  await expect.poll(async () => (await backends.store.getJob(JOB))?.state).toBe("succeeded");
});

test("an image that `execute` is enqueueing is not enqueued by recovery too, however fast it is processed", async () => {
  await backends.close();
  // The node's own recovery does not come to look.
  backends = await openEmbedded({ folder, leaseMs: 600_000 });
  const { manager, dispatcher, backends: watched } = await start(600_000);
  await backends.store.insertJob(created("job"), largeFiles(IMAGES));
  const clock = manualClock();
  const finishIfDone = (id: string) => dispatcher.finishIfDone(id);
  const recovery = new Recovery(watched, { ...timesOf(clock), finishIfDone });
  let looks = 0;
  let isLooking = false;
  onList = async () => {
    // It is recovery that lists, which it must not.
    if (isLooking) return;
    // All that was enqueued so far is processed, and recovery looks at the job: it has no task.
    await expect.poll(doneOf, { interval: 5 }).toBe(pushed.length);
    await expect.poll(async () => (await backends.queue.jobsWithTasks()).size, { interval: 5 }).toBe(0);
    clock.advance(1_000);
    isLooking = true;
    await recovery.run();
    isLooking = false;
    looks++;
  };
  await manager.execute("job");
  await expect.poll(stateOf).toBe("succeeded");
  expect(looks).toBeGreaterThan(2);
  expect(ascending(pushed)).toEqual(inOrder);
});

test("`execute` waits for the first images of a large job only, and a cancelled job gets no more", async () => {
  await backends.store.insertJob(created("job"), largeFiles(IMAGES));
  const { manager } = await start(600_000);
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
  let enqueued = 0;
  onPush = () => {
    if (pushed.length === 0) return;
    enqueued = pushed.length;
    onPush = () => {};
    throw failure("STORE_UNAVAILABLE", "Away.");
  };
  await manager.execute("job");
  await expect.poll(() => errors).toMatchObject([{ type: "STORE_UNAVAILABLE" }]);
  errors = [];
  expect(enqueued).toBeLessThan(IMAGES);
  await expect.poll(stateOf).toBe("succeeded");
  expect(ascending(pushed)).toEqual(inOrder);
});

test("an `execute` that died before it enqueued an image is completed at the next start", async () => {
  await backends.store.insertJob(created("job"), largeFiles(3));
  await start();
  onPush = () => {
    throw failure("STORE_UNAVAILABLE", "Away.");
  };
  await node?.manager.execute("job");
  await node?.close();
  expect(errors.splice(0)).toMatchObject([{ type: "STORE_UNAVAILABLE" }]);
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

test("an image that was in work is tried again at the next start, also if the clock was set back", async () => {
  await backends.store.insertJob(queued("job"), largeFiles(2));
  const ahead = new Date(Date.now() + 3_600_000).toISOString();
  await updateImage(backends.store, "job", 0, (image) => startAttempt(image, ahead));
  await start();
  await expect.poll(stateOf).toBe("succeeded");
});

test("an attempt that no clock can date is lost once its job has had no task and no progress for long", async () => {
  const { store, queue } = backends;
  await store.insertJob(queued("job"), largeFiles(1));
  const clock = manualClock();
  const ahead = new Date(clock.now() + 3_600_000).toISOString();
  await updateImage(store, "job", 0, (image) => startAttempt(image, ahead));
  const recovery = new Recovery(backends, timesOf(clock));
  await recovery.run();
  clock.advance(999);
  await recovery.run();
  expect([...(await queue.jobsWithTasks())]).toEqual([]);
  clock.advance(1);
  await recovery.run();
  expect([...(await queue.jobsWithTasks())]).toEqual(["job"]);
});

test("a job that has a task is left alone, however long it makes no progress", async () => {
  const { store, queue } = backends;
  await store.insertJob(queued("job"), largeFiles(1));
  const clock = manualClock();
  await updateImage(store, "job", 0, (image) => startAttempt(image, now));
  await queue.push(tasksOf("job", 1));
  const recovery = new Recovery(backends, timesOf(clock));
  await recovery.run();
  clock.advance(10_000);
  await recovery.run();
  expect(await store.getImage("job", 0)).toMatchObject({ state: "running" });
});

test("a job that cannot be read keeps no other from being recovered", async () => {
  const { store, queue } = backends;
  for (const id of ["damaged", "whole"]) await store.insertJob(queued(id), files(1));
  const unreadable = failure("STORE_CORRUPT", "The images are damaged.");
  let failingMethod: "countImages" | "listImages" = "listImages";
  const refuseDamaged = (name: typeof failingMethod, id: string) =>
    name === failingMethod && id === "damaged" ? Promise.reject(unreadable) : undefined;
  const damaged = replaced(store, {
    countImages: (id) => refuseDamaged("countImages", id) ?? store.countImages(id),
    listImages: (id, request) => refuseDamaged("listImages", id) ?? store.listImages(id, request),
  });
  const clock = manualClock();
  const recovery = new Recovery({ ...backends, store: damaged }, timesOf(clock));
  await recovery.run();
  clock.advance(500);
  await recovery.run();
  expect([...(await queue.jobsWithTasks())]).toEqual(["whole"]);
  await queue.dropJob("whole");
  failingMethod = "countImages";
  await recovery.run();
  clock.advance(500);
  await recovery.run();
  expect([...(await queue.jobsWithTasks())]).toEqual(["whole"]);
  expect(errors.splice(0)).toEqual([unreadable, unreadable, unreadable]);
});

test("after an outage of the store, a job has still been idle since it was first seen to be", async () => {
  const { store, queue } = backends;
  for (const id of ["first", "second"]) await store.insertJob(queued(id), files(1));
  let isAway = false;
  const away = replaced(store, {
    listImages: (id, request) =>
      isAway ? Promise.reject(failure("STORE_UNAVAILABLE", "Away.")) : store.listImages(id, request),
  });
  const clock = manualClock();
  const recovery = new Recovery({ ...backends, store: away }, timesOf(clock));
  await recovery.run();
  clock.advance(500);
  isAway = true;
  await expect(recovery.run()).rejects.toMatchObject({ type: "STORE_UNAVAILABLE" });
  isAway = false;
  await recovery.run();
  expect([...(await queue.jobsWithTasks())].sort()).toEqual(["first", "second"]);
});

test("a job whose images cannot be removed does not keep the service from starting", async () => {
  const { store, blobs } = backends;
  for (const id of ["stuck", "left"]) await storeImage(blobs, id, [Buffer.from(id)], 1e6);
  const remove = blobs.delete.bind(blobs);
  const refused = new Error("EACCES");
  backends = {
    ...backends,
    blobs: replaced(blobs, { delete: (id) => (id === "stuck" ? Promise.reject(refused) : remove(id)) }),
  };
  await start();
  expect(errors.splice(0)).toEqual([refused]);
  expect([await blobs.hasAny("stuck"), await blobs.hasAny("left")]).toEqual([true, false]);
  expect(await store.getJob("stuck")).toBeUndefined();
});
