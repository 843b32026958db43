import { text } from "node:stream/consumers";
import { afterEach, describe, expect, it } from "vitest";
import { type BreakableService, startBreakableService } from "../support/breakable-service.ts";
import { sample } from "../support/images.ts";
import { JobClient } from "../support/job-client.ts";
import { openPost } from "../support/raw-request.ts";
import { startService } from "../support/service.ts";

const headers = { "Content-Type": "image/png" };

describe("a service at its limits", () => {
  let service: BreakableService | undefined;
  afterEach(async () => {
    service?.detector("");
    await service?.stop();
    service = undefined;
  });

  const send = ({ url }: BreakableService) =>
    fetch(`${url}/process`, { method: "POST", headers, body: sample("astronaut.png") });

  /** The answers to 30 requests, all of which have arrived before the first is served. */
  async function answersToMany(environment: NodeJS.ProcessEnv): Promise<Response[]> {
    const started = await startBreakableService({ THREADS: "1", IMAGE_TIMEOUT_MS: "600000", ...environment });
    service = started;
    const client = new JobClient(started.url);
    const outcomes = ["admitted", "refused"].map((outcome) => `sightline_admissions_total{outcome="${outcome}"}`);
    const arrived = async () => {
      const [admitted = 0, refused = 0] = await Promise.all(outcomes.map((outcome) => client.metric(outcome)));
      return admitted + refused;
    };
    started.detector("hold");
    const answers = Array.from({ length: 30 }, () => send(started));
    await expect.poll(arrived).toBe(30);
    started.detector("");
    return Promise.all(answers);
  }

  it("refuses what would wait for too long with 503 and Retry-After, and goes on with the rest", async () => {
    const responses = await answersToMany({ MAX_WAIT_MS: "20" });
    const refused = responses.filter(({ status }) => status === 503);
    expect(refused.length).toBeGreaterThan(0);
    expect(responses.filter(({ status }) => status === 200).length).toBe(30 - refused.length);
    for (const response of refused) {
      expect(Number(response.headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
      expect(await response.json()).toMatchObject({ code: "OVERLOADED" });
    }
    expect((await send(service as BreakableService)).status).toBe(200);
  });

  it("refuses no image of an admitted request for want of room in a detector", async () => {
    const responses = await answersToMany({ QUEUE_SIZE: "2" });
    expect(new Set(responses.map(({ status }) => status))).toEqual(new Set([200]));
  });

  it("removes images whose clients have gone while they wait, but not that of one who only ended its side", async () => {
    const started = await startBreakableService({ THREADS: "1", IMAGE_TIMEOUT_MS: "600000" });
    service = started;
    const client = new JobClient(started.url);
    const waiting = () => client.metric("sightline_pool_waiting");
    const post = async (path: string, type: string, body: Buffer) => {
      const socket = await openPost(started.url, path, { "Content-Type": type, "Content-Length": String(body.length) });
      socket.write(body);
      return socket;
    };
    started.detector("hold");
    const running = send(started);
    await expect.poll(() => client.metric("sightline_pool_running")).toBe(1);
    const image = sample("astronaut.png");
    const input = { name: "image", datatype: "BYTES", shape: [1], data: [image.toString("base64")] };
    const inference = Buffer.from(JSON.stringify({ inputs: [input] }));
    const halfClosed = await post("/process", "image/png", image);
    const leaving = [
      await post("/process", "image/png", image),
      await post("/v2/models/faces-haar/infer", "application/json", inference),
    ];
    await expect.poll(waiting).toBe(3);
    halfClosed.end();
    for (const socket of leaving) socket.destroy();
    await expect.poll(waiting).toBe(1);
    started.detector("");
    expect((await running).status).toBe(200);
    expect(await text(halfClosed)).toMatch(/^HTTP\/1\.1 200 /m);
    expect(await client.metric('sightline_images_total{outcome="done"}')).toBe(2);
  });

  it("answers 504 for an image that takes longer than it may", async () => {
    const limitMs = 500;
    service = await startBreakableService({ IMAGE_TIMEOUT_MS: String(limitMs) });
    service.detector("hold");
    const slow = await send(service);
    const { code, timeoutMs } = (await slow.json()) as { code: string; timeoutMs: number };
    expect(slow.status).toBe(504);
    expect(code).toBe("IMAGE_TIMEOUT");
    // What was left of it when the image came to the detector.
    expect(timeoutMs).toBeGreaterThan(0);
    expect(timeoutMs).toBeLessThanOrEqual(limitMs);
  });

  it("says that no detector is connected", async () => {
    const alone = await startService({}, "services/{api,jobs}.service.ts", ({ status }) => status === 503);
    // Until the jobs are there, it is they who are missing.
    const readiness = () => fetch(`${alone.url}/readyz`).then((response) => response.json());
    await expect.poll(readiness).toMatchObject({ code: "NO_DETECTOR" });
    for (const response of [
      await fetch(`${alone.url}/readyz`),
      await fetch(`${alone.url}/process`, { method: "POST", headers, body: sample("astronaut.png") }),
    ]) {
      expect(response.status).toBe(503);
      expect(response.headers.get("retry-after")).toBe("1");
      expect(await response.json()).toMatchObject({ code: "NO_DETECTOR" });
    }
    await alone.stop();
  });
});
