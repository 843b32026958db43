/** What `/metrics` says of work that was done. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { facesHaarModel } from "../../lib/contracts/faces-haar.ts";
import { badFile, golden, JobClient } from "../support/job-client.ts";
import { modelsDir } from "../support/model-files.ts";
import { openPost } from "../support/raw-request.ts";
import { type RunningService, startService } from "../support/service.ts";
import { SessionClient } from "../support/session-client.ts";

let service: RunningService;
let client: JobClient;
beforeAll(async () => {
  service = await startService({ MODELS_DIR: modelsDir });
  client = new JobClient(service.url);
});
afterAll(() => service.stop());

/** The value of a series, by its name and labels as Prometheus writes them. */
async function value(series: string): Promise<number | undefined> {
  const { status, headers, body } = await client.get<string>("/metrics");
  expect([status, headers.get("content-type")]).toEqual([200, expect.stringContaining("text/plain; version=0.0.4")]);
  const line = body.split("\n").find((candidate) => candidate.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length));
}

it("counts requests by route, not by what clients make up", async () => {
  await client.get("/nothing/here");
  await client.get("/v1/jobs/none");
  const count = 'sightline_http_request_duration_seconds_count{method="GET",';
  await expect.poll(() => value(`${count}route="none",status="404"}`)).toBe(1);
  await expect.poll(() => value(`${count}route="/v1/jobs/:id",status="404"}`)).toBe(1);
});

it("counts a request whose client left before its answer, but with no status", async () => {
  const upload = await openPost(service.url, "/v1/compare", { "Content-Type": "image/png", "Content-Length": "9" });
  await new Promise((resolve) => upload.write("half", resolve));
  upload.destroy();
  const count = 'sightline_http_request_duration_seconds_count{method="POST",route="/v1/compare",';
  await expect.poll(() => value(`${count}status="none"}`)).toBe(1);
  expect(await value(`${count}status="200"}`)).toBeUndefined();
});

it("counts images and attempts by their outcome", async () => {
  const { id } = await client.create([...golden, badFile]);
  await client.finished(id);
  await expect.poll(() => value('sightline_job_attempts_total{outcome="done"}')).toBe(golden.length);
  await expect.poll(() => value('sightline_job_attempts_total{outcome="UNSUPPORTED_MEDIA_TYPE"}')).toBe(1);
  expect(await value('sightline_images_total{outcome="done"}')).toBe(golden.length);
  expect(await value('sightline_images_total{outcome="UNSUPPORTED_MEDIA_TYPE"}')).toBe(1);
  expect(await value("sightline_image_seconds_count")).toBe(golden.length);
  expect(await value(`sightline_inference_seconds_count{model="faces-haar",version="${facesHaarModel.version}"}`)).toBe(
    golden.length,
  );
});

it.skipIf(!modelsDir)("counts tensors", async () => {
  const tensor = { name: "input0", shape: [1, 3, 112, 112], datatype: "FP32", data: new Array(3 * 112 * 112).fill(0) };
  const infer = (input: object) => client.postJson("/v2/models/face-encoding/infer", { inputs: [input] });
  expect((await infer(tensor)).status).toBe(200);
  expect(await value('sightline_tensors_total{outcome="done"}')).toBe(1);
  const { body } = await client.get("/v1/models/face-encoding");
  const series = `sightline_inference_seconds_count{model="face-encoding",version="${body.version}"}`;
  expect(await value(series)).toBe(1);
});

it("tells the queue and the pool as they are", async () => {
  expect(await value("sightline_queue_depth")).toBe(0);
  expect(await value("sightline_oldest_job_age_seconds")).toBe(0);
  expect(await value("sightline_queue_oldest_seconds")).toBe(0);
  expect(await value("sightline_pool_threads")).toBeGreaterThan(0);
  expect(await value("sightline_pool_running")).toBe(0);
  await client.create(golden, "?execute=false");
  expect(await value("sightline_oldest_job_age_seconds")).toBe(0);
  expect(await value("nodejs_eventloop_lag_seconds")).toBeDefined();
});

it("shows no timer of those who asked to wait for a job that was over", async () => {
  const { id } = await client.create(golden.slice(0, 1));
  await client.finished(id);
  const timers = async () => (await value('nodejs_active_resources{type="Timeout"}')) ?? 0;
  const before = await timers();
  await Promise.all(Array.from({ length: 100 }, () => client.get(`/v1/jobs/${id}/results?wait=60`)));
  await expect.poll(timers).toBeLessThan(before + 50);
});

// It does not tell a client whether another one has sent its image.
describe.skipIf(!modelsDir)("of encodings", () => {
  let sessions: SessionClient;
  beforeAll(() => {
    sessions = new SessionClient(service.url);
  });

  /** Counters and numbers of observations, without those of the process and of time. */
  async function counts(): Promise<Map<string, number>> {
    const text: string = (await sessions.get("/metrics")).body;
    const lines = text.matchAll(/^(sightline_\w+(?:_total|_count)(?:\{[^}]*\})?) (\d+)$/gm);
    return new Map(Array.from(lines, ([, name = "", value]) => [name, Number(value)]));
  }

  /**
   * What the encoding of an image by a new session adds to the metrics, besides the requests for metrics themselves.
   */
  async function addedBy(bytes: Uint8Array<ArrayBuffer>): Promise<Record<string, number>> {
    const key = await sessions.openSession();
    const before = await counts();
    expect((await sessions.encode(key, bytes, { "Content-Type": "image/jpeg" })).status).toBe(200);
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
    const key = await sessions.openSession();
    const encode = () => sessions.encode(key, third.bytes, { "Content-Type": "image/jpeg" });
    await encode();
    const before = await counts();
    await encode();
    const name = 'sightline_encodings_total{source="memory"}';
    expect((await counts()).get(name)).toBe((before.get(name) ?? 0) + 1);
  });
});
