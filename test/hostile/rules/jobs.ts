/** What was acknowledged is there when all is over, once, and as the clients asked for it. */
import type { Call, Json } from "../history.ts";
import { type Facts, isDone, type KnownJob, mayBeDone } from "./facts.ts";

const ENDS = ["succeeded", "partially_failed", "failed", "cancelled"];

/** An acknowledged job exists, unless it was deleted; a deleted one does not. */
export function* existence({ jobs, observed, listed }: Facts): Generator<string> {
  const ids = new Set(listed.map(({ id }) => id));
  if (ids.size !== listed.length) yield "a job is listed twice";
  for (const { id, calls } of jobs.values()) {
    const deletions = calls.filter(({ operation }) => operation === "DELETE /v1/jobs/{id}");
    const isDeleted = deletions.some(isDone);
    const found = observed.find(({ operation, job }) => operation === "GET /v1/jobs/{id}" && job === id);
    const isThere = found?.answer?.status === 200;
    if (!isThere && !deletions.some(mayBeDone)) yield `${id} was acknowledged and is gone`;
    if (isThere && isDeleted) yield `${id} was deleted and is there`;
    if (isThere !== ids.has(id)) yield `${id} is ${isThere ? "there and not listed" : "listed and not there"}`;
  }
}

/** One idempotency key, one job; and no job that nobody asked for. */
export function* onceByKey({ creations, listed, jobs }: Facts): Generator<string> {
  for (const [key, calls] of creations) {
    const told = calls.filter(isDone).map(({ answer }) => answer?.body.id);
    const stored = listed.filter(({ labels }) => labels?.key === key).map(({ id }) => id);
    const ids = new Set([...told, ...stored]);
    if (ids.size > 1) yield `the key ${key} has ${ids.size} jobs: ${[...ids].join(", ")}`;
  }
  for (const { id } of listed) if (!jobs.has(id)) yield `nobody asked for ${id}`;
}

/** Each job has ended as it was asked to, and each image of it has one outcome, which is the right one. */
export function* outcomes(facts: Facts): Generator<string> {
  for (const job of facts.jobs.values()) {
    const found = facts.observed.find(
      ({ operation, job: id, answer }) => operation === "GET /v1/jobs/{id}" && id === job.id && answer?.status === 200,
    );
    if (found) yield* outcome(facts, job, found.answer?.body);
  }
}

function* outcome(facts: Facts, job: KnownJob, { id, state, images: counts }: Json): Generator<string> {
  const of = (operation: string) => job.calls.filter((call) => call.operation === operation);
  const cancels = of("POST /v1/jobs/{id}/cancel");
  if (cancels.some(isDone) && state !== "cancelled") yield `${id} was cancelled and is ${state}`;
  if (state === "cancelled" && !cancels.some(mayBeDone)) yield `${id} is cancelled and nobody asked for it`;
  const executions = [...of("POST /v1/jobs/{id}/execute")];
  const isExecuted = job.creation.isExecuted !== false || executions.some(isDone);
  if (isExecuted && !ENDS.includes(state)) yield `${id} is ${state} in the end`;
  if (!isExecuted && !executions.some(mayBeDone) && !["created", "cancelled"].includes(state))
    yield `${id} is ${state} and nobody executed it`;

  const additions = of("POST /v1/jobs/{id}/images");
  const created = job.creation.images ?? [];
  const added = additions.find(mayBeDone)?.images ?? [];
  const isAdded = additions.some(isDone) || (counts.total === created.length + added.length && added.length > 0);
  const expected = isAdded ? [...created, ...added] : created;
  const stored: Json[] = facts.observed
    .filter(({ operation, job: of }) => operation === "GET /v1/jobs/{id}/results" && of === id)
    .flatMap(({ answer }) => answer?.body.items ?? []);
  if (counts.total !== expected.length || stored.length !== expected.length)
    yield `${id} has ${counts.total} images and ${stored.length} results where ${expected.length} were sent`;
  for (const [index, image] of expected.entries()) {
    const at = stored[index];
    if (at?.index !== index) yield `image ${index} of ${id} is missing`;
    else yield* imageOutcome(facts, `image ${index} of ${id}`, at, image, state);
  }
  if (ENDS.includes(state) && state !== "cancelled") yield* finalState(id, state, counts, stored);
}

