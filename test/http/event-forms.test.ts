/** Pages of events as CloudEvents, read with CloudEvents' own package. */
import { type CloudEvent, HTTP } from "cloudevents";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { apiDocument } from "../../lib/openapi/document.ts";
import { operationsOf, resolved, undocumentedIn } from "../support/api-document.ts";
import { expectCloudEvent } from "../support/cloud-events.ts";
import { badFile, form, golden, JobClient, type SequencedEvent } from "../support/job-client.ts";
import { type RunningService, startService } from "../support/service.ts";
import { until } from "../support/until.ts";

const BATCH = "application/cloudevents-batch+json";
const SINGLE = "application/cloudevents+json";
/** Most kinds of events; a job that failed differs from one that failed in part only by its state. */
const TYPES = [
  ...["created", "images_added", "queued", "running", "succeeded", "partially_failed", "cancelled", "deleted"].map(
    (change) => `job.${change}`,
  ),
  ...["running", "done", "failed"].map((state) => `image.${state}`),
];
let service: RunningService;
let client: JobClient;
let all: SequencedEvent[];
beforeAll(async () => {
  service = await startService();
  client = new JobClient(service.url);
  const { id } = await client.create(golden);
  await until(async () => (await client.events(id)).at(-1)?.type === "dev.sightline.job.succeeded");
  all = await client.events();
});
afterAll(() => service.stop());

async function read(path: string, accept: string) {
  const response = await fetch(service.url + path, { headers: { Accept: accept } });
  const next = /^<(\?[^>]*)>; rel="next"$/.exec(response.headers.get("link") ?? "")?.[1];
  return { status: response.status, type: response.headers.get("content-type"), body: await response.text(), next };
}

/** Validates what it parses. */
function parsed(type: string | null, body: string): CloudEvent<unknown>[] {
  const events = HTTP.toEvent({ headers: { "content-type": type ?? "" }, body });
  return [events].flat() as CloudEvent<unknown>[];
}

describe("a batch", () => {
  it("has the page's events, with their sequences as the extension has it", async () => {
    const { status, type, body } = await read("/v1/events", BATCH);
    expect([status, type]).toEqual([200, BATCH]);
    for (const message of JSON.parse(body)) expectCloudEvent(message);
    const expected = all.map(({ sequence, ...event }) => ({
      ...event,
      sequence: String(sequence),
      sequencetype: "Integer",
    }));
    expect(JSON.parse(body)).toEqual(expected);
    expect(parsed(type, body).map(({ id, sequence }) => [id, sequence])).toEqual(
      expected.map(({ id, sequence }) => [id, sequence]),
    );
  });

  it("is left by its link for the next one, to the end", async () => {
    const found: string[] = [];
    let path = "/v1/events?limit=4";
    for (;;) {
      const { body, type, next } = await read(path, BATCH);
      const events = parsed(type, body);
      if (events.length === 0) break;
      expect(events.length).toBeLessThanOrEqual(4);
      found.push(...events.map(({ id }) => id));
      path = `/v1/events${next}`;
    }
    expect(found).toEqual(all.map(({ id }) => id));
    // At the end the link stays where it is.
    expect((await read(path, BATCH)).next).toBe(path.slice("/v1/events".length));
    expect((await read("/v1/events?after=3&limit=2", "application/json")).next).toMatch(
      /^\?after=5-[0-9a-f]{8}&limit=2$/,
    );
  });
});

describe("a single event", () => {
  it("is the next one, and 204 where there is none", async () => {
    const { status, type, body, next } = await read("/v1/events?after=2&limit=9", SINGLE);
    expect([status, type]).toEqual([200, SINGLE]);
    expect(parsed(type, body).map(({ id, sequence }) => [id, sequence])).toEqual([[all[2]?.id, "3"]]);
    expect(next).toMatch(/^\?after=3-[0-9a-f]{8}&limit=9$/);
    const end = await read(`/v1/events?after=${all.length}`, SINGLE);
    expect(end).toMatchObject({ status: 204, body: "", next: `?after=${all.length}` });
  });

  it("is waited for", async () => {
    const [{ type, body }, { id }] = await Promise.all([
      read(`/v1/events?after=${all.length}&wait=15`, SINGLE),
      client.create(golden.slice(0, 1), "?execute=false"),
    ]);
    expect(parsed(type, body)[0]).toMatchObject({ subject: `jobs/${id}` });
  });
});

it("is described with all members of its data, whatever has changed", async () => {
  const { id } = await client.create(golden.slice(0, 1), "?execute=false&labels=album:summer");
  await client.post(`/v1/jobs/${id}/images`, form([badFile]));
  await client.post(`/v1/jobs/${id}/execute`);
  await client.finished(id);
  await client.send("DELETE", `/v1/jobs/${id}`);
  const cancelled = await client.create([], "?execute=false");
  await client.post(`/v1/jobs/${cancelled.id}/cancel`);
  await until(async () => (await client.events()).at(-1)?.type === "dev.sightline.job.cancelled");
  const types = new Set((await client.events()).map(({ type }) => type.replace("dev.sightline.", "")));
  expect(types).toEqual(new Set(TYPES));
  const [read] = operationsOf(resolved(apiDocument())).filter(
    ({ operation }) => operation.operationId === "listEvents",
  );
  for (const accept of ["application/json", BATCH]) {
    const { status, headers, body } = await client.get("/v1/events?limit=1000", { Accept: accept });
    expect(read && undocumentedIn(read.operation, { status, headers, body })).toEqual([]);
  }
});

it("is not to be had in another form", async () => {
  expect(await client.get("/v1/events", { Accept: "application/cloudevents-batch+avro" })).toMatchObject({
    status: 406,
    body: { code: "NOT_ACCEPTABLE" },
  });
});
