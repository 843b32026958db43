import { ServiceBroker } from "moleculer";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { broadcast, broadcasts } from "../../lib/contracts/broadcasts.ts";
import { readiness } from "../../lib/http/gateway/readiness.ts";
import brokerOptions from "../../moleculer.config.ts";
import detector from "../../services/detector.service.ts";
import jobs from "../../services/jobs.service.ts";
import { astronautFaces, sample } from "../support/images.ts";

const broker = new ServiceBroker({ ...brokerOptions, logger: false });
const alone = new ServiceBroker({ ...brokerOptions, nodeID: "alone", logger: false });

beforeAll(async () => {
  for (const schema of [detector, jobs]) broker.createService(schema);
  alone.createService(jobs);
  await Promise.all([broker.start(), alone.start()]);
});
afterAll(() => Promise.all([broker.stop(), alone.stop()]));

describe("the actions, as the REPL calls them", () => {
  it("detector.detect takes bytes or base64", async () => {
    const image = sample("astronaut.png");
    for (const given of [image, new Uint8Array(image), image.toString("base64")])
      expect(await broker.call("detector.detect", { image: given })).toMatchObject({
        faces: astronautFaces,
        width: 512,
      });
  });

  it("detector.detect takes an image of a job by its reference", async () => {
    const jobId = "referred";
    const image = sample("astronaut.png");
    const { sha256 } = await broker.call<{ sha256: string }, object>("jobs.storeImage", { jobId, image });
    expect(await broker.call("detector.detect", { image: { jobId, sha256 } })).toMatchObject({
      sha256,
      faces: astronautFaces,
    });
    const gone = { jobId, sha256: "0".repeat(64) };
    for (const suspect of [false, true])
      await expect(broker.call("detector.detect", { image: gone, suspect })).rejects.toMatchObject({
        type: "PICTURE_GONE",
        code: 410,
      });
    expect(await broker.call("detector.detect", { image: { jobId, sha256 }, suspect: true })).toMatchObject({
      faces: astronautFaces,
    });
  });

  it("detector.detectMany takes the images of a parcel by their references", async () => {
    const jobId = "parcel";
    const stored = await Promise.all(
      [sample("astronaut.png"), Buffer.from("no image"), sample("camera.png")].map((image) =>
        broker.call<{ sha256: string }, object>("jobs.storeImage", { jobId, image }),
      ),
    );
    const images = [...stored, { sha256: "0".repeat(64) }].map(({ sha256 }) => ({ sha256 }));
    expect(await broker.call("detector.detectMany", { jobId, images, options: { minNeighbors: 6 } })).toMatchObject([
      { detection: { sha256: images[0]?.sha256, faces: astronautFaces } },
      { failure: { code: "UNSUPPORTED_MEDIA_TYPE", detail: expect.any(String) } },
      { detection: { sha256: images[2]?.sha256, width: 512 } },
      { failure: { code: "PICTURE_GONE" } },
    ]);
    // Nodes of former versions send the priority too.
    const ofOlderNode = { jobId, images: images.slice(0, 1), models: ["faces-haar"], priority: "bulk" };
    expect(await broker.call("detector.detectMany", ofOlderNode)).toMatchObject([
      { detection: { results: { "faces-haar": { faces: [{ box: astronautFaces[0] }] } } } },
    ]);
    await expect(broker.call("detector.detectMany", { jobId, images, models: ["unheard-of"] })).rejects.toMatchObject({
      type: "MODEL_UNAVAILABLE",
    });
    const one = { sha256: "0".repeat(64) };
    const wrong = [
      { images: [one] },
      { jobId, images: [] },
      { jobId, images: Array(65).fill(one) },
      { jobId, images: [{ ...one, jobId }] },
      { jobId, images: [one], suspect: true },
      { jobId, images: [one], priority: "interactive" },
    ];
    for (const params of wrong)
      await expect(broker.call("detector.detectMany", params)).rejects.toMatchObject({ type: "INVALID_OPTION" });
  });

  it("detector.detectMany gives back images of a job that ends meanwhile", async () => {
    const jobId = "cancelled";
    const image = sample("astronaut.png");
    const { sha256 } = await broker.call<{ sha256: string }, object>("jobs.storeImage", { jobId, image });
    const parcel = broker.call<{ failure?: { code: string } }[], object>("detector.detectMany", {
      jobId,
      images: Array(64).fill({ sha256 }),
      // Each takes so long that many still wait when they are counted, and when the job ends.
      options: { scaleFactor: 1.03, minSize: 24 },
    });
    await expect
      .poll(() => broker.call("detector.load"), { interval: 1 })
      .toMatchObject({ waiting: expect.toSatisfy((n) => n > 40) });
    await broadcast(broker, broadcasts.jobFinished, jobId);
    const codes = (await parcel).map(({ failure }) => failure?.code);
    expect(new Set(codes)).toEqual(new Set([undefined, "OVERLOADED"]));
    expect(await broker.call("detector.load")).toMatchObject({ running: 0, waiting: 0 });
  });

  it("detector.detect checks its parameters", async () => {
    const image = sample("astronaut.png");
    const sha256 = "0".repeat(64);
    const wrong = [
      {},
      { image, extra: 1 },
      { image, options: { scaleFactor: 0.5 } },
      { image, annotate: "gif" },
      { image: 5 },
      { image: { sha256 } },
      { image: { jobId: "../a", sha256 } },
      { image: { jobId: "a", sha256: "../a" } },
      { image: { jobId: "a", sha256, extra: 1 } },
    ];
    for (const params of wrong)
      await expect(broker.call("detector.detect", params)).rejects.toMatchObject({ type: "INVALID_OPTION", code: 400 });
  });

  it("detector.load tells what the node is doing", async () => {
    expect(await broker.call("detector.load")).toMatchObject({ threads: expect.any(Number), running: 0, waiting: 0 });
  });

  it("jobs.ready says ready with a detector, and NO_DETECTOR without one", async () => {
    expect(await broker.call("jobs.ready")).toMatchObject({ status: "ready" });
    await expect(alone.call("jobs.ready")).rejects.toMatchObject({ type: "NO_DETECTOR" });
  });

  it("a gateway is not ready while it knows no detector, though the node with jobs knows one", async () => {
    const gateway = new ServiceBroker({ ...brokerOptions, nodeID: "gateway", logger: false });
    gateway.createService({ name: "jobs", actions: { ready: () => broker.call("jobs.ready") } });
    await gateway.start();
    const readinessOf = (of: ServiceBroker) =>
      readiness({ $ctx: { broker: of, call: of.call.bind(of) }, $service: { isLeaving: false } } as never);
    await expect(readinessOf(gateway)).rejects.toMatchObject({ type: "NO_DETECTOR" });
    expect(await readinessOf(broker)).toEqual(await broker.call("jobs.ready"));
    await gateway.stop();
  });
});
