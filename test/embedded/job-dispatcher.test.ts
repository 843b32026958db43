/** What becomes of a task: whether its lease is extended, acknowledged or returned, and what is pushed in its place. */
import { rmSync } from "node:fs";
import { afterEach, beforeEach, expect, it, test } from "vitest";
import { openEmbedded } from "../../lib/backends/embedded.ts";
import { type ErrorCode, failure } from "../../lib/errors.ts";
import { Dispatcher, type DispatcherSettings } from "../../lib/jobs/dispatcher.ts";
import {
  cancelJob,
  failImage,
  finishJob,
  type NewJob,
  retryImage,
  retryJob,
  startAttempt,
} from "../../lib/jobs/job.ts";
import type { Backends } from "../../lib/ports/backends.ts";
import type { JobStore } from "../../lib/ports/job-store.ts";
import type { Lease, Task, TaskQueue } from "../../lib/ports/task-queue.ts";
import { created, files, now, problem, queued, result } from "../ports/sample-jobs.ts";
import { taskOf } from "../ports/sample-tasks.ts";
import { manualClock } from "../support/manual-clock.ts";
import { temporaryFolder } from "../support/service.ts";
import { updateImage } from "../support/update-image.ts";

const LEASE_MS = 3_000;
/** A millisecond ago. */
const PAST = "2026-01-02T03:04:05.677Z";
let folder: string;
let backends: Backends;
let clock: ReturnType<typeof manualClock>;
let dispatcher: Dispatcher | undefined;
/** What the dispatcher did with leases and the queue, in order. */
let steps: string[];
let errors: unknown[];
/** Opened by the test, or after it. */
let gate: PromiseWithResolvers<void>;
let takers: ((lease: Lease | undefined) => void)[];

beforeEach(async () => {
  folder = temporaryFolder();
  backends = await openEmbedded({ folder, leaseMs: LEASE_MS });
  clock = manualClock(Date.parse(now));
  steps = [];
  errors = [];
  takers = [];
  gate = Promise.withResolvers<void>();
});
afterEach(async () => {
  gate.resolve();
  await dispatcher?.close();
  await backends.close();
  rmSync(folder, { recursive: true });
});

const nameOf = ({ parcel, image, images }: Task) => (image === undefined ? `${parcel} of ${images}` : `image ${image}`);

function start(changes: Partial<DispatcherSettings> = {}, more: Partial<Backends> = {}): Dispatcher {
  const queue: Pick<TaskQueue, "push" | "take"> = {
    push: async (tasks) => {
      steps.push(`push ${tasks.map(nameOf).join(", ")}`);
    },
    take: (signal) =>
      new Promise((resolve) => {
        takers.push(resolve);
        signal?.addEventListener("abort", () => resolve(undefined));
      }),
  };
  dispatcher = new Dispatcher(
    { ...backends, queue: { ...backends.queue, ...queue } as TaskQueue, ...more },
    {
      concurrency: 32,
      maxAttempts: 3,
      leaseMs: LEASE_MS,
      whenReady: async () => {},
      prepareSuspect: async () => {
        steps.push("prepare");
      },
      detect: async (_job, images) => {
        steps.push(`detect ${images.map(({ index }) => index).join(", ")}`);
        return images.map(() => result);
      },
      clock,
      onJobFinished: ({ state }) => steps.push(state),
      onError: (error) => errors.push(error),
      ...changes,
    },
  );
  return dispatcher;
}

/** Gives the task to a worker that waits for one. */
async function deliver(task: Task, delivery = 1, extend = async () => {}): Promise<void> {
  await expect.poll(() => takers.length).toBeGreaterThan(0);
  takers.shift()?.({
    task,
    delivery,
    ack: async () => {
      steps.push("ack");
    },
    retry: async (delayMs) => {
      steps.push(`retry ${delayMs}`);
    },
    extend: async () => {
      steps.push("extend");
      await extend();
    },
  });
}

/** A queued job, whose images are one parcel. */
async function insert(images: number, fields: Partial<NewJob> = {}): Promise<void> {
  await backends.store.insertJob(queued("job", fields), files(images));
}

