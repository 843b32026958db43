/** Requests that change something on a condition: nothing that can be changed has a version. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { accessOfRoute } from "../../lib/http/routes/access.ts";
import { routeName } from "../../lib/openapi/access.ts";
import { apiDocument } from "../../lib/openapi/document.ts";
import { operationsOf, resolved } from "../support/api-document.ts";
import { badFile, JobClient } from "../support/job-client.ts";
import { sendLines } from "../support/raw-http.ts";
import { type RunningService, startService } from "../support/service.ts";

const ADMIN_KEY = "an-admin-key-of-more-than-32-characters";
const NOTHING = "5b8f0000-0000-4000-8000-000000000000";
const ETAG = 'If-Match: "other"';
let service: RunningService;
let client: JobClient;
let session: string;
beforeAll(async () => {
  service = await startService({ ADMIN_KEY, AUTH: "off" });
  client = new JobClient(service.url);
  session = (await client.get("/session")).body.key;
});
afterAll(() => service.stop());

const send = (method: string, path: string, ...headers: string[]) =>
  sendLines(service.url, [`${method} ${path} HTTP/1.1`, "Host: localhost", "Connection: close", ...headers]);

const changing = operationsOf(resolved(apiDocument())).filter(({ method }) => method !== "GET");

it("every operation that may change something refuses another version, as documented", async () => {
  expect(changing.length).toBeGreaterThan(20);
  for (const { method, path, operation } of changing) {
    const key = accessOfRoute(routeName(method, path)).isOfSession ? session : ADMIN_KEY;
    const { status, body } = await send(method, path.replaceAll(/\{\w+\}/g, NOTHING), ETAG, `key: ${key}`);
    const what = `${method} ${path}: ${body}`;
    expect([status, JSON.parse(body).code], what).toEqual([412, "PRECONDITION_FAILED"]);
    const examples = operation.responses?.[status]?.content?.["application/problem+json"]?.examples ?? {};
    expect(Object.keys(examples), what).toContain("PRECONDITION_FAILED");
  }
});

it("what is there is not changed where nothing may be there", async () => {
  const { id } = await client.create([badFile], "?execute=false");
  for (const [method, path] of [
    ["DELETE", `/v1/jobs/${id}`],
    ["POST", "/v1/jobs?execute=false"],
    ["POST", "/v1/collections"],
    ["DELETE", "/session"],
  ] as const)
    expect((await send(method, path, "If-None-Match: *", `key: ${session}`)).status, path).toBe(412);
  expect((await client.get(`/v1/jobs/${id}`)).status).toBe(200);
  // There is nothing that a `GET` of this path would read, and a job is not what the tag names.
  expect((await send("POST", `/v1/jobs/${id}/cancel`, "If-None-Match: *")).status).toBe(200);
  expect((await send("DELETE", `/v1/jobs/${id}`, 'If-None-Match: "other"')).status).toBe(204);
});

it("a job stays, and is deleted where any version may be", async () => {
  const { id } = await client.create([badFile], "?execute=false");
  const path = `/v1/jobs/${id}`;
  for (const other of [ETAG, 'If-Match: W/"other"', "If-Match: other"])
    expect((await send("DELETE", path, other)).status, other).toBe(412);
  expect((await client.get(path)).status).toBe(200);
  expect((await send("DELETE", path, "If-Match: *")).status).toBe(204);
  expect((await send("DELETE", path, "If-Match: *")).status).toBe(404);
});

it("whoever may not change it is told that first", async () => {
  const { status } = await send("DELETE", `/v1/keys/${NOTHING}`, ETAG);
  expect(status).toBe(401);
});
