import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Job } from "../../lib/contracts/job.ts";
import { expectCloudEvent } from "../support/cloud-events.ts";
import { EventSourceReader } from "../support/event-source.ts";
import { badFile, golden, JobClient, manyGolden } from "../support/job-client.ts";
import { sendLines } from "../support/raw-http.ts";
import { type RunningService, startService } from "../support/service.ts";

let service: RunningService;
let client: JobClient;
beforeAll(async () => {
  service = await startService();
  client = new JobClient(service.url);
});
afterAll(() => service.stop());

const readers: EventSourceReader[] = [];
async function open(path: string, headers?: Record<string, string>) {
  const reader = await EventSourceReader.open(service.url + path, headers);
  readers.push(reader);
  return reader;
}
afterEach(() => {
  for (const reader of readers.splice(0)) reader.close();
});

const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);
const short = (type: string) => type.replace("dev.sightline.", "");

/** All events there are, once each job has ended or waits to be executed, and the event of that is in the log. */
async function settledEvents(of = client) {
  let events = await of.events();
  const isOver = ({ id, state }: Job) =>
    !["queued", "running"].includes(state) &&
    events.some(({ subject, type }) => subject === `jobs/${id}` && type === `dev.sightline.job.${state}`);
  await expect
    .poll(async () => {
      const jobs = await of.jobs("limit=1000");
      events = await of.events();
      return jobs.filter((job) => !isOver(job)).length;
    })
    .toBe(0);
  return events;
}

describe("the event log", () => {
  it("has every change of a job and its images once, in order, as CloudEvents", async () => {
    const { id } = await client.create([...golden, badFile]);
    await client.finished(id);
    await expect.poll(async () => (await client.events(id)).at(-1)?.type).toBe("dev.sightline.job.partially_failed");
    const events = await client.events(id);
    for (const { sequence, ...event } of events) expectCloudEvent(event);
    expect(new Set(events.map((event) => event.id)).size).toBe(events.length);

    const ofJob = events.filter(({ subject }) => subject === `jobs/${id}`).map(({ type }) => short(type));
    expect(ofJob).toEqual(["job.created", "job.queued", "job.running", "job.partially_failed"]);
    for (let index = 0; index < 6; index++) {
      const ofImage = events.filter(({ subject }) => subject === `jobs/${id}/images/${index}`);
      expect(ofImage.map(({ type }) => short(type))).toEqual([
        "image.running",
        index < 5 ? "image.done" : "image.failed",
      ]);
      const outcome = index < 5 ? { result: { faces: golden[index]?.faces } } : { problem: { status: 415 } };
      expect(ofImage.at(-1)?.data).toMatchObject({ jobId: id, index, ...outcome });
    }
    expect(events.at(-1)?.data).toMatchObject({ images: { total: 6, done: 5, failed: 1 } });
  });

  it("counts without gaps, and gives the same in pages of any size", async () => {
    await client.finished((await client.create(manyGolden(20))).id);
    const events = await settledEvents();
    expect(events.map(({ sequence }) => sequence)).toEqual(upTo(events.length));
    expect(await client.events(undefined, 7)).toEqual(events);
  });

  it("tells of the end of a deleted job, whose own events are then gone", async () => {
    const { id } = await client.create([golden[0] as (typeof golden)[0]]);
    await client.finished(id);
    await client.send("DELETE", `/v1/jobs/${id}`);
    expect(await client.get(`/v1/jobs/${id}/events`)).toMatchObject({ status: 404 });
    await expect
      .poll(async () => (await client.events()).filter(({ subject }) => subject === `jobs/${id}`).at(-1)?.type)
      .toBe("dev.sightline.job.deleted");
  });

  it("is waited for by a long poll", async () => {
    const last = (await settledEvents()).length;
    const [page, { id }] = await Promise.all([
      client.get(`/v1/events?after=${last}&wait=15`),
      client.create([golden[0] as (typeof golden)[0]], "?execute=false"),
    ]);
    expect(page.body.items).toMatchObject([{ sequence: last + 1, subject: `jobs/${id}` }]);
    expect(page.body.next).toBe(last + 1);
    expect((await client.get(`/v1/events?after=${last + 1}`)).body).toEqual({ items: [], next: last + 1 });
  });

  it.each(["after=-1", "after=x", "after=9007199254740992", "limit=0", "limit=1001", "wait=61", "x=1"])(
    "refuses %s",
    async (query) => {
      expect(await client.get(`/v1/events?${query}`)).toMatchObject({ status: 400, body: { code: "INVALID_OPTION" } });
    },
  );
});

