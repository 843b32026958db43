/** Reads all that the public API shows, once the faults are over: what the checker compares the history with. */
import { setTimeout as sleep } from "node:timers/promises";
import { creationOf, jobCall, LONG_PATIENCE_MS, seen } from "./clients.ts";
import type { Call, Json, ReadEvent, Recorder } from "./history.ts";
import type { Answered, Asked, Requests } from "./requests.ts";

export const OBSERVER = "observer";
/** Reader of the log of all events; that of one job is read by a client named after it. */
export const WHOLE_LOG = "whole log";

const PUBLISHED_WITHIN_MS = 60_000;
const POLL_MS = 200;

const ENDS = ["succeeded", "partially_failed", "failed", "cancelled"];

/** Waits until no job is queued or running, or until the time is over: then the checker finds those that are. */
export async function waitForQuiet(requests: Requests, recorder: Recorder, withinMs: number): Promise<void> {
  const deadline = Date.now() + withinMs;
  const path = "/v1/jobs?state=queued,running&limit=1";
  for (;;) {
    const answer = await requests.send({ operation: "GET /v1/jobs", path }, LONG_PATIENCE_MS);
    if (answer?.status === 200 && answer.body.items.length === 0) break;
    if (Date.now() > deadline) break;
    await sleep(500);
  }
  recorder.add({ kind: "quiet", ms: recorder.now() });
}

/** @param as Requests of the observer with the key of a client. */
export async function observe(requests: Requests, recorder: Recorder, as: (client: string) => Requests): Promise<void> {
  const creations = recorder.entries.filter(
    (entry): entry is Call => entry.kind === "call" && entry.operation === "POST /v1/jobs",
  );
  const acknowledged = creations.filter(({ answer }) => answer && answer.status < 300);
  const deleted = new Set(
    recorder.entries.map((entry) => entry.kind === "call" && entry.operation.startsWith("DELETE") && entry.job),
  );
  // Each key once more, before all jobs are listed: that must make no job. The key of a deleted job is free again.
  const kept = acknowledged.filter(({ answer }) => !deleted.has(answer?.body.id));
  for (const [key, { client, images = [], isExecuted = true }] of new Map(kept.map((call) => [call.key ?? "", call])))
    await as(client).insist(creationOf(key, images, isExecuted), LONG_PATIENCE_MS);
  const listed = await allPages(requests, { operation: "GET /v1/jobs", path: "/v1/jobs?limit=200" });
  const ids = new Set<string>(listed.map(({ id }) => id));
  for (const { answer } of acknowledged) ids.add(answer?.body.id);
  for (const id of ids) {
    const job = await requests.insist(jobCall("GET", id), LONG_PATIENCE_MS);
    if (job?.status !== 200) continue;
    await allPages(requests, jobCall("GET", id, "/results?limit=1000"));
    if (ENDS.includes(job.body.state)) await readLog(requests, recorder, id, `dev.sightline.job.${job.body.state}`);
  }
  await allPages(requests, { operation: "GET /v1/dead-letters", path: "/v1/dead-letters?limit=1000" });
  await readLog(requests, recorder);
}

async function allPages(requests: Requests, asked: Asked): Promise<Json[]> {
  const items: Json[] = [];
  let path: string | undefined = asked.path;
  while (path !== undefined) {
    const answer: Answered | undefined = await requests.insist({ ...asked, path }, LONG_PATIENCE_MS);
    items.push(...(answer?.body.items ?? []));
    const cursor: string | undefined = answer?.body.nextCursor;
    path = cursor === undefined ? undefined : `${asked.path}&cursor=${encodeURIComponent(cursor)}`;
  }
  return items;
}

/**
 * The events of a job, or all.
 * @param last Type of an event that the log of the job has yet to get: events are published after the change that they
 *   tell of. If it does not come in time, the checker misses it.
 */
async function readLog(requests: Requests, recorder: Recorder, job?: string, last?: string): Promise<void> {
  const events: ReadEvent[] = [];
  const of = job === undefined ? "/v1" : `/v1/jobs/${job}`;
  const operation = job === undefined ? "GET /v1/events" : "GET /v1/jobs/{id}/events";
  const deadline = Date.now() + PUBLISHED_WITHIN_MS;
  const isWhole = () => last === undefined || events.some(({ type }) => type === last) || Date.now() > deadline;
  for (let after: number | string = 0; ; ) {
    const path = `${of}/events?after=${after}&limit=1000`;
    const answer = await requests.insist({ operation, path, ...(job && { facts: { job } }) }, LONG_PATIENCE_MS);
    const items: Json[] = answer?.body.items ?? [];
    events.push(...items.map(seen));
    after = answer?.body.next;
    if (items.length > 0) continue;
    if (isWhole()) break;
    await sleep(POLL_MS);
  }
  recorder.add({ kind: "events", client: job ?? WHOLE_LOG, events });
}