const lastStep = () => steps.at(-1);
const image = (index: number) => backends.store.getImage("job", index);
const failing = (code: ErrorCode) => async () => {
  throw failure(code, "As the test wants it.");
};

it("is acknowledged when the end of its job is stored", async () => {
  // Not yet passed.
  await insert(2, { deadline: now });
  start();
  await deliver(taskOf("job", 0, { images: 2 }));
  await expect.poll(lastStep).toBe("ack");
  expect(steps).toEqual(["detect 0, 1", "succeeded", "ack"]);
  expect(dispatcher?.imagesPerSecond).toBeGreaterThan(0);
});

it("is tried again if the store fails, also at the end of its job", async () => {
  await insert(1);
  let isAway = true;
  const updateJob: Backends["store"]["updateJob"] = async (id, change) => {
    const job = await backends.store.getJob(id);
    if (isAway && job?.state === "running") throw failure("STORE_UNAVAILABLE", "Away.");
    return backends.store.updateJob(id, change);
  };
  const store = new Proxy(backends.store, {
    get: (target, name: keyof JobStore) => (name === "updateJob" ? updateJob : target[name].bind(target)),
  });
  start({}, { store });
  await deliver(taskOf("job", 0));
  await expect.poll(lastStep).toBe("retry 500");
  expect(errors).toMatchObject([{ type: "STORE_UNAVAILABLE" }]);
  isAway = false;
  await deliver(taskOf("job", 0), 2);
  await expect.poll(lastStep).toBe("ack");
  expect(steps).toEqual(["detect 0", "retry 500", "succeeded", "ack"]);
});

it("stays leased while its images are in work, and no longer, also if the queue fails meanwhile", async () => {
  await insert(1);
  const away = failure("STORE_UNAVAILABLE", "Away.");
  const detect = async () => {
    steps.push("detect");
    await gate.promise;
    return [result];
  };
  start({ detect });
  await deliver(taskOf("job", 0), 1, async () => {
    throw away;
  });
  await expect.poll(lastStep).toBe("detect");
  clock.advance(LEASE_MS / 3);
  clock.advance(LEASE_MS / 3);
  await expect.poll(() => errors).toEqual([away, away]);
  gate.resolve();
  await expect.poll(lastStep).toBe("ack");
  expect(steps).toEqual(["detect", "extend", "extend", "succeeded", "ack"]);
  await expect.poll(() => clock.waits()).toEqual([]);
});

it("of a suspect waits for the others, and goes back at once if the node is closed before", async () => {
  await insert(2);
  const detect: DispatcherSettings["detect"] = async (_job, images) => {
    steps.push("detect");
    await gate.promise;
    return images.map(() => result);
  };
  // Two workers.
  start({ detect, concurrency: 64 });
  await deliver(taskOf("job", 0, { images: 2 }));
  await expect.poll(lastStep).toBe("detect");
  await deliver(taskOf("job", 0, { image: 1, exclusive: true }));
  await expect.poll(() => clock.waits()).toEqual([LEASE_MS / 3, LEASE_MS / 3]);
  const closed = dispatcher?.close();
  gate.resolve();
  await closed;
  expect(steps).toEqual(["detect", "succeeded", "ack", "retry 0"]);
});

it("of a suspect begins when a detector can start it at once, and is about this one only, also if it comes again", async () => {
  await insert(3);
  for (const index of [1, 2]) await updateImage(backends.store, "job", index, (current) => startAttempt(current, now));
  start();
  // Its node died with them: they become suspects, which have tasks of their own.
  await deliver(taskOf("job", 0, { images: 3 }), 2);
  await expect.poll(lastStep).toBe("ack");
  expect(steps.splice(0)).toEqual(["detect 0", "push image 1, image 2", "ack"]);
  await updateImage(backends.store, "job", 2, (current) => startAttempt(current, now));
  await deliver(taskOf("job", 0, { image: 1, exclusive: true }), 2);
  await expect.poll(lastStep).toBe("ack");
  expect(steps.splice(0)).toEqual(["prepare", "detect 1", "ack"]);
  expect(await image(2)).toMatchObject({ state: "running" });
});

