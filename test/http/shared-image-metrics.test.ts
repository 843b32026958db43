/** `/metrics` does not tell a client whether another one has sent its image. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { golden } from "../support/job-client.ts";
import { modelsDir } from "../support/model-files.ts";
import { type RunningService, startService } from "../support/service.ts";
import { SessionClient } from "../support/session-client.ts";

describe.skipIf(!modelsDir)("in the metrics", () => {
  let service: RunningService;
  let client: SessionClient;

  beforeAll(async () => {
    service = await startService({ MODELS_DIR: modelsDir });
    client = new SessionClient(service.url);
  });
  afterAll(() => service?.stop());

  /** Counters and numbers of observations, without those of the process and of time. */
  async function counts(): Promise<Map<string, number>> {
    const text: string = (await client.get("/metrics")).body;
    const lines = text.matchAll(/^(sightline_\w+(?:_total|_count)(?:\{[^}]*\})?) (\d+)$/gm);
    return new Map(Array.from(lines, ([, name = "", value]) => [name, Number(value)]));
  }

  /** What the encoding of an image by a new session adds to the metrics, besides the requests for metrics themselves. */
  async function addedBy(bytes: Uint8Array<ArrayBuffer>): Promise<Record<string, number>> {
    const key = await client.openSession();
    const before = await counts();
    expect((await client.encode(key, bytes, { "Content-Type": "image/jpeg" })).status).toBe(200);
    const after = await counts();
    const added = Array.from(after, ([name, value]) => [name, value - (before.get(name) ?? 0)] as const);
    return Object.fromEntries(added.filter(([name, value]) => value > 0 && !name.includes('route="/metrics"')));
  }

  it("an image that another session has sent counts like one that nobody has sent", async () => {
    const [first, second] = golden as [(typeof golden)[number], (typeof golden)[number]];
    await addedBy(first.bytes);
    const ofNewImage = await addedBy(second.bytes);
    const ofKnownImage = await addedBy(first.bytes);
    expect(ofNewImage).toMatchObject({ 'sightline_encodings_total{source="computed"}': 1 });
    expect(Object.keys(ofNewImage).length).toBeGreaterThan(4);
    expect(ofKnownImage).toEqual(ofNewImage);
  });

  it("what the session itself has sent before counts as known", async () => {
    const [, , third] = golden as [unknown, unknown, (typeof golden)[number]];
    const key = await client.openSession();
    const encode = () => client.encode(key, third.bytes, { "Content-Type": "image/jpeg" });
    await encode();
    const before = await counts();
    await encode();
    const name = 'sightline_encodings_total{source="memory"}';
    expect((await counts()).get(name)).toBe((before.get(name) ?? 0) + 1);
  });
});
