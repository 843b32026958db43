/** Clients that make, read, cancel and delete jobs, send images to be processed at once, and read the event log. */
import { setTimeout as sleep } from "node:timers/promises";
import { EventSourceReader } from "../support/event-source.ts";
import { badFile, form, golden, type NamedFile } from "../support/job-client.ts";
import { asAdmin } from "../support/key-client.ts";
import type { Random } from "../support/random.ts";
import type { Json, ReadEvent, Recorder, SentImage } from "./history.ts";
import type { Answered, Asked, Gateway, Requests } from "./requests.ts";

/** The files that clients send, at the places of the history's list of images. */
const files: readonly NamedFile[] = [...golden, badFile];
export const sentImages: readonly SentImage[] = [
  ...golden.map(({ name, faces }) => ({ name, faces })),
  { name: badFile.name, code: "UNSUPPORTED_MEDIA_TYPE" },
];
const BAD = golden.length;
/** How long clients wait for an answer: mostly as people do, and now and then as long as an answer may take. */
const PATIENCE_MS = 15_000;
export const LONG_PATIENCE_MS = 60_000;
/** A client waits before it has more unfinished jobs than this. */
const MOST_UNFINISHED = 5;
const MOST_FINISHED = 8;

export const formOf = (images: readonly number[]): FormData => form(images.map((image) => files[image] as NamedFile));

/** A client of jobs, until the signal. Each of its jobs has a key of its own. */
export async function workWithJobs(requests: Requests, random: Random, over: AbortSignal): Promise<void> {
  const unfinished: string[] = [];
  const finished: string[] = [];
  const patience = () => (random.chance(0.2) ? LONG_PATIENCE_MS : PATIENCE_MS);
  for (let number = 0; !over.aborted; number++) {
    const job = await create(requests, random, `${requests.client}-${number}`, patience, over);
    if (job !== undefined) unfinished.push(job);
    if (random.chance(0.3)) await process(requests, random, patience());
    const [oldest] = unfinished;
    if (oldest !== undefined && random.chance(0.15))
      await requests.send(jobCall("POST", oldest, "/cancel"), patience());
    const unwanted = finished.length > MOST_FINISHED || random.chance(0.1) ? finished.shift() : undefined;
    if (unwanted !== undefined) await remove(requests, unwanted, random, patience, over);
    do {
      for (const id of [...unfinished]) {
        const answer = await requests.send(readOf(id, random), patience());
        if (!isOver(answer)) continue;
        unfinished.splice(unfinished.indexOf(id), 1);
        finished.push(id);
      }
      await sleep(300);
    } while (unfinished.length >= MOST_UNFINISHED && !over.aborted);
  }
}

/** @returns the id of the job, if its creation was acknowledged. */
async function create(
  requests: Requests,
  random: Random,
  key: string,
  patience: () => number,
  over: AbortSignal,
): Promise<string | undefined> {
  const isExecuted = random.chance(0.8);
  const images = someImages(random);
  const asked = creationOf(key, images, isExecuted);
  const repeats = random.chance(0.2) ? 2 : 1;
  const answers = await Promise.all(Array.from({ length: repeats }, () => requests.insist(asked, patience(), over)));
  const id: string | undefined = answers.find((answer) => answer && answer.status < 300)?.body.id;
  if (id === undefined || isExecuted) return id;
  const more = someImages(random);
  const added = await requests.insist(additionOf(id, `${key}-more`, more), patience(), over);
  if (added && added.status < 300) await requests.insist(jobCall("POST", id, "/execute"), patience(), over);
  return id;
}

export function creationOf(key: string, images: readonly number[], isExecuted: boolean): Asked {
  return {
    operation: "POST /v1/jobs",
    path: `/v1/jobs?labels=key:${key}${isExecuted ? "" : "&execute=false"}`,
    body: formOf(images),
    headers: { "Idempotency-Key": key },
    facts: { key, images, isExecuted },
  };
}

