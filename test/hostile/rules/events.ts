/** Of the log: each event once and in order, for whoever reads it and whenever. */

import type { CloudEvent } from "../../../lib/jobs/events.ts";
import { EventCheck } from "../../simulation/event-check.ts";
import type { Json, ReadEvent } from "../history.ts";
import { WHOLE_LOG } from "../observer.ts";
import type { Facts } from "./facts.ts";

const PREFIX = "dev.sightline.";

export function* wholeLog({ reads }: Facts): Generator<string> {
  const log = reads.find(({ client }) => client === WHOLE_LOG)?.events ?? [];
  if (log.length === 0) yield "the log is empty";
  if (log.length > 0 && log[0]?.sequence !== 1) yield `the log begins with ${log[0]?.sequence}`;
  yield* gapless("the log", log);
  const ids = new Set<string>();
  for (const { id } of log) {
    if (ids.has(id)) yield `the event ${id} is in the log twice`;
    ids.add(id);
  }
  const found: string[] = [];
  const check = new EventCheck((what) => found.push(what));
  for (const event of log) check.next(event as ReadEvent & CloudEvent);
  yield* found;
}

function* gapless(reader: string, events: readonly ReadEvent[]): Generator<string> {
  for (const [index, { sequence }] of events.entries()) {
    const before = events[index - 1]?.sequence;
    if (before !== undefined && sequence !== before + 1) yield `${reader} has ${sequence} after ${before}`;
  }
}

/** Whoever reads the log while it grows gets what is in it when all is over, each event once, without a gap. */
export function* readers({ reads, calls }: Facts): Generator<string> {
  for (const { operation, answer, startMs } of calls)
    if (answer?.status === 410) yield `${operation} has lost its position at ${startMs} ms: ${answer.body?.detail}`;
  const log = reads.find(({ client }) => client === WHOLE_LOG)?.events ?? [];
  const bySequence = new Map(log.map((event) => [event.sequence, event.id]));
  for (const { client, events } of reads) {
    if (client === WHOLE_LOG || events.length === 0) continue;
    const isOfJob = log.some(({ subject }) => subject === `jobs/${client}`);
    if (!isOfJob) yield* gapless(client, events);
    for (const { sequence, id } of events)
      if (bySequence.get(sequence) !== id)
        yield `${client} read ${id} at ${sequence}, where the log has ${bySequence.get(sequence)}`;
    if (!isOfJob) continue;
    const own = log.filter(({ subject }) => subject === `jobs/${client}` || subject.startsWith(`jobs/${client}/`));
    if (own.length !== events.length) yield `the log of ${client} has ${events.length} of ${own.length} events`;
  }
}

/** The log tells what the jobs tell: how each ended, and how each image of it did. */
export function* toldInLog({ reads, observed }: Facts): Generator<string> {
  const log = reads.find(({ client }) => client === WHOLE_LOG)?.events ?? [];
  const bySubject = Map.groupBy(log, ({ subject }) => subject);
  const typesOf = (subject: string) => (bySubject.get(subject) ?? []).map(({ type }) => type.replace(PREFIX, ""));
  for (const { operation, job, answer } of observed) {
    if (answer?.status !== 200 || job === undefined) continue;
    if (operation === "GET /v1/jobs/{id}") {
      const last = typesOf(`jobs/${job}`).at(-1);
      const isAsTold = last === `job.${answer.body.state}` || last === "job.images_added";
      if (!isAsTold) yield `${job} is ${answer.body.state}, and the last event of it is ${last}`;
    }
    if (operation === "GET /v1/jobs/{id}/results")
      for (const image of answer.body.items as Json[]) yield* imageInLog(job, image, typesOf);
  }
}

function* imageInLog(job: string, image: Json, typesOf: (subject: string) => string[]): Generator<string> {
  const { index, state, attempts } = image;
  const types = typesOf(`jobs/${job}/images/${index}`);
  const count = (type: string) => types.filter((one) => one === `image.${type}`).length;
  const name = `image ${index} of ${job}`;
  if (count("running") !== attempts) yield `${name} has ${attempts} attempts and ${count("running")} events of them`;
  if (state === "done" && count("done") !== 1) yield `${name} is done and has ${count("done")} events of it`;
  // One that was refused when it was sent has no event.
  if (count("done") + count("failed") > 1) yield `${name} has more than one outcome in the log`;
}
