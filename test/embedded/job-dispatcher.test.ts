/** What becomes of a task: whether its lease is extended, acknowledged or returned, and what is pushed in its place. */
import { afterEach, beforeEach, expect, it, test } from "vitest";
import { failure } from "../../lib/errors.ts";
import type { DispatcherSettings } from "../../lib/jobs/dispatcher.ts";
import { cancelJob, failImage, finishJob, retryImage, retryJob, startAttempt } from "../../lib/jobs/transitions.ts";
import type { Backends } from "../../lib/ports/backends.ts";
import type { JobStore } from "../../lib/ports/job-store.ts";
import { created, files, now, problem, queued, result } from "../ports/sample-jobs.ts";
import { taskOf } from "../ports/sample-tasks.ts";
import { DispatchingNode, failing, LEASE_MS } from "../support/dispatching-node.ts";
import { updateImage } from "../support/update-image.ts";

/** A millisecond ago. */
const PAST = "2026-01-02T03:04:05.677Z";
let node: DispatchingNode;
beforeEach(async () => {
  node = await DispatchingNode.open();
});
afterEach(() => node.close());

it("is acknowledged when the end of its job is stored", async () => {
  // Not yet passed.
  await node.insert(2, { deadline: now });
  node.start();
  await node.deliver(taskOf("job", 0, { images: 2 }));
  await expect.poll(node.lastStep).toBe("ack");
  expect(node.steps).toEqual(["detect 0, 1", "succeeded", "ack"]);
  expect(node.dispatcher?.imagesPerSecond).toBeGreaterThan(0);
});

it("is tried again if the store fails, also at the end of its job", async () => {
  await node.insert(1);
  let isAway = true;
  const updateJob: Backends["store"]["updateJob"] = async (id, change) => {
    const job = await node.backends.store.getJob(id);
    if (isAway && job?.state === "running") throw failure("STORE_UNAVAILABLE", "Away.");
    return node.backends.store.updateJob(id, change);
  };
  const store = new Proxy(node.backends.store, {
    get: (target, name: keyof JobStore) => (name === "updateJob" ? updateJob : target[name].bind(target)),
  });
  node.start({}, { store });
  await node.deliver(taskOf("job", 0));
  await expect.poll(node.lastStep).toBe("retry 500");
  expect(node.errors).toMatchObject([{ type: "STORE_UNAVAILABLE" }]);
  isAway = false;
  await node.deliver(taskOf("job", 0), 2);
  await expect.poll(node.lastStep).toBe("ack");
  expect(node.steps).toEqual(["detect 0", "retry 500", "succeeded", "ack"]);
});

it("sends few images at once if they are slow, also after some came back without an attempt", async () => {
  await node.insert(20);
  let isBusy = false;
  const sent: number[] = [];
  const detect: DispatcherSettings["detect"] = async (_job, images) => {
    sent.push(images.length);
    if (isBusy) return images.map(() => failure("OVERLOADED", "Busy."));
    node.clock.advance(images.length * 1_000);
    return images.map(() => result);
  };
  node.start({ detect });
  await node.deliver(taskOf("job", 0, { images: 20 }));
  await expect.poll(node.lastStep).toBe("ack");
  const first = sent.splice(0);
  expect(first[0]).toBeGreaterThan(1);
  isBusy = true;
  for (let time = 1; time <= 8; time++) {
    await node.deliver(taskOf("job", 0, { images: 1 }), time);
    await expect.poll(() => node.steps.filter((step) => step.startsWith("retry"))).toHaveLength(time);
  }
  isBusy = false;
  await node.deliver(taskOf("job", 0, { images: 1 }));
  await expect.poll(() => sent.length).toBeGreaterThan(8);
  expect(Math.max(...sent)).toBe(1);
});

it("stays leased while its images are in work, and no longer, also if the queue fails meanwhile", async () => {
  await node.insert(1);
  const away = failure("STORE_UNAVAILABLE", "Away.");
  const detect = async () => {
    node.steps.push("detect");
    await node.gate.promise;
    return [result];
  };
  node.start({ detect });
  await node.deliver(taskOf("job", 0), 1, async () => {
    throw away;
  });
  await expect.poll(node.lastStep).toBe("detect");
  node.clock.advance(LEASE_MS / 3);
  node.clock.advance(LEASE_MS / 3);
  await expect.poll(() => node.errors).toEqual([away, away]);
  node.gate.resolve();
  await expect.poll(node.lastStep).toBe("ack");
  expect(node.steps).toEqual(["detect", "extend", "extend", "succeeded", "ack"]);
  await expect.poll(() => node.clock.waits()).toEqual([]);
});

