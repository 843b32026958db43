/** The order of changes of models, and which detectors get them. */
import { type Context, ServiceBroker } from "moleculer";
import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest";
import { config } from "../../lib/config.ts";
import type { Model, ModelChange } from "../../lib/contracts/model.ts";
import { CatchUp } from "../../lib/detector/catch-up.ts";
import { ChangesOfOthers, changeModel } from "../../lib/detector/model-changes.ts";
import { modelNotFound } from "../../lib/errors.ts";
import { clusterOptions } from "../../lib/transport/broker-options.ts";
import brokerOptions from "../../moleculer.config.ts";
import { type NatsServer, startNatsServer } from "../support/nats-server.ts";

let nats: NatsServer;
let caller: ServiceBroker;
const detectors: ServiceBroker[] = [];

const model = (name: string): Model => ({
  ...{ name, task: "image-classification", version: "1", licence: "none", state: "ready" },
  ...{ files: [], input: "", thresholds: {}, quality: [] },
});

function node(nodeID: string): ServiceBroker {
  const options = { ...brokerOptions, ...clusterOptions({ ...config, natsUrl: nats.url }) };
  return new ServiceBroker({ ...options, nodeID, logger: false, skipProcessEventRegistration: true });
}

/** A detector that notes the changes that it gets. */
async function detector(nodeID: string, meanwhile: () => Promise<unknown> = async () => {}) {
  const changes: ModelChange[] = [];
  const broker = node(nodeID);
  broker.createService({
    name: "detector",
    actions: {
      detect: () => undefined,
      modelChanges: () => changes,
      async changeModel({ params }: Context<ModelChange>) {
        await meanwhile();
        changes.push(params);
        return model(params.name);
      },
    },
  });
  detectors.push(broker);
  await broker.start();
  await expect.poll(() => caller.registry.getActionEndpoints("detector.detect")?.hasNodeID(nodeID)).toBe(true);
  return changes;
}

/** A node that knows the detector `one`. */
async function startBesideOne(): Promise<ServiceBroker> {
  const starting = node("two");
  detectors.push(starting);
  await starting.start();
  await expect.poll(() => starting.registry.getActionEndpoints("detector.detect")?.hasNodeID("one")).toBe(true);
  return starting;
}

const change = (name: string, isLoaded: boolean) =>
  changeModel({ broker: caller, call: caller.call.bind(caller) } as unknown as Context<unknown>, name, isLoaded);

beforeAll(async () => {
  nats = await startNatsServer();
  caller = node("caller");
  await caller.start();
});
afterEach(async () => {
  vi.useRealTimers();
  for (const broker of detectors.splice(0)) await broker.stop();
  await expect.poll(() => caller.registry.getActionEndpoints("detector.detect")?.count() ?? 0).toBe(0);
});
afterAll(async () => {
  await caller.stop();
  await nats.stop();
});

it.each([
  ["in the same millisecond", 0, "mine"],
  ["on a node whose clock is behind", 3_600_000, "mine"],
  ["on such a node, by the name of the version", 3_600_000, "mine@1"],
])("a change is later than the change before it, also %s", async (_, behindMs, name) => {
  const changes = await detector("one");
  const now = Date.now();
  vi.useFakeTimers({ toFake: ["Date"], now });
  await change("mine", true);
  vi.setSystemTime(now - behindMs);
  await change(name, false);
  expect(changes.map(({ isLoaded }) => isLoaded)).toEqual([true, false]);
  expect(Date.parse(changes[1]?.at as string)).toBeGreaterThan(Date.parse(changes[0]?.at as string));
});

it("a detector that starts while another one changes gets the change too", async () => {
  let late: ModelChange[] = [];
  const early = await detector("early", async () => {
    late = await detector("late");
  });
  expect(await change("mine", true)).toMatchObject({ name: "mine" });
  expect(early).toHaveLength(1);
  expect(late).toEqual(early);
});

it("a detector that starts takes over what the others change while it loads", async () => {
  await detector("one");
  await change("first", true);
  const changes: ModelChange[] = [];
  const served = {
    changes,
    async change(news: readonly ModelChange[]) {
      if (changes.length === 0) await change("second", true);
      changes.push(...news);
    },
  };
  const starting = await startBesideOne();
  expect(await new ChangesOfOthers(starting, served, () => expect.unreachable()).takeOver()).toBe(true);
  expect(changes.map(({ name }) => name)).toEqual(["first", "second"]);
});

/** An action that answers from the third call on. A detector that starts makes two. */
function answeredLate<T>(answer: T): () => T | Promise<T> {
  let calls = 0;
  return () => (++calls > 2 ? answer : new Promise(() => {}));
}

it("a detector that starts takes over the changes and refusals of one that does not answer at first", async () => {
  const sha256 = "0".repeat(64);
  const busy = node("one");
  const loaded: ModelChange = { name: "mine", isLoaded: true, at: "2026-01-01T00:00:00.000Z" };
  busy.createService({
    name: "detector",
    actions: {
      detect: () => undefined,
      modelChanges: answeredLate([loaded]),
      refusals: answeredLate([{ sha256, at: loaded.at }]),
    },
  });
  detectors.push(busy);
  await busy.start();
  const starting = await startBesideOne();
  const changes: ModelChange[] = [];
  const refused: string[] = [];
  const catchUp = await CatchUp.start({
    broker: starting,
    logger: starting.logger,
    served: { changes, change: async (news: readonly ModelChange[]) => void changes.push(...news) } as never,
    suspects: { refuse: (image: string) => void refused.push(image) } as never,
    onModelsChanged: () => {},
  });
  await expect.poll(() => [changes, refused]).toEqual([[loaded], [sha256]]);
  await catchUp.close();
});

it("a detector that starts takes over what it can of several changes", async () => {
  await detector("one");
  for (const name of ["first", "elsewhere", "second"]) await change(name, true);
  // Made here long ago, before it could not be made any more.
  const changes: ModelChange[] = [{ name: "elsewhere", isLoaded: false, at: "2026-01-01T00:00:00.000Z" }];
  const served = {
    changes,
    async change(news: readonly ModelChange[]) {
      for (const { name } of news) if (name === "elsewhere") throw modelNotFound(name);
      changes.push(...news);
    },
  };
  const starting = await startBesideOne();
  const refused: [string, unknown][] = [];
  const others = new ChangesOfOthers(starting, served, ({ name }, error) => refused.push([name, error]));
  expect(await others.takeOver()).toBe(true);
  expect(changes.map(({ name }) => name)).toEqual(["elsewhere", "first", "second"]);
  expect(refused).toEqual([["elsewhere", modelNotFound("elsewhere")]]);
  expect(await others.takeOver()).toBe(false);
  await change("elsewhere", false);
  expect(await others.takeOver()).toBe(false);
  expect(refused.map(([name]) => name)).toEqual(["elsewhere", "elsewhere"]);
});
