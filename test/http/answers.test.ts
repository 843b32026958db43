/**
 * The form of answers: what `Accept` chooses, when to come again, images asked for one at a time, and what a client
 * that has an answer already is told (RFC 9110, section 13; RFC 9530).
 */
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, request as httpRequest } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { definitions, type ErrorCode, failure } from "../../lib/errors.ts";
import { sendProblem } from "../../lib/http/gateway/reply.ts";
import { blackPng } from "../support/images.ts";
import { badFile, form, golden, JobClient } from "../support/job-client.ts";
import { type RunningService, startService } from "../support/service.ts";
import { newImage } from "../support/session-client.ts";

const ONLY_ONE = { code: "INVALID_OPTION", detail: "An annotated image can be returned for one image only." };

let service: RunningService;
let client: JobClient;
let job: string;
beforeAll(async () => {
  service = await startService();
  client = new JobClient(service.url);
  job = (await client.create(golden.slice(0, 1))).id;
  await client.finished(job);
});
afterAll(async () => {
  expect(await service.stop()).toBe(0);
});

/** Status and media type of an answer whose body need not end. */
async function typeOf(path: string, accept: string) {
  const controller = new AbortController();
  const response = await fetch(service.url + path, { headers: { Accept: accept }, signal: controller.signal });
  controller.abort();
  return { status: response.status, type: response.headers.get("content-type")?.split(";")[0] };
}

describe("Accept", () => {
  it.each([
    ["*/*", "application/json"],
    ["application/json, text/event-stream", "application/json"],
    ["text/event-stream;q=0.1, application/json", "application/json"],
    ["text/event-stream;q=0, */*", "application/json"],
    ["text/event-stream", "text/event-stream"],
    ["TEXT/Event-Stream ; q=0.9, application/json;q=0.8", "text/event-stream"],
    ["text/event-stream, */*;q=0.1", "text/event-stream"],
  ])("of events: %s gives %s", async (accept, type) => {
    for (const path of ["/v1/events", `/v1/jobs/${job}/events`])
      expect(await typeOf(path, accept)).toEqual({ status: 200, type });
  });

  it.each([
    ["application/json, application/x-ndjson", "application/json"],
    ["application/x-ndjson;q=0, */*", "application/json"],
    ["application/x-ndjson;q=0.5, application/json;q=0.1", "application/x-ndjson"],
    ["application/X-NDJSON", "application/x-ndjson"],
  ])("of results: %s gives %s", async (accept, type) => {
    expect(await typeOf(`/v1/jobs/${job}/results`, accept)).toEqual({ status: 200, type });
  });

  it.each(["/v1/events", "/v1/jobs/$job/events", "/v1/jobs/$job/results"])("%s: what cannot be met", async (path) => {
    const refused = { status: 406, type: "application/problem+json" };
    for (const accept of ["text/csv", "application/json;q=0", "*/*;q=0"])
      expect(await typeOf(path.replace("$job", job), accept)).toEqual(refused);
  });

  it("is named in Vary wherever the form of an answer depends on it, also by refusals", async () => {
    const image = { "Content-Type": "image/png" };
    const answers = [
      await client.post("/process", blackPng(120, 120), { ...image, Accept: "application/json" }),
      await client.post("/process", blackPng(120, 120), { ...image, Accept: "text/csv" }),
      await client.post("/process?async=true", blackPng(120, 120), image),
    ];
    for (const path of ["/v1/events", `/v1/jobs/${job}/events`, `/v1/jobs/${job}/results`])
      for (const Accept of ["application/json", "text/csv"]) answers.push(await client.get(path, { Accept }));
    expect(answers.map(({ status }) => status)).toEqual([200, 406, 202, 200, 406, 200, 406, 200, 406]);
    for (const { headers } of answers) {
      expect(headers.get("vary")?.split(", ")).toContain("Accept");
      expect(headers.get("cache-control")).toBe("private, no-store");
    }
  });

  it.each([
    ["application/json, image/jpeg;q=0.5", 200, "image/jpeg"],
    ["image/png;q=0, image/*", 200, "image/jpeg"],
    ["application/json", 406, "application/problem+json"],
  ])("of an annotated image: %s", async (accept, status, type) => {
    const answer = await client.post("/process?annotate=true", blackPng(120, 120), {
      "Content-Type": "image/png",
      Accept: accept,
    });
    expect({ status: answer.status, type: answer.headers.get("content-type") }).toEqual({ status, type });
  });
});

describe("an annotated image", () => {
  it("is refused for a second image, in every form of body", async () => {
    const files = ["a", "b"].map((name) => ({ name, bytes: blackPng(120, 120) }));
    const images = files.map(({ bytes }) => bytes.toString("base64"));
    for (const path of ["/process?annotate=true", "/process"]) {
      const headers = { Accept: "image/png" };
      expect(await client.post(path, form(files), headers)).toMatchObject({ status: 400, body: ONLY_ONE });
      expect(await client.postJson(path, { images }, headers)).toMatchObject({ status: 400, body: ONLY_ONE });
    }
  });

  it("is refused as the second image begins, while the upload still goes on", async () => {
    const part = (name: string) => `--x\r\nContent-Disposition: form-data; name="images"; filename="${name}"\r\n\r\n`;
    const headers = { "Content-Type": "multipart/form-data; boundary=x" };
    const upload = httpRequest(`${service.url}/process?annotate=true`, { method: "POST", headers });
    upload.on("error", () => {});
    const answered = once(upload, "response");
    upload.write(part("a.png"));
    upload.write(blackPng(120, 120));
    upload.write(`\r\n${part("b.png")}the first bytes of it`);
    const [response] = await answered;
    expect(response.statusCode).toBe(400);
    upload.destroy();
  });
});

describe("Retry-After", () => {
  const codes = Object.keys(definitions) as ErrorCode[];
  const unavailable = codes.filter((code) => [429, 503].includes(definitions[code].status));

  it.each(unavailable)("is part of %s", async (code) => {
    let data = {};
    const server = createServer((_request, response) => sendProblem(response, failure(code, "Not now.", data)));
    await once(server.listen(0, "127.0.0.1"), "listening");
    const { port } = server.address() as { port: number };
    const retryAfter = async () => (await fetch(`http://127.0.0.1:${port}`)).headers.get("retry-after");
    expect(await retryAfter()).toBe("1");
    data = { retryAfterSeconds: 0.2 };
    expect(await retryAfter()).toBe("1");
    data = { retryAfterSeconds: 6.5 };
    expect(await retryAfter()).toBe("7");
    server.close();
  });

  it("says when a model may be there that is not", async () => {
    const answer = await client.post("/process?models=classify", blackPng(9, 9), { "Content-Type": "image/png" });
    expect(answer).toMatchObject({ status: 503, body: { code: "MODEL_UNAVAILABLE" } });
    expect(Number(answer.headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
  });
});

describe("answers that stay the same", () => {
  let jobId: string;
  beforeAll(async () => {
    jobId = (await client.create([{ name: "a.png", bytes: newImage() }, badFile])).id;
    await client.finished(jobId);
  });

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
});
