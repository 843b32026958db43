import { describe, expect, it } from "vitest";
import { sample } from "../support/images.ts";
import { cv } from "../support/opencv.ts";
import { startService } from "../support/service.ts";

const headers = { "Content-Type": "image/png" };

describe("a service at its limits", () => {
  it("refuses what would wait for too long with 503 and Retry-After, and goes on with the rest", async () => {
    const service = await startService({ THREADS: "1", MAX_WAIT_MS: "20" });
    const send = () => fetch(`${service.url}/process`, { method: "POST", headers, body: sample("astronaut.png") });
    const responses = await Promise.all(Array.from({ length: 30 }, send));
    const refused = responses.filter(({ status }) => status === 503);
    expect(refused.length).toBeGreaterThan(0);
    expect(responses.filter(({ status }) => status === 200).length).toBe(30 - refused.length);
    for (const response of refused) {
      expect(Number(response.headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
      expect(await response.json()).toMatchObject({ code: "OVERLOADED" });
    }
    expect((await send()).status).toBe(200);
    await service.stop();
  });

  it("refuses no image of an admitted request for want of room in a detector", async () => {
    const service = await startService({ THREADS: "1", QUEUE_SIZE: "2" });
    const send = () => fetch(`${service.url}/process`, { method: "POST", headers, body: sample("astronaut.png") });
    const responses = await Promise.all(Array.from({ length: 30 }, send));
    expect(new Set(responses.map(({ status }) => status))).toEqual(new Set([200]));
    await service.stop();
  });

  it("answers 504 for an image that takes longer than it may", async () => {
    const service = await startService({ IMAGE_TIMEOUT_MS: "20" });
    const large = cv.imdecode(sample("astronaut.png"), cv.IMREAD_GRAYSCALE).resize(1500, 1500);
    const body = Buffer.from(cv.imencode(".png", large));
    const slow = await fetch(`${service.url}/process?minSize=24&scaleFactor=1.05`, { method: "POST", headers, body });
    const { code, timeoutMs } = (await slow.json()) as { code: string; timeoutMs: number };
    await service.stop();
    expect(slow.status).toBe(504);
    expect(code).toBe("IMAGE_TIMEOUT");
    // What was left of it when the image came to the detector.
    expect(timeoutMs).toBeGreaterThan(0);
    expect(timeoutMs).toBeLessThanOrEqual(20);
  });

  it("says that no detector is connected", async () => {
    const service = await startService({}, "services/{api,jobs}.service.ts", ({ status }) => status === 503);
    // Until the jobs are there, it is they who are missing.
    const readiness = () => fetch(`${service.url}/readyz`).then((response) => response.json());
    await expect.poll(readiness).toMatchObject({ code: "NO_DETECTOR" });
    for (const response of [
      await fetch(`${service.url}/readyz`),
      await fetch(`${service.url}/process`, { method: "POST", headers, body: sample("astronaut.png") }),
    ]) {
      expect(response.status).toBe(503);
      expect(response.headers.get("retry-after")).toBe("1");
      expect(await response.json()).toMatchObject({ code: "NO_DETECTOR" });
    }
    await service.stop();
  });
});
