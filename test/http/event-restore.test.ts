/**
 * The service is restored from a backup: its event log is shorter than what readers have seen, or goes on differently.
 */
import { cpSync, rmSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchBrowser } from "../support/browser.ts";
import { startCommand } from "../support/command-line.ts";
import { EventSourceReader } from "../support/event-source.ts";
import { golden, JobClient, type SequencedEvent } from "../support/job-client.ts";
import { freePort, type RunningService, startService, temporaryFolder } from "../support/service.ts";
import { until } from "../support/until.ts";

const dataDir = temporaryFolder();
const backup = temporaryFolder();
let environment: NodeJS.ProcessEnv;
let service: RunningService;
let client: JobClient;
/** Of the log that was lost: all of its events, with their ids in the stream. */
let before: SequencedEvent[];
let ids: string[];
let browser: Browser;
let page: Page;

const start = () => startService(environment);
/** Adds as many events as jobs, and waits until they are in the log. */
async function addJobs(count: number, total: number): Promise<void> {
  for (let n = 0; n < count; n++) await client.create([golden[0] as (typeof golden)[0]], "?execute=false");
  await until(async () => (await client.events()).length === total);
}
const gone = { status: 410, body: { code: "CURSOR_GONE" } };

interface Seen {
  readonly id: string;
  readonly type: string;
  readonly data: string;
}
declare const seen: Seen[];

beforeAll(async () => {
  environment = { DATA_DIR: dataDir, PORT: String(await freePort()) };
  service = await start();
  client = new JobClient(service.url);
  await addJobs(3, 3);
  await service.stop();
  cpSync(dataDir, backup, { recursive: true });
  service = await start();
  await addJobs(3, 6);
  before = await client.events();
  const reader = await EventSourceReader.open(`${service.url}/v1/events`);
  await until(() => reader.events.length === 6);
  ids = reader.events.map(({ id }) => id);
  reader.close();
  browser = await launchBrowser();
  page = await browser.newPage();
  page.setDefaultTimeout(60_000);
  await page.goto(`${service.url}/docs`);
  await page.evaluate(() => {
    const received: Seen[] = [];
    Object.assign(globalThis, { seen: received });
    const source = new EventSource("/v1/events");
    for (const type of ["dev.sightline.job.created", "reset"])
      source.addEventListener(type, (event) => received.push({ id: event.lastEventId, type, data: event.data }));
  });
  await until(async () => (await page.evaluate(() => seen.length)) === 6);
  await service.stop();
  rmSync(dataDir, { recursive: true });
  cpSync(backup, dataDir, { recursive: true });
  service = await start();
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await service?.stop();
  for (const folder of [dataDir, backup]) rmSync(folder, { recursive: true, force: true });
});

/** Sequences and types, as an EventSource gets them that last saw this id. */
async function resumed(id: string, count: number) {
  const reader = await EventSourceReader.open(`${service.url}/v1/events`, { "Last-Event-ID": id });
  await expect.poll(() => reader.events.length).toBe(count);
  reader.close();
  return reader.events;
}

describe("a log that is shorter than before", () => {
  it("answers a page behind its end with 410", async () => {
    for (const after of [String(before.length), ids.at(-1)])
      for (const Accept of ["application/json", "application/cloudevents-batch+json", "application/cloudevents+json"])
        expect(await client.get(`/v1/events?after=${after}`, { Accept })).toMatchObject({
          ...gone,
          body: {
            ...gone.body,
            lastSequence: 3,
            detail: expect.stringContaining("the position is wrong, or the log was restored from a backup"),
          },
        });
    const [first] = before;
    expect(await client.get(`/v1/jobs/${first?.data.jobId}/events?after=99`)).toMatchObject(gone);
  });

  it("has the events before its end at their old positions", async () => {
    expect((await client.get(`/v1/events?after=${ids[1]}`)).body.items).toEqual([before[2]]);
    expect((await client.get(`/v1/events?after=${ids[2]}`)).body).toEqual({ items: [], next: 3 });
  });

  it("resets a stream to its beginning, once", async () => {
    const events = await resumed(ids.at(-1) ?? "", 4);
    expect(events[0]).toMatchObject({ id: "0", event: "reset" });
    expect(JSON.parse(events[0]?.data ?? "")).toMatchObject({ code: "CURSOR_GONE", status: 410, lastSequence: 3 });
    expect(events.slice(1).map(({ id }) => id)).toEqual(ids.slice(0, 3));
    expect((await resumed("0", 3)).map(({ event }) => event)).not.toContain("reset");
  });

  it("is followed by an EventSource, which misses nothing", async () => {
    // It reconnects by itself, with the id of the last event that it saw.
    const received = () => page.evaluate(() => seen.slice(6));
    await expect.poll(async () => (await received()).length).toBe(4);
    expect((await received()).map(({ id, type }) => [id, type])).toEqual([
      ["0", "reset"],
      ...ids.slice(0, 3).map((id) => [id, "dev.sightline.job.created"]),
    ]);
  });

  it("is read anew by sightline watch", async () => {
    const watch = startCommand(service.url, ["watch", "--since", "6"]);
    await expect.poll(() => watch.output.stdout.split("\n").length).toBe(4);
    expect(watch.output.stdout).toContain(`Inference job (id: ${before[0]?.data.jobId}) job: created`);
    expect(watch.output.stderr).toContain("restored from a backup");
    watch.process.kill("SIGINT");
    await watch.ended;
  });
});

describe("a log that has grown past what a reader has seen", () => {
  beforeAll(async () => {
    await addJobs(5, 8);
  });

  it("is another by the mark of the reader's last event", async () => {
    expect(await client.get(`/v1/events?after=${ids.at(-1)}`)).toMatchObject({
      ...gone,
      body: { lastSequence: 8, detail: expect.stringContaining("another event") },
    });
    const events = await resumed(ids.at(-1) ?? "", 9);
    expect(events.map(({ event }) => event)).toEqual(["reset", ...Array(8).fill("dev.sightline.job.created")]);
  });

  it("is read on by a reader whose last event it has, and by one without a mark", async () => {
    expect((await client.get(`/v1/events?after=${ids[2]}`)).body.items).toHaveLength(5);
    expect((await client.get("/v1/events?after=6")).body.items).toHaveLength(2);
  });
});