it("of a suspect waits for the others, and goes back at once if the node is closed before", async () => {
  await node.insert(2);
  const detect: DispatcherSettings["detect"] = async (_job, images) => {
    node.steps.push("detect");
    await node.gate.promise;
    return images.map(() => result);
  };
  // Two workers.
  node.start({ detect, concurrency: 64 });
  await node.deliver(taskOf("job", 0, { images: 2 }));
  await expect.poll(node.lastStep).toBe("detect");
  await node.deliver(taskOf("job", 0, { image: 1, exclusive: true }));
  await expect.poll(() => node.clock.waits()).toEqual([LEASE_MS / 3, LEASE_MS / 3]);
  const closed = node.dispatcher?.close();
  node.gate.resolve();
  await closed;
  expect(node.steps).toEqual(["detect", "succeeded", "ack", "retry 0"]);
});

it("of a suspect begins when a detector can start it at once, and is about this one only, also if it comes again", async () => {
  await node.insert(3);
  for (const index of [1, 2])
    await updateImage(node.backends.store, "job", index, (current) => startAttempt(current, now));
  node.start();
  // Its node died with them: they become suspects, which have tasks of their own.
  await node.deliver(taskOf("job", 0, { images: 3 }), 2);
  await expect.poll(node.lastStep).toBe("ack");
  expect(node.steps.splice(0)).toEqual(["detect 0", "push image 1, image 2", "ack"]);
  await updateImage(node.backends.store, "job", 2, (current) => startAttempt(current, now));
  await node.deliver(taskOf("job", 0, { image: 1, exclusive: true }), 2);
  await expect.poll(node.lastStep).toBe("ack");
  expect(node.steps.splice(0)).toEqual(["prepare", "detect 1", "ack"]);
  expect(await node.image(2)).toMatchObject({ state: "running" });
});

it("makes its images suspects if their node dies, each with a task of its own, also if these were not pushed", async () => {
  await node.insert(2);
  node.start({ detect: failing("NODE_LOST") });
  await node.deliver(taskOf("job", 0, { images: 2 }));
  await expect.poll(node.lastStep).toBe("ack");
  expect(node.steps.splice(0)).toEqual(["push image 0, image 1", "ack"]);
  expect(await node.image(0)).toMatchObject({ state: "pending", suspect: true });
  await node.deliver(taskOf("job", 0, { images: 2 }), 2);
  await expect.poll(node.lastStep).toBe("ack");
  expect(node.steps).toEqual(["push image 0, image 1", "ack"]);
});

it("of one image leaves room for more tasks than whole parcels have", async () => {
  await node.insert(4);
  const detect: DispatcherSettings["detect"] = async (_job, images) => {
    node.steps.push(`detect ${images.map(({ index }) => index).join(", ")}`);
    await node.gate.promise;
    return images.map(() => result);
  };
  // Two parcels.
  node.start({ detect, concurrency: 64, tasks: 4 });
  for (const image of [0, 1, 2, 3]) await node.deliver(taskOf("job", 0, { image }));
  await expect.poll(() => node.steps.toSorted()).toEqual(["detect 0", "detect 1", "detect 2", "detect 3"]);
});

it("is taken only where there is room for a whole parcel", async () => {
  const ids = ["a", "b", "c"];
  for (const id of ids) await node.backends.store.insertJob(queued(id), files(16));
  const detect: DispatcherSettings["detect"] = async (_job, images) => {
    node.steps.push(`detect ${images.length}`);
    await node.gate.promise;
    return images.map(() => result);
  };
  node.start({ detect, concurrency: 64, tasks: 4 });
  for (const id of ids) await node.deliver(taskOf(id, 0, { images: 16 }));
  await expect.poll(() => node.steps).toEqual(ids.map(() => "detect 16"));
  expect(node.takers).toEqual([]);
  node.gate.resolve();
  await expect.poll(() => node.takers.length).toBe(2);
});

it("gives other jobs their turn after as many images as a node works on", async () => {
  await node.insert(5);
  node.start({ concurrency: 2 });
  await node.deliver(taskOf("job", 0, { images: 5 }));
  await expect.poll(node.lastStep).toBe("ack");
  expect(node.steps).toEqual(["detect 0, 1", "push 0 of 3", "ack"]);
});

it("gives other jobs their turn after as many images as take half a second", async () => {
  await node.insert(5);
  const detect: DispatcherSettings["detect"] = async (_job, images) => {
    node.steps.push(`detect ${images.length}`);
    node.clock.advance(200 * images.length);
    return images.map(() => result);
  };
  node.start({ detect });
  await node.deliver(taskOf("job", 0, { images: 5 }));
  await expect.poll(node.lastStep).toBe("ack");
  await node.backends.store.insertJob(queued("next"), files(5));
  await node.deliver(taskOf("next", 0, { images: 5 }));
  await expect.poll(() => node.steps.filter((step) => step === "ack").length).toBe(2);
  expect(node.steps).toEqual(expect.arrayContaining(["detect 5", "detect 2", "push 0 of 3"]));
});

it("is not begun after its job's deadline", async () => {
  await node.insert(1, { deadline: PAST });
  node.start();
  await node.deliver(taskOf("job", 0));
  await expect.poll(node.lastStep).toBe("ack");
  expect(node.steps).toEqual(["failed", "ack"]);
  expect(await node.image(0)).toMatchObject({ state: "failed", attempts: 0, problem: { code: "DEADLINE_PASSED" } });
  expect((await node.image(0))?.givenUp).toBeUndefined();
});

