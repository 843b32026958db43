/** Answers that stay the same: strong validators, digests, 304 and 412 (RFC 9110, section 13; RFC 9530). */
import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { badFile, form, JobClient } from "../support/job-client.ts";
import { type RunningService, startService } from "../support/service.ts";
import { newImage } from "../support/session-client.ts";

let service: RunningService;
let client: JobClient;
let jobId: string;
beforeAll(async () => {
  service = await startService();
  client = new JobClient(service.url);
  const { id } = await client.create([{ name: "a.png", bytes: newImage() }, badFile]);
  jobId = id;
  await client.get(`/v1/jobs/${id}/results?wait=60`);
});
afterAll(() => service.stop());

const identity = { "Accept-Encoding": "identity" };
const get = (path: string, headers: Record<string, string> = {}, method = "GET") =>
  fetch(service.url + path, { method, headers: { ...identity, ...headers } });
const digestOf = (bytes: ArrayBuffer) => createHash("sha256").update(Buffer.from(bytes)).digest("base64");

const stable: readonly (readonly [path: string, accept: string])[] = [
  ["/v1/models", "*/*"],
  ["/v1/models/faces-haar", "*/*"],
  ["/openapi.json", "*/*"],
  ["/problems", "text/html"],
  ["/problems/NO_IMAGE", "application/json"],
  ["/dashboard", "*/*"],
  ["JOB/results", "application/json"],
  ["JOB/results", "application/x-ndjson"],
  ["JOB/images/1/picture", "*/*"],
];

describe.each(stable)("%s as %s", (place, accept) => {
  const path = () => place.replace("JOB", `/v1/jobs/${jobId}`);

  it("has a strong ETag and its digest, and is not sent to a client that has it", async () => {
    const first = await get(path(), { Accept: accept });
    expect(first.status).toBe(200);
    const tag = first.headers.get("etag") ?? "";
    expect(tag).toMatch(/^"[\w-]{43}"$/);
    expect(first.headers.get("repr-digest")).toBe(`sha-256=:${digestOf(await first.arrayBuffer())}:`);
    for (const known of [tag, `W/${tag}`, `"other", ${tag}`, `"a,b" ,W/"", ${tag}`, "*"]) {
      const again = await get(path(), { Accept: accept, "If-None-Match": known });
      expect([again.status, await again.text(), again.headers.get("etag")], known).toEqual([304, "", tag]);
      for (const name of ["cache-control", "vary"]) expect(again.headers.get(name)).toBe(first.headers.get(name));
    }
    expect((await get(path(), { Accept: accept, "If-None-Match": '"other"' })).status).toBe(200);
    expect((await get(path(), { Accept: accept, "If-None-Match": tag }, "HEAD")).status).toBe(304);
    const head = await get(path(), { Accept: accept }, "HEAD");
    for (const name of ["etag", "repr-digest", "content-length", "cache-control", "vary"])
      expect(head.headers.get(name)).toBe(first.headers.get(name));
    // The type of an image is seen in its file only, which HEAD does not read.
    const type = place.endsWith("/picture") ? null : first.headers.get("content-type");
    expect(head.headers.get("content-type")).toBe(type);
    expect((await get(path(), { Accept: accept, "If-Match": '"other"' }, "HEAD")).status).toBe(412);
    expect((await get(path(), { Accept: accept, "If-Match": tag })).status).toBe(200);
    // Strong: a weak tag is never the same.
    for (const wanted of ['"other"', `W/${tag}`]) {
      const refused = await get(path(), { Accept: accept, "If-Match": wanted });
      expect([refused.status, await refused.json()], wanted).toMatchObject([412, { code: "PRECONDITION_FAILED" }]);
    }
  });
});

it("forms in different codings have different ETags, and each its own digest", async () => {
  const plain = await get("/openapi.json");
  const coded = await get("/openapi.json", { "Accept-Encoding": "gzip" });
  const tag = coded.headers.get("etag") ?? "";
  expect(tag).toMatch(/-gzip"$/);
  expect(tag).not.toBe(plain.headers.get("etag"));
  expect(coded.headers.get("repr-digest")).not.toBe(plain.headers.get("repr-digest"));
  expect((await get("/openapi.json", { "If-None-Match": tag })).status).toBe(200);
  expect((await get("/openapi.json", { "Accept-Encoding": "gzip", "If-None-Match": tag })).status).toBe(304);
});

it("what may change has none: a job, and results while it is not finished", async () => {
  const { body: job } = await client.post("/v1/jobs?execute=false", form([badFile]));
  for (const path of [`/v1/jobs/${job.id}`, `/v1/jobs/${job.id}/results`, "/v1/jobs", "/v1/statistics"])
    expect((await get(path)).headers.get("etag"), path).toBeNull();
});

it("an image that is not kept any more is gone, also for a client that has it", async () => {
  const { id } = await client.create([{ name: "a.png", bytes: newImage() }]);
  await client.finished(id);
  const picture = `/v1/jobs/${id}/images/0/picture`;
  for (const headers of [{}, { "If-None-Match": "*" }, { "If-Match": '"other"' }])
    await expect.poll(async () => (await client.get(picture, headers)).body?.code).toBe("PICTURE_GONE");
  expect((await get(picture, {}, "HEAD")).status).toBe(410);
});

it.each([
  ["results of a key", () => `/v1/jobs/${jobId}/results`, "private, no-store"],
  ["what every key may read", () => "/v1/models", "private, no-cache"],
  ["what needs no key", () => "/openapi.json", "no-cache"],
])("caches are told what they may do with %s, also by 304", async (_what, path, control) => {
  const { headers } = await get(path());
  const again = await get(path(), { "If-None-Match": headers.get("etag") ?? "" });
  expect(again.status).toBe(304);
  for (const one of [headers, again.headers]) expect(one.get("cache-control")).toBe(control);
});
