/** What becomes of a task and its images when an attempt at them fails, or a file is missing. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { type ErrorCode, failure } from "../../lib/errors.ts";
import type { Backends } from "../../lib/ports/backends.ts";
import type { JobStore } from "../../lib/ports/job-store.ts";
import { result } from "../ports/sample-jobs.ts";
import { taskOf } from "../ports/sample-tasks.ts";
import { DispatchingNode, failing } from "../support/dispatching-node.ts";

let node: DispatchingNode;
beforeEach(async () => {
  node = await DispatchingNode.open();
});
afterEach(() => node.close());

test.each([
  ["NODE_LOST", ["detect 0, 1", "push image 0, image 1, 0 of 3", "ack"]],
  // The task stays, for those that wait for their retry.
  ["NO_DETECTOR", ["detect 0, 1", "detect 2, 3", "detect 4", "retry 125"]],
] as const)("after %s for the first of its images: %j", async (code, expected) => {
  await node.insert(5);
  const detect = node.detecting((index) => {
    if (index === 0) throw failure(code, "As the test wants it.");
    return result;
  });
  node.start({ concurrency: 2, detect });
  await node.deliver(taskOf("job", 0, { images: 5 }));
  await expect.poll(node.lastStep).toBe(expected.at(-1));
  expect(node.steps).toEqual(expected);
});

test.each([
  // Half of 250 ms and of what follows: after each delivery twice as long, at most a minute.
  ["NO_DETECTOR", 1, "retry 125", 0],
  ["OVERLOADED", 3, "retry 500", 0],
  ["SHUTTING_DOWN", 4, "retry 1000", 0],
  ["ENCODER_UNAVAILABLE", 6, "retry 4000", 0],
  ["STORE_UNAVAILABLE", 9, "retry 30000", 0],
  // At most two seconds: the detectors are there.
  ["OVERLOADED", 9, "retry 1000", 0],
  ["SHUTTING_DOWN", 2_000, "retry 1000", 0],
  // The attempt counts.
  ["IMAGE_TIMEOUT", 9, "retry 125", 1],
  ["INTERNAL_ERROR", 9, "retry 125", 1],
] as const)("after %s in delivery %i, its image is tried again: %s", async (code, delivery, step, counted) => {
  await node.insert(1);
  node.start({ detect: failing(code) });
  await node.deliver(taskOf("job", 0), delivery);
  await expect.poll(node.lastStep).toBe(step);
  const { attempts = 0, attemptsBefore = 0, state } = (await node.image(0)) ?? {};
  expect([state, attempts - attemptsBefore]).toEqual(["pending", counted]);
  expect(node.errors).toHaveLength(code === "INTERNAL_ERROR" ? 1 : 0);
});

test.each([
  ["UNDECODABLE_IMAGE", undefined],
  ["IMAGE_REFUSED", true],
] as const)("after %s, its image is not tried again; it is a dead letter: %s", async (code, givenUp) => {
  await node.insert(1);
  node.start({ detect: failing(code) });
  await node.deliver(taskOf("job", 0));
  await expect.poll(node.lastStep).toBe("ack");
  expect(node.steps).toEqual(["failed", "ack"]);
  expect(await node.image(0)).toMatchObject({ state: "failed", attempts: 1, problem: { code } });
  expect((await node.image(0))?.givenUp).toBe(givenUp);
  expect(node.dispatcher?.imagesPerSecond).toBe(0);
});

test.each([
  [1, "done"],
  [2, "done"],
  [3, "failed"],
])(
  "waits for a file that is missing %i times, which is then %s, and processes its other images once",
  async (times, state) => {
    await node.insert(3);
    let misses = 0;
    const outcomeOf = (index: number) => (index === 1 && misses++ < times ? failure("PICTURE_GONE", "Gone.") : result);
    node.start({ detect: node.detecting(outcomeOf) });
    await node.deliver(taskOf("job", 0, { images: 3 }));
    const pauses = [500, 2_000].slice(0, times);
    for (const pauseMs of pauses) {
      await expect.poll(() => node.clock.waits()).toContain(pauseMs);
      node.clock.advance(pauseMs);
    }
    await expect.poll(node.lastStep).toBe("ack");
    expect(node.steps.filter((step) => step.startsWith("detect"))).toEqual([
      "detect 0, 1, 2",
      ...pauses.map(() => "detect 1"),
    ]);
    const images = await node.backends.store.listImages("job", { after: -1, limit: 9 });
    expect(images.map((one) => one.state)).toEqual(["done", state, "done"]);
    expect(await node.image(1)).toMatchObject({ attempts: 1 });
  },
);

/** The node's store, whose changes of images fail, before or after they were made, while `next` says so. */
function failingStore(
  next: () => "before" | "after" | undefined,
  code: ErrorCode = "STORE_UNAVAILABLE",
): Backends["store"] {
  const { store } = node.backends;
  const updateParcel: JobStore["updateParcel"] = async (...change) => {
    const when = next();
    const changed = when === "before" ? [] : await store.updateParcel(...change);
    if (when) throw failure(code, "Away.");
    return changed;
  };
  return new Proxy(store, {
    get: (target, name: keyof JobStore) => (name === "updateParcel" ? updateParcel : target[name].bind(target)),
  });
}