describe("the event stream", () => {
  it.each(["x", "-1", "1.5", "0x10", "9007199254740992", "1, 2", "1-x", "1-0123456"])(
    "refuses Last-Event-ID: %s",
    async (id) => {
      const refused = {
        status: 400,
        body: { code: "INVALID_OPTION", detail: expect.stringContaining("Last-Event-ID") },
      };
      for (const Accept of ["text/event-stream", "application/json"])
        expect(await client.get("/v1/events", { Accept, "Last-Event-ID": id })).toMatchObject(refused);
    },
  );

  it("begins at the beginning, or where it is told, and follows the log, for several readers alike", async () => {
    const past = await settledEvents();
    const middle = Math.floor(past.length / 2);
    const whole = await open("/v1/events");
    const resumed = await open("/v1/events", { "Last-Event-ID": String(middle) });
    const queried = await open(`/v1/events?after=${middle}`);
    await client.finished((await client.create(manyGolden(10))).id);
    const all = await settledEvents();
    expect(all.length).toBeGreaterThan(past.length);
    await expect.poll(() => whole.sequences).toEqual(upTo(all.length));
    for (const reader of [resumed, queried])
      await expect.poll(() => reader.sequences).toEqual(upTo(all.length).slice(middle));
    const { sequence, ...event } = all[middle] as (typeof all)[0];
    const [first] = resumed.events;
    expect(first).toMatchObject({ id: expect.stringMatching(`^${sequence}-[0-9a-f]{8}$`), event: event.type });
    expect(JSON.parse(first?.data ?? "")).toEqual({ ...event, sequence: String(sequence), sequencetype: "Integer" });
    expect(whole.retryMs).toBeGreaterThan(0);
  });

  it("is resumed from any point without gap or double, again and again, while jobs run", async () => {
    const jobs = Promise.all([client.create(manyGolden(40)), client.create(manyGolden(40))]);
    const seen: number[] = [];
    let lastId = "0";
    // A reader that loses its connection after every few events.
    for (let time = 0; time < 12; time++) {
      const reader = await open("/v1/events", { "Last-Event-ID": lastId });
      await expect.poll(() => reader.events.length, { interval: 5 }).toBeGreaterThan(0);
      reader.close();
      // Few enough that the last reader still has events to come, be the jobs over or not.
      const taken = reader.events.slice(0, 1 + time * 2);
      lastId = taken.at(-1)?.id ?? lastId;
      seen.push(...reader.sequences.slice(0, taken.length));
    }
    for (const { id } of await jobs) await client.finished(id);
    const all = await settledEvents();
    const last = await open("/v1/events", { "Last-Event-ID": lastId });
    await expect.poll(() => [...seen, ...last.sequences]).toEqual(upTo(all.length));
  });

  it("of one job has nothing of another", async () => {
    const [mine, other] = await Promise.all([client.create(golden), client.create(golden)]);
    const reader = await open(`/v1/jobs/${mine.id}/events`);
    await Promise.all([client.finished(mine.id), client.finished(other.id)]);
    await expect.poll(() => reader.events.at(-1)?.event).toBe("dev.sightline.job.succeeded");
    const events = await client.events(mine.id);
    expect(reader.sequences).toEqual(events.map(({ sequence }) => sequence));
    expect(reader.events.every(({ data }) => JSON.parse(data).subject.startsWith(`jobs/${mine.id}`))).toBe(true);
  });

  it("is 404 for a job that is not there", async () => {
    expect(await client.get("/v1/jobs/none/events", { Accept: "text/event-stream" })).toMatchObject({ status: 404 });
  });
});

describe("waiting clients", () => {
  it("do not delay a node that is stopped", async () => {
    const node = await startService();
    const nodeClient = new JobClient(node.url);
    const { id } = await nodeClient.create(golden, "?execute=false");
    const reader = await EventSourceReader.open(`${node.url}/v1/events`);
    const ask = (path: string) => sendLines(node.url, [`GET ${path} HTTP/1.1`, "Host: localhost", "Connection: close"]);
    const polls = [
      `/v1/jobs/${id}/results?wait=60`,
      `/v1/events?after=${(await settledEvents(nodeClient)).length}&wait=60`,
    ].map(ask);
    await expect.poll(() => reader.events.length).toBe(1);
    // On a later connection: the node has the others' requests by then.
    expect((await ask("/ping")).status).toBe(200);
    // Long before they would end by themselves, which is after the time limit of this test.
    expect(await node.stop()).toBe(0);
    await expect.poll(() => reader.isEnded).toBe(true);
    for (const poll of polls) expect((await poll).status).toBe(200);
  });
});
