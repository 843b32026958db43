/** What must hold once all is over. */
import { isFinished, type JobImage } from "../../lib/jobs/job.ts";
import type { Client } from "./client.ts";
import type { Cluster } from "./cluster.ts";
import type { EventCheck } from "./event-check.ts";
import type { Behaviour, Scenario } from "./scenario.ts";

/** How often the bytes of an image may be out of reach before its attempt ends without them. */
const FETCHES = 3;
const DAY_MS = 86_400_000;

/** What is not over yet, if anything. */
export function unsettled(
  cluster: Cluster,
  scenario: Scenario,
  clients: readonly Client[],
  events: EventCheck,
): string | undefined {
  const { tables, tasks, webhooks, erasures } = cluster.storage;
  for (const { job } of tables.jobs.values())
    if (job.state === "queued" || job.state === "running") return `${job.id} is ${job.state}`;
  if (tables.outbox.size > 0) return "events are not published";
  const [entry] = tasks.entries;
  if (entry) return `a task of ${entry.task.jobId} is left`;
  const [webhook] = webhooks.pending;
  if (webhook) return `webhook ${webhook.event.id} is pending`;
  const [erasure] = erasures.list();
  if (erasure) return `an erasure is ${erasure.phase}`;
  const [unsent] = webhookViolations(cluster, scenario, clients, events);
  return unsent;
}

/** @param stored Ids of all events that were stored, by job. */
export function* finalViolations(
  cluster: Cluster,
  scenario: Scenario,
  clients: readonly Client[],
  events: EventCheck,
  stored: ReadonlyMap<string, readonly string[]>,
): Generator<string> {
  const { tables, erased } = cluster.storage;
  const isKeptBriefly = scenario.jobRetentionMs < DAY_MS;
  for (const [n, { ledger }] of clients.entries()) {
    const plan = scenario.jobs[n];
    if (!plan) continue;
    const { jobId } = ledger;
    const isErased = plan.owner !== undefined && erased.has(plan.owner);
    if (jobId === undefined) {
      if (!isErased && !isKeptBriefly) yield `a client got no job`;
      continue;
    }
    const job = tables.jobs.get(jobId)?.job;
    const mayBeGone = ledger.isDeleted || isErased || isKeptBriefly;
    if (!job) {
      if (!mayBeGone) yield `${jobId} was accepted and is gone`;
      continue;
    }
    if (ledger.isDeleted) yield `${jobId} was deleted and is there`;
    if (ledger.isExecuted && !isFinished(job)) yield `${jobId} is ${job.state} in the end`;
    if (ledger.isCancelled && job.state !== "cancelled") yield `${jobId} was cancelled and is ${job.state}`;
    const images = tables.imagesOf(jobId);
    const isComplete = plan.isKeyed ? images.length === plan.images.length : images.length >= plan.images.length;
    if (ledger.isExecuted && !isComplete) yield `${jobId} has ${images.length} of ${plan.images.length} images`;
  }
  // Also those that their clients know nothing of.
  for (const { job, parcels } of tables.jobs.values())
    if (job.state !== "cancelled")
      for (const image of [...parcels.values()].flat()) yield* outcomeViolations(image, cluster, isKeptBriefly);
  for (const [jobId, ids] of stored) {
    const owner = clients.map((_, n) => scenario.jobs[n]).find((_, n) => jobId.startsWith(`client${n + 1}-`))?.owner;
    if (owner !== undefined && erased.has(owner)) continue;
    // What was stored while the nodes were stopped is published after the next start.
    const published = [...events.idsOf(jobId), ...ids.filter((id) => tables.outbox.has(id))];
    if (published.sort().join() !== [...ids].sort().join())
      yield `the log of ${jobId} has ${events.idsOf(jobId).length} of ${ids.length} events`;
  }
  yield* erasureViolations(cluster, stored);
  yield* webhookViolations(cluster, scenario, clients, events);
}

function* outcomeViolations(image: JobImage, cluster: Cluster, isKeptBriefly: boolean): Generator<string> {
  const { jobId, index, state, problem } = image;
  const name = `image ${index} of ${jobId}`;
  const file = cluster.storage.blobs.jobs.get(jobId)?.get(image.sha256)?.toString();
  const behaviour = file?.split(" ")[0] as Behaviour | undefined;
  if (state === "done" && behaviour !== undefined && behaviour !== "good") yield `${name} is done and ${behaviour}`;
  if (state !== "failed") return;
  const timesAway = cluster.detector.away.get(`${jobId}/${index}`) ?? 0;
  // Of a job that is retried, the images may have come of age.
  if (problem?.code === "PICTURE_GONE" && timesAway < FETCHES && !isKeptBriefly)
    yield `${name} failed for want of its bytes`;
  const isExplained = problem?.code === "DEADLINE_PASSED" || Object.keys(cluster.faults).length > 0;
  if (behaviour === "good" && !isExplained) yield `${name} is good and failed: ${problem?.code}`;
}

function* erasureViolations({ storage }: Cluster, stored: ReadonlyMap<string, readonly string[]>): Generator<string> {
  const { jobs, outbox } = storage.tables;
  // All erasures were done before the nodes were stopped. One that was begun again since then goes on
  // at the next start.
  const beingErased = new Set(storage.erasures.list().map(({ target }) => target?.owner));
  const isErased = (owner: string | undefined) =>
    owner !== undefined && storage.erased.has(owner) && !beingErased.has(owner);
  // A job that was inserted while the nodes were stopped is found when its events are published after the next start.
  const isFoundLater = (jobId: string) => stored.get(jobId)?.some((id) => outbox.has(id));
  for (const { job } of jobs.values())
    if (isErased(job.owner) && !isFoundLater(job.id)) yield `the owner of ${job.id} was erased`;
  for (const { event } of storage.log.events)
    if (isErased(event.owner)) yield `the owner of the logged event ${event.id} was erased`;
  for (const { event } of storage.webhooks.all)
    if (isErased(event.owner)) yield `the owner of the webhook ${event.id} was erased`;
}

/** Each change of state of a job with a receiver is sent, in order. What is sent again comes in any order. */
function* webhookViolations(
  { storage, receivers }: Cluster,
  scenario: Scenario,
  clients: readonly Client[],
  events: EventCheck,
): Generator<string> {
  const accepted = [...new Set(receivers.accepted)];
  for (const [n, { ledger }] of clients.entries()) {
    const { jobId } = ledger;
    if (!scenario.jobs[n]?.hasCallback || jobId === undefined || !storage.tables.jobs.has(jobId)) continue;
    const isOfJob = new RegExp(`^${jobId}\\.[a-z_]+\\.\\d+$`);
    const expected = events.idsOf(jobId).filter((id) => isOfJob.test(id) && !id.includes("images_added"));
    const sent = accepted.filter((id) => isOfJob.test(id));
    if (sent.join() !== expected.join())
      yield `the receiver of ${jobId} got ${sent.join(", ")} of ${expected.join(", ")}`;
  }
}