function* imageOutcome(facts: Facts, name: string, at: Json, image: number, jobState: string): Generator<string> {
  const { name: fileName, faces, code } = facts.images[image] ?? {};
  if (at.fileName !== fileName) yield `${name} is ${at.fileName} where ${fileName} was sent`;
  const isOver = at.state === "done" || at.state === "failed";
  if (!isOver && ENDS.includes(jobState) && jobState !== "cancelled") yield `${name} is ${at.state} in the end`;
  if (at.state === "running" && ENDS.includes(jobState)) yield `${name} is running and its job is ${jobState}`;
  if (at.state === "done" && JSON.stringify(at.result?.faces) !== JSON.stringify(faces))
    yield `${name} has the faces ${JSON.stringify(at.result?.faces)} in place of ${JSON.stringify(faces)}`;
  if (at.state === "failed" && at.problem?.code !== code)
    yield `${name} failed: ${at.problem?.code} ${at.problem?.detail}`;
}

function* finalState(id: string, state: string, counts: Json, stored: readonly Json[]): Generator<string> {
  const count = (of: string) => stored.filter((image) => image.state === of).length;
  const [done, failed] = [count("done"), count("failed")];
  if (counts.done !== done || counts.failed !== failed)
    yield `${id} counts ${counts.done} done and ${counts.failed} failed where there are ${done} and ${failed}`;
  const expected = failed === 0 ? "succeeded" : done === 0 ? "failed" : "partially_failed";
  if (state !== expected) yield `${id} is ${state} where its images say ${expected}`;
}

const RANKS: Readonly<Record<string, number>> = { created: 0, queued: 1, running: 2 };
const rankOf = (state: string) => RANKS[state] ?? 3;

/** What one client has been told, no client is told the contrary of later. */
export function* monotonicReads({ jobs }: Facts): Generator<string> {
  for (const { id, creation, calls } of jobs.values()) {
    const seen: { endMs: number; state: string; over: number | undefined }[] = [];
    for (const call of calls) {
      const before = seen.filter(({ endMs }) => endMs < call.startMs);
      const told = toldBy(call);
      const isGone = before.some(({ state }) => state === "deleted");
      if (call.answer?.status === 404 && !calls.some((other) => mayDelete(other, call)))
        yield `${id} was acknowledged at ${creation.endMs} ms and is not found at ${call.startMs} ms`;
      if (told === undefined) continue;
      if (isGone && told.state !== "deleted") yield `${id} was deleted and is ${told.state} at ${call.startMs} ms`;
      for (const { state, over } of before) {
        if (state === "deleted" || told.state === "deleted") continue;
        if (rankOf(told.state) < rankOf(state) || (rankOf(state) === 3 && told.state !== state))
          yield `${id} was ${state} and is ${told.state} at ${call.startMs} ms`;
        if (told.over !== undefined && over !== undefined && told.over < over)
          yield `${id} had ${over} images that were over and has ${told.over} at ${call.startMs} ms`;
      }
      seen.push({ ...told, endMs: call.endMs });
    }
  }
}

/** The state that an answer tells of, and how many images are over if it tells. */
function toldBy({ operation, answer }: Call): { state: string; over: number | undefined } | undefined {
  if (!answer || answer.status >= 300) return undefined;
  if (operation === "DELETE /v1/jobs/{id}") return { state: "deleted", over: undefined };
  const { state, jobState, images } = answer.body ?? {};
  const told: string | undefined = state ?? jobState;
  if (told === undefined) return undefined;
  return { state: told, over: images && images.done + images.failed };
}

/** Whether a call may have deleted the job before the answer to another. */
function mayDelete(other: Call, call: Call): boolean {
  return other.operation === "DELETE /v1/jobs/{id}" && mayBeDone(other) && other.startMs <= call.endMs;
}