it("makes its images suspects if their node dies, each with a task of its own, also if these were not pushed", async () => {
  await insert(2);
  start({ detect: failing("NODE_LOST") });
  await deliver(taskOf("job", 0, { images: 2 }));
  await expect.poll(lastStep).toBe("ack");
  expect(steps.splice(0)).toEqual(["push image 0, image 1", "ack"]);
  expect(await image(0)).toMatchObject({ state: "pending", suspect: true });
  await deliver(taskOf("job", 0, { images: 2 }), 2);
  await expect.poll(lastStep).toBe("ack");
  expect(steps).toEqual(["push image 0, image 1", "ack"]);
});

it("gives other jobs their turn after as many images as a node works on", async () => {
  await insert(5);
  start({ concurrency: 2 });
  await deliver(taskOf("job", 0, { images: 5 }));
  await expect.poll(lastStep).toBe("ack");
  expect(steps).toEqual(["detect 0, 1", "push 0 of 3", "ack"]);
});

test.each([
  ["NODE_LOST", ["detect 0, 1", "push image 0, image 1, 0 of 3", "ack"]],
  // The task stays, for those that wait for their retry.
  ["NO_DETECTOR", ["detect 0, 1", "detect 2, 3", "detect 4", "retry 125"]],
] as const)("after %s for the first of its images: %j", async (code, expected) => {
  await insert(5);
  const detect: DispatcherSettings["detect"] = async (_job, images) => {
    steps.push(`detect ${images.map(({ index }) => index).join(", ")}`);
    if (images.some(({ index }) => index === 0)) throw failure(code, "As the test wants it.");
    return images.map(() => result);
  };
  start({ concurrency: 2, detect });
  await deliver(taskOf("job", 0, { images: 5 }));
  await expect.poll(lastStep).toBe(expected.at(-1));
  expect(steps).toEqual(expected);
});

it("gives other jobs their turn after as many images as take half a second", async () => {
  await insert(5);
  const detect: DispatcherSettings["detect"] = async (_job, images) => {
    steps.push(`detect ${images.length}`);
    clock.advance(200 * images.length);
    return images.map(() => result);
  };
  start({ detect });
  await deliver(taskOf("job", 0, { images: 5 }));
  await expect.poll(lastStep).toBe("ack");
  await backends.store.insertJob(queued("next"), files(5));
  await deliver(taskOf("next", 0, { images: 5 }));
  await expect.poll(() => steps.filter((step) => step === "ack").length).toBe(2);
  expect(steps).toEqual(expect.arrayContaining(["detect 5", "detect 2", "push 0 of 3"]));
});

test.each([
  // Half of 250 ms and of what follows: after each delivery twice as long, after the fourth no longer.
  ["NO_DETECTOR", 1, "retry 125", 0],
  ["OVERLOADED", 3, "retry 500", 0],
  ["SHUTTING_DOWN", 4, "retry 1000", 0],
  ["ENCODER_UNAVAILABLE", 9, "retry 1000", 0],
  ["STORE_UNAVAILABLE", 9, "retry 1000", 0],
  // The attempt counts.
  ["IMAGE_TIMEOUT", 9, "retry 125", 1],
  ["INTERNAL_ERROR", 9, "retry 125", 1],
] as const)("after %s in delivery %i, its image is tried again: %s", async (code, delivery, step, counted) => {
  await insert(1);
  start({ detect: failing(code) });
  await deliver(taskOf("job", 0), delivery);
  await expect.poll(lastStep).toBe(step);
  const { attempts = 0, attemptsBefore = 0, state } = (await image(0)) ?? {};
  expect([state, attempts - attemptsBefore]).toEqual(["pending", counted]);
  expect(errors).toHaveLength(code === "INTERNAL_ERROR" ? 1 : 0);
});

test.each([
  ["UNDECODABLE_IMAGE", undefined],
  ["IMAGE_REFUSED", true],
] as const)("after %s, its image is not tried again; it is a dead letter: %s", async (code, givenUp) => {
  await insert(1);
  start({ detect: failing(code) });
  await deliver(taskOf("job", 0));
  await expect.poll(lastStep).toBe("ack");
  expect(steps).toEqual(["failed", "ack"]);
  expect(await image(0)).toMatchObject({ state: "failed", attempts: 1, problem: { code } });
  expect((await image(0))?.givenUp).toBe(givenUp);
  expect(dispatcher?.imagesPerSecond).toBe(0);
});

