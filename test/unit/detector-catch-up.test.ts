/** Detectors that start together ask only those of the others that have something to tell. */
import { Errors, ServiceBroker } from "moleculer";
import { afterEach, describe, expect, it } from "vitest";
import { allModels } from "../../lib/balancing/detector-models.ts";
import { CatchUp, type CatchUpSettings } from "../../lib/detector/catch-up.ts";

const brokers: ServiceBroker[] = [];
afterEach(async () => {
  for (const broker of brokers.splice(0)) await broker.stop();
});

/** What detectors were asked, each time. */
let asked: string[];
/** How many of the next questions are not answered. */
let unanswered: number;

/** @param metadata What the detector publishes. */
async function detector(metadata: object) {
  const broker = new ServiceBroker({ nodeID: `node-${brokers.length}`, transporter: "Fake", logger: false });
  const answer = (what: string, value: unknown) => () => {
    asked.push(`${what} of ${broker.nodeID}`);
    if (unanswered-- > 0) throw new Errors.RequestTimeoutError({ action: what, nodeID: broker.nodeID });
    return value;
  };
  const changes = [{ name: "m", isLoaded: true, at: "2026-01-01T00:00:00.000Z" }];
  const refusals = [{ sha256: "a", at: "2026-01-01T00:00:00.000Z" }];
  broker.createService({
    name: "detector",
    metadata,
    actions: {
      detect: () => undefined,
      models: answer("models", []),
      modelChanges: answer("changes", changes),
      refusals: answer("refusals", refusals),
    },
  });
  brokers.push(broker);
  await broker.start();
  return broker;
}

/**
 * Detectors that know each other, and what the first of them takes over.
 * @param firstUnanswered Number of its first questions that are not answered.
 */
async function together(others: readonly object[], firstUnanswered = 0) {
  asked = [];
  unanswered = firstUnanswered;
  const broker = await detector({ isToBeAsked: false });
  for (const metadata of others) await detector(metadata);
  const connected = () => broker.registry.getActionEndpoints("detector.detect")?.endpoints.length;
  await expect.poll(connected).toBe(others.length + 1);
  const [changed, refused, log]: [string[], string[], string[]] = [[], [], []];
  const logging = (_details: unknown, message: string) => void log.push(message);
  const settings = {
    broker,
    logger: { info: (message: string) => void log.push(message), error: logging },
    served: {
      changes: [],
      change: async (changes: { name: string }[]) => void changed.push(...changes.map(({ name }) => name)),
    },
    suspects: { refuse: (sha256: string) => void refused.push(sha256) },
    onModelsChanged: () => {},
  } as unknown as CatchUpSettings;
  return { broker, changed, refused, log, catchUp: await CatchUp.start(settings) };
}

describe("a detector that starts", () => {
  it("asks nobody where nothing has happened", async () => {
    const { catchUp } = await together([{ isToBeAsked: false }, { isToBeAsked: false }]);
    await catchUp.close();
    expect(asked).toEqual([]);
  });

  it.each([{ isToBeAsked: true }, {}])("asks one that says so, or is of an earlier version (%j)", async (metadata) => {
    const { catchUp, changed, refused } = await together([metadata, { isToBeAsked: false }]);
    await catchUp.close();
    expect(new Set(asked)).toEqual(new Set(["refusals of node-1", "changes of node-1"]));
    expect(changed).toEqual(["m"]);
    expect(new Set(refused)).toEqual(new Set(["a"]));
  });

  it("asks one that says so later", async () => {
    const { broker, catchUp, refused } = await together([{ isToBeAsked: false }]);
    const [, other] = brokers as [ServiceBroker, ServiceBroker];
    broker.localBus.on("$node.updated", () => catchUp.wakeIfNew());
    Object.assign(other.getLocalService("detector").metadata, { isToBeAsked: true });
    other.registry.regenerateLocalRawInfo(true);
    other.servicesChanged(true);
    await expect.poll(() => refused, { timeout: 20_000 }).toContain("a");
    await catchUp.close();
  });

  it("says once that another one does not answer, and that it answers again", async () => {
    // At the start and in the two rounds after it. Each time it is asked for refusals and for changes.
    const { catchUp, log, refused } = await together([{ isToBeAsked: true }], 6);
    await expect.poll(() => log.at(-1), { timeout: 20_000 }).toBe("Asking other detectors works again");
    await catchUp.close();
    expect(refused).toContain("a");
    expect(log.filter((message) => !message.startsWith("Models were"))).toEqual([
      "Asking other detectors failed; they are asked again each second until they answer",
      "Asking other detectors works again",
    ]);
  });
});

it("asks a detector once for the models of requests at the same time, and those after them", async () => {
  const { broker, catchUp } = await together([{ isToBeAsked: false }]);
  await catchUp.close();
  await Promise.all([allModels(broker), allModels(broker), allModels(broker)]);
  await allModels(broker);
  expect(asked.filter((question) => question.startsWith("models")).sort()).toEqual([
    "models of node-0",
    "models of node-1",
  ]);
});