it("is not begun when its job was cancelled", async () => {
  await node.insert(1);
  await node.backends.store.updateJob("job", (job) => cancelJob(job, now));
  node.start();
  await node.deliver(taskOf("job", 0));
  await expect.poll(node.lastStep).toBe("ack");
  expect(node.steps).toEqual(["ack"]);
});

it.each([
  [{}, 1],
  [{}, 2],
  [{ deadline: PAST }, 2],
])("leaves images alone that are in work for an equal task: %j, delivery %i", async (fields, delivery) => {
  await node.insert(2, fields);
  await updateImage(node.backends.store, "job", 0, (current) => startAttempt(current, now, "the other"));
  node.start();
  await node.deliver(taskOf("job", 0, { images: 2 }), delivery);
  await expect.poll(node.lastStep).toBe("ack");
  expect(await node.image(0)).toMatchObject({ state: "running", task: "the other" });
  // The other one is redelivered.
  await node.deliver(taskOf("job", 0, { images: 2 }), 2, async () => {}, "the other");
  await expect.poll(node.lastStep).toBe("ack");
  const suspect = await node.image(0);
  expect(suspect).toMatchObject({ state: "pending", suspect: true });
  expect(suspect).not.toHaveProperty("task");
});

it("records whose attempt it is for as long as that lasts", async () => {
  await node.insert(1);
  const detect: DispatcherSettings["detect"] = async () => {
    node.steps.push(`detect for ${(await node.image(0))?.task}`);
    return [result];
  };
  node.start({ detect });
  await node.deliver(taskOf("job", 0), 1, async () => {}, "its task");
  await expect.poll(node.lastStep).toBe("ack");
  expect(node.steps).toEqual(["detect for its task", "succeeded", "ack"]);
  expect(await node.image(0)).not.toHaveProperty("task");
});

test("a job does not end while a retry reaches its images", async () => {
  const { store } = node.backends;
  await node.insert(1);
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
  await node.start({}, { store: reached }).finishIfDone("job");
  expect(await store.getJob("job")).toMatchObject({ state: "queued", run: 2 });
});

it("is taken half a second after the queue failed", async () => {
  await node.backends.store.insertJob(created("job"), files(1));
  const away = failure("STORE_UNAVAILABLE", "Away.");
  let takes = 0;
  const whenReady = async () => {
    if (takes++ === 0) throw away;
  };
  node.start({ whenReady });
  await expect.poll(() => node.clock.waits()).toEqual([500]);
  expect([node.errors, node.takers.length]).toEqual([[away], 0]);
  node.clock.advance(500);
  await expect.poll(() => node.takers.length).toBe(1);
});

it("waits without an attempt while no detector has the models, and goes on once one has", async () => {
  await node.insert(2);
  const { store } = node.backends;
  await store.markPublished(await store.unpublishedEvents(9));
  let isThere = false;
  node.start({ isServed: () => isThere });
  for (const [delivery, step] of [
    [1, "retry 125"],
    [4, "retry 1000"],
    [9, "retry 5000"],
  ] as const) {
    await node.deliver(taskOf("job", 0, { images: 2 }), delivery);
    await expect.poll(node.lastStep).toBe(step);
  }
  await node.deliver(taskOf("job", 0, { image: 1, exclusive: true }));
  await expect.poll(() => node.steps.length).toBe(4);
  expect(node.steps.splice(0)).toEqual(["retry 125", "retry 1000", "retry 5000", "retry 125"]);
  expect(await store.unpublishedEvents(9)).toEqual([]);
  expect(await store.getJob("job")).toMatchObject({ state: "queued" });
  isThere = true;
  await node.deliver(taskOf("job", 0, { images: 2 }), 10);
  await expect.poll(node.lastStep).toBe("ack");
  expect(node.steps).toEqual(["detect 0, 1", "succeeded", "ack"]);
});

it("ends its job also if no detector has the models any more, and its images at their deadline", async () => {
  await node.insert(1);
  node.start({ isServed: () => false });
  await updateImage(node.backends.store, "job", 0, (current) => failImage(current, problem, false, now));
  await node.deliver(taskOf("job", 0), 2);
  await expect.poll(node.lastStep).toBe("ack");
  await node.backends.store.insertJob(queued("late", { deadline: PAST }), files(1));
  await node.deliver(taskOf("late", 0));
  await expect.poll(() => node.steps).toEqual(["failed", "ack", "failed", "ack"]);
});

it("makes suspects of what a dead node had in work, and pushes their tasks once, also while no detector has the models", async () => {
  await node.insert(2);
  node.start({ isServed: () => false });
  await updateImage(node.backends.store, "job", 1, (current) => startAttempt(current, now));
  for (const delivery of [2, 3]) await node.deliver(taskOf("job", 0, { images: 2 }), delivery);
  await expect.poll(() => node.steps).toEqual(["push image 1", "retry 250", "retry 500"]);
});