test.each([
  [1, "done"],
  [2, "done"],
  [3, "failed"],
])(
  "waits for a file that is missing %i times, which is then %s, and processes its other images once",
  async (times, state) => {
    await insert(3);
    let misses = 0;
    const detect: DispatcherSettings["detect"] = async (_job, images) => {
      steps.push(`detect ${images.map(({ index }) => index).join(", ")}`);
      return images.map(({ index }) => (index === 1 && misses++ < times ? failure("PICTURE_GONE", "Gone.") : result));
    };
    start({ detect });
    await deliver(taskOf("job", 0, { images: 3 }));
    const pauses = [500, 2_000].slice(0, times);
    for (const pauseMs of pauses) {
      await expect.poll(() => clock.waits()).toContain(pauseMs);
      clock.advance(pauseMs);
    }
    await expect.poll(lastStep).toBe("ack");
    expect(steps.filter((step) => step.startsWith("detect"))).toEqual([
      "detect 0, 1, 2",
      ...pauses.map(() => "detect 1"),
    ]);
    const images = await backends.store.listImages("job", { after: -1, limit: 9 });
    expect(images.map((one) => one.state)).toEqual(["done", state, "done"]);
    expect(await image(1)).toMatchObject({ attempts: 1 });
  },
);

it("is not begun after its job's deadline", async () => {
  await insert(1, { deadline: PAST });
  start();
  await deliver(taskOf("job", 0));
  await expect.poll(lastStep).toBe("ack");
  expect(steps).toEqual(["failed", "ack"]);
  expect(await image(0)).toMatchObject({ state: "failed", attempts: 0, problem: { code: "DEADLINE_PASSED" } });
  expect((await image(0))?.givenUp).toBeUndefined();
});

it("is not begun when its job was cancelled", async () => {
  await insert(1);
  await backends.store.updateJob("job", (job) => cancelJob(job, now));
  start();
  await deliver(taskOf("job", 0));
  await expect.poll(lastStep).toBe("ack");
  expect(steps).toEqual(["ack"]);
});

it.each([{}, { deadline: PAST }])("comes again later if its images are in work elsewhere: %j", async (fields) => {
  await insert(1, fields);
  await updateImage(backends.store, "job", 0, (current) => startAttempt(current, now));
  start();
  await deliver(taskOf("job", 0));
  await expect.poll(lastStep).toBe(`retry ${LEASE_MS}`);
  expect(steps).toEqual([`retry ${LEASE_MS}`]);
});

test("a job does not end while a retry reaches its images", async () => {
  const { store } = backends;
  await insert(1);
  await updateImage(store, "job", 0, (current) => failImage(current, problem, false, now));
  const counts = await store.countImages("job");
  await store.updateJob("job", (job) => finishJob(job, counts, now));
  await store.updateJob("job", (job) => retryJob(job, 0, now));
  const listImages: JobStore["listImages"] = async (...page) => {
    await updateImage(store, "job", 0, (current) => retryImage(current, 2, now));
    return store.listImages(...page);
  };
  const reached = new Proxy(store, {
    get: (target, name: keyof JobStore) => (name === "listImages" ? listImages : target[name].bind(target)),
  });
  await start({}, { store: reached }).finishIfDone("job");
  expect(await store.getJob("job")).toMatchObject({ state: "queued", run: 2 });
});

it("is taken half a second after the queue failed", async () => {
  await backends.store.insertJob(created("job"), files(1));
  const away = failure("STORE_UNAVAILABLE", "Away.");
  let takes = 0;
  const whenReady = async () => {
    if (takes++ === 0) throw away;
  };
  start({ whenReady });
  await expect.poll(() => clock.waits()).toEqual([500]);
  expect([errors, takers.length]).toEqual([[away], 0]);
  clock.advance(500);
  await expect.poll(() => takers.length).toBe(1);
});