/** Fails from the second change of images on: the first one begins the attempts. */
function fromSecond(...whens: ("before" | "after")[]) {
  let changes = 0;
  return () => (changes++ === 0 ? undefined : whens.shift());
}

test.each([
  [["before"], [500]],
  [["after"], [500]],
  [
    ["before", "before", "after"],
    [500, 1_000, 2_000],
  ],
] as const)(
  "outcomes are kept while the store is away (%j), and no image is tried again for it",
  async (whens, pauses) => {
    await node.insert(3);
    const outcomeOf = (index: number) => (index === 1 ? failure("OVERLOADED", "Full.") : result);
    node.start({ detect: node.detecting(outcomeOf) }, { store: failingStore(fromSecond(...whens)) });
    await node.deliver(taskOf("job", 0, { images: 3 }));
    for (const pauseMs of pauses) {
      await expect.poll(() => node.clock.waits()).toContain(pauseMs);
      node.clock.advance(pauseMs);
    }
    await expect.poll(node.lastStep).toBe("retry 125");
    expect(node.steps.filter((step) => step !== "extend")).toEqual(["detect 0, 1, 2", "retry 125"]);
    expect(node.errors).toHaveLength(whens.length);
    const images = await node.backends.store.listImages("job", { after: -1, limit: 9 });
    expect(images.map(({ state, suspect, attempts }) => [state, suspect, attempts])).toEqual([
      ["done", undefined, 1],
      ["pending", undefined, 1],
      ["done", undefined, 1],
    ]);
  },
);

test("outcomes are given up if the store is away for long", async () => {
  await node.insert(1);
  let changes = 0;
  node.start({}, { store: failingStore(() => (changes++ === 0 ? undefined : "before")) });
  await node.deliver(taskOf("job", 0));
  for (const pauseMs of [500, 1_000, 2_000, 4_000, 8_000]) {
    await expect.poll(() => node.clock.waits()).toContain(pauseMs);
    node.clock.advance(pauseMs);
  }
  await expect.poll(node.lastStep).toBe("retry 500");
  expect(node.errors).toHaveLength(6);
});

test("outcomes are stored at once or not at all by a node that is stopped", async () => {
  await node.insert(1);
  node.start({}, { store: failingStore(fromSecond("before")) });
  await node.deliver(taskOf("job", 0));
  await expect.poll(() => node.clock.waits()).toContain(500);
  await node.dispatcher?.close();
  expect(await node.image(0)).toMatchObject({ state: "done", attempts: 1 });
});

test("outcomes that cannot be stored for another reason are not stored again", async () => {
  await node.insert(1);
  node.start({}, { store: failingStore(fromSecond("before"), "STORE_CORRUPT") });
  await node.deliver(taskOf("job", 0));
  await expect.poll(node.lastStep).toBe("retry 500");
  expect(node.errors).toHaveLength(1);
});
