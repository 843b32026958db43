/** Which service gets the images of a job, and what its answers come to. */
import { type Context, ServiceBroker } from "moleculer";
import { afterEach, expect, it } from "vitest";
import { failure } from "../../lib/errors.ts";
import { jobDetection } from "../../lib/jobs/job-detection.ts";

const brokers: ServiceBroker[] = [];
type Handler = (ctx: Context<Record<string, unknown>>) => unknown;

/** A broker whose services do what the test says, and the calls that they get. */
async function start(handlers: Readonly<Record<string, Handler>>) {
  const broker = new ServiceBroker({ logger: false });
  const calls: [action: string, params: unknown, meta: unknown][] = [];
  for (const [name, handler] of Object.entries(handlers)) {
    const [service = "", action = ""] = name.split(".");
    const noted: Handler = (ctx) => {
      calls.push([name, ctx.params, ctx.meta]);
      return handler(ctx);
    };
    broker.createService({ name: service, actions: { [action]: noted } });
  }
  brokers.push(broker);
  await broker.start();
  return { calls, detect: jobDetection(broker, 5_000) };
}
afterEach(() => Promise.all(brokers.splice(0).map((broker) => broker.stop())));

const sha256 = (digit: number) => String(digit).repeat(64);
const detection = (digit: number) => ({ sha256: sha256(digit), width: 1, height: 1, faces: [], timings: {} });
const images = [1, 2, 3].map((digit) => ({ sha256: sha256(digit) }));

it("is one call of a detector for all images, whose outcomes keep their order", async () => {
  const { calls, detect } = await start({
    "detector.detectMany": () => [
      { detection: detection(1) },
      { failure: { code: "TOO_MANY_PIXELS", detail: "Too large.", data: { maxPixels: 5 } } },
      { detection: detection(3) },
    ],
  });
  const [first, second, third] = await detect({ id: "job", options: { minSize: 30 } }, images);
  expect([first, third]).toEqual([detection(1), detection(3)]);
  expect(second).toBeInstanceOf(Error);
  expect(second).toMatchObject({ type: "TOO_MANY_PIXELS", code: 413, message: "Too large.", data: { maxPixels: 5 } });
  const params = { jobId: "job", images, options: { minSize: 30 }, timeoutMs: 5_000 };
  expect(calls).toEqual([["detector.detectMany", params, expect.anything()]]);
});

it("passes on where an image is stored, and the models", async () => {
  const { calls, detect } = await start({ "detector.detectMany": () => [{ detection: detection(1) }] });
  const stored = { sha256: sha256(1), pack: "0" };
  await detect({ id: "job", options: { models: ["faces-yunet", "face-encoding"] } }, [stored]);
  const params = { images: [stored], models: ["faces-yunet", "face-encoding"], options: {} };
  expect(calls).toMatchObject([["detector.detectMany", params, {}]]);
});

it("rejects if the whole call failed", async () => {
  const { detect } = await start({
    "detector.detectMany": () => {
      throw failure("NODE_LOST", "Gone.");
    },
  });
  await expect(detect({ id: "job", options: {} }, images)).rejects.toMatchObject({ type: "NODE_LOST" });
});

it("tries a suspect by itself", async () => {
  const { calls, detect } = await start({ "detector.detect": () => detection(1) });
  const suspect = { sha256: sha256(1), pack: "0", suspect: true } as const;
  expect(await detect({ id: "job", options: {} }, [suspect])).toEqual([detection(1)]);
  const image = { jobId: "job", sha256: sha256(1), pack: "0" };
  expect(calls).toMatchObject([["detector.detect", { image, suspect: true, priority: "bulk", timeoutMs: 5_000 }, {}]]);
});

it("has encodings computed one by one, few at a time, for the owner", async () => {
  let [inWork, most] = [0, 0];
  const { calls, detect } = await start({
    "encodings.encode": async ({ params }) => {
      most = Math.max(most, ++inWork);
      await new Promise((resolve) => setImmediate(resolve));
      inWork--;
      const { sha256: hash } = params.image as { sha256: string };
      if (hash === sha256(2)) throw failure("UNDECODABLE_IMAGE", "Damaged.");
      if (hash === sha256(3)) throw new TypeError("a fault");
      return { ...detection(1), sha256: hash, model: "face-encoding", version: "1" };
    },
  });
  const many = [...images, ...Array(20).fill(images[0])];
  const outcomes = await detect({ id: "job", options: { models: ["face-encoding"] }, owner: "me" }, many);
  expect(outcomes).toHaveLength(23);
  expect(outcomes.slice(0, 4)).toMatchObject([
    { sha256: sha256(1), results: { "face-encoding": { version: "1", faces: [] } } },
    { type: "UNDECODABLE_IMAGE" },
    { type: "INTERNAL_ERROR" },
    { sha256: sha256(1) },
  ]);
  expect(most).toBe(8);
  expect(calls[0]).toMatchObject(["encodings.encode", { image: { jobId: "job" }, priority: "bulk" }, { owner: "me" }]);
});