function additionOf(job: string, key: string, images: readonly number[]): Asked {
  return {
    operation: "POST /v1/jobs/{id}/images",
    path: `/v1/jobs/${job}/images`,
    body: formOf(images),
    headers: { "Idempotency-Key": key },
    facts: { job, key, images },
  };
}

/** A request about a job that has no body. */
export function jobCall(method: string, job: string, rest = ""): Asked {
  const [path = ""] = rest.split("?");
  return { operation: `${method} /v1/jobs/{id}${path}`, path: `/v1/jobs/${job}${rest}`, facts: { job } };
}

async function remove(
  requests: Requests,
  id: string,
  random: Random,
  patience: () => number,
  over: AbortSignal,
): Promise<void> {
  await requests.insist(jobCall("DELETE", id), patience(), over);
  if (random.chance(0.5)) await requests.send(jobCall("GET", id), patience());
}

async function process(requests: Requests, random: Random, patienceMs: number): Promise<void> {
  const images = someImages(random).slice(0, 8);
  const asked = { operation: "POST /process", path: "/process", body: formOf(images), facts: { images } };
  await requests.send(asked, patienceMs);
}

function readOf(id: string, random: Random): Asked {
  const choice = random.next();
  if (choice < 0.6) return jobCall("GET", id);
  return choice < 0.8 ? jobCall("GET", id, "/results?limit=1000&wait=5") : jobCall("GET", id, "/results?limit=1000");
}

const ENDS = ["succeeded", "partially_failed", "failed", "cancelled"];

function isOver(answer: Answered | undefined): boolean {
  if (answer?.status === 404) return true;
  const state: Json = answer?.body?.state ?? answer?.body?.jobState;
  return answer?.status === 200 && ENDS.includes(state);
}

function someImages(random: Random): number[] {
  const count = random.chance(0.1) ? random.integer(30, 70) : random.integer(1, 8);
  return Array.from({ length: count }, () => (random.chance(0.02) ? BAD : random.integer(0, BAD - 1)));
}

/** Reads the event log page by page while it grows. */
export async function readPages(requests: Requests, recorder: Recorder, over: AbortSignal): Promise<void> {
  const events: ReadEvent[] = [];
  for (let after: string | number = 0; !over.aborted; await sleep(400)) {
    const path = `/v1/events?after=${after}&limit=500&wait=2`;
    const answer = await requests.send({ operation: "GET /v1/events", path }, PATIENCE_MS);
    if (answer?.status !== 200) continue;
    events.push(...answer.body.items.map(seen));
    after = answer.body.next;
  }
  recorder.add({ kind: "events", client: requests.client, events });
}

/** Reads the event log as a stream, which it opens again where it ended. */
export async function readStream(
  client: string,
  gateways: readonly Gateway[],
  recorder: Recorder,
  over: AbortSignal,
): Promise<void> {
  const events: ReadEvent[] = [];
  let lastId = "0";
  for (let turn = 0; !over.aborted; turn++) {
    const { url } = gateways[turn % gateways.length] as Gateway;
    const headers = { ...asAdmin, "Last-Event-ID": lastId };
    const stream = await EventSourceReader.open(`${url}/v1/events`, headers).catch(() => undefined);
    // One that is cut off does not end, so it is left after a while.
    for (let waited = 0; stream && !stream.isEnded && waited < PATIENCE_MS && !over.aborted; waited += 200)
      await sleep(200);
    stream?.close();
    for (const { id, data } of stream?.events ?? []) {
      lastId = id;
      events.push(seen(JSON.parse(data)));
    }
    await sleep(200);
  }
  recorder.add({ kind: "events", client, events });
}

/** A message of a stream that is no event, such as that the log begins anew, has the sequence 0. */
export function seen({ sequence = 0, id = "none", type, subject = "none" }: Json): ReadEvent {
  return { sequence: Number(sequence), id, type, subject };
}
