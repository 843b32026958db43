/** The form of answers: what `Accept` chooses, when to come again, and images asked for one at a time. */
import { once } from "node:events";
import { createServer, request as httpRequest } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { definitions, type ErrorCode, failure } from "../../lib/errors.ts";
import { sendProblem } from "../../lib/http/gateway/reply.ts";
import { blackPng } from "../support/images.ts";
import { form, golden, JobClient } from "../support/job-client.ts";
import { type RunningService, startService } from "../support/service.ts";

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
