/**
 * Faults that are put into the engine on purpose, to see whether the simulation finds them. Each replaces one text of
 * one file; what would happen to a user is said with it.
 */
import scenarios from "./found-in.json" with { type: "json" };
import type { Scenario } from "./scenario.ts";

export interface Mutation {
  readonly file: string;
  /** Occurs once in the file. */
  readonly text: string;
  readonly by: string;
  readonly effect: string;
  /** The engine had it, and the simulation found it. */
  readonly wasFound?: true;
}

/**
 * Scenarios of which few histories are enough for a fault that needs many of all scenarios: each shrunk from the one in
 * which it was found, and tried again in each run of the tests.
 */
export const foundIn = scenarios as unknown as Readonly<Record<string, Omit<Scenario, "seed">>>;

export const mutations: Readonly<Record<string, Mutation>> = {
  "late retry": {
    file: "lib/jobs/job-manager.ts",
    text: "images.filter((image) => awaitsRetry(job, image)).map(",
    by: "images.filter(isRetryable).map(",
    effect: "A retry that comes late makes images pending in a job that has ended again.",
    wasFound: true,
  },
  "end during a retry": {
    file: "lib/jobs/dispatcher.ts",
    text: "if (!before || (await isRetryUnderWay(store, before))) return;",
    by: "if (!before) return;",
    effect: "A retried job ends while some of its failed images were not tried again.",
    wasFound: true,
  },
  "webhooks without standing by": {
    file: "lib/webhooks/dispatcher.ts",
    text: "return this.#launching.wake();\n    }\n    for",
    by: "return;\n    }\n    for",
    effect: "When the node that sends webhooks dies, no other sends what it has not sent, until the next event.",
    wasFound: true,
  },
  "webhooks led by one round": {
    file: "lib/webhooks/dispatcher.ts",
    text: "if (leads && !this.#leads) this.#collecting.wake();\n",
    by: "",
    effect: "A node that leads the delivery of webhooks does not read the log until the next event.",
    wasFound: true,
  },
  "images of another run": {
    file: "lib/jobs/tasks.ts",
    text: "image.run === run && ",
    by: "",
    effect: "A node that stood still starts images of a retried job before the job itself.",
    wasFound: true,
  },
  "counts of another run": {
    file: "lib/jobs/dispatcher.ts",
    text: "job.run === before.run && ",
    by: "",
    effect: "A retried job ends at once, with the counts of the run before.",
  },
  "outcome of another attempt": {
    file: "lib/jobs/attempts.ts",
    text: "return image?.attempts === current.attempts ? outcome",
    by: "return image ? outcome",
    effect: "A slow node stores what came of an attempt that was given up, in place of the current one.",
  },
  "recovery of retries": {
    file: "lib/jobs/recovery.ts",
    text: "const needsMending = (image: JobImage) => awaitsRetry(job, image) || isLost(image);",
    by: "const needsMending = (image: JobImage) => isLost(image);",
    effect: "A job whose retry was interrupted never ends.",
  },
  "recovery of lost attempts": {
    file: "lib/jobs/recovery.ts",
    text: 'state === "running" && (startedAt < lostBefore',
    by: 'state === "done" && (startedAt < lostBefore',
    effect: "A job whose tasks the queue lost, while a dead node had images in work, never ends.",
  },
  "no recovery": {
    file: "lib/jobs/recovery.ts",
    text: "if ((await enqueuePending(this.#backends, job, clock)) === 0)",
    by: "if (job.run < 0)",
    effect: "A job whose node died between storing and enqueueing it is never processed.",
  },
  "marked before appended": {
    file: "lib/jobs/event-publisher.ts",
    text: "const appended = await this.#log.append(events, end);",
    by: "await this.#store.markPublished(events);\n    const appended = await this.#log.append(events, end);",
    effect: "Events are missing from the log if a node dies while it publishes them.",
  },
  "published backwards": {
    file: "lib/jobs/event-publisher.ts",
    text: "await this.#log.append(events, end)",
    by: "await this.#log.append(events.toReversed(), end)",
    effect: "The events of a job are in the wrong order.",
  },
  "attempts are not limited": {
    file: "lib/jobs/transitions.ts",
    text: "if (image.suspect && attemptsOfRun(image) >= maxAttempts) return",
    by: "if (image.suspect && attemptsOfRun(image) > maxAttempts) return",
    effect: "An image that kills detectors is tried more often than MAX_ATTEMPTS.",
  },
  "images of a running job are deleted": {
    file: "lib/jobs/dispatcher.ts",
    text: 'if (finished.state === "succeeded") await',
    by: "await",
    effect: "A retry of a partially failed job finds no images.",
  },
  "commit that is undecided is discarded": {
    file: "lib/http/gateway/idempotency.ts",
    text: "if (!isUndecided || claim) await",
    by: "await",
    effect: "A request whose answer is lost deletes the images of its job.",
  },
  "claims are not released by their own request": {
    file: "lib/http/gateway/idempotency.ts",
    text: "const claim = key === undefined ? undefined : { owner, key, jobId, claimant: randomUUID() };\n  const earlier = claim && (await call(actions.jobs.claim, claim));",
    by: "const claim = key === undefined ? undefined : { owner, key, jobId, claimant: randomUUID() };\n  const earlier = undefined as never;",
    effect: "A request that is sent again makes a second job.",
  },
  "webhooks at the same time": {
    file: "lib/webhooks/dispatcher.ts",
    text: "const jobIds = Array.from(this.#underWay.keys(), ({ jobId }) => jobId);",
    by: "const jobIds: string[] = [];",
    effect: "A webhook is sent many times while its first attempt is under way.",
  },
  "failed webhooks are removed": {
    file: "lib/webhooks/settlement.ts",
    text: 'if (outcome.kind === "delivered") return',
    by: 'if (outcome.kind !== "gone") return',
    effect: "A webhook is lost if its receiver fails once.",
  },
  "standing by for ever": {
    file: "lib/leadership/leader-lease.ts",
    text: "(this.#isLeader ? 3 : 10)",
    by: "(this.#isLeader ? 3 : 0)",
    effect: "A node that once did not lead never leads: after the leader's death, no event is published any more.",
  },
  "leadership learned in the wrong order": {
    file: "lib/webhooks/dispatcher.ts",
    text: "const leads = await this.#options.lease.isLeader();",
    by: "const ledBefore = this.#leads;\n    const leads = await this.#options.lease.isLeader();\n    this.#leads = ledBefore;",
    effect: "A node that leads the delivery of webhooks again does not read the log until the next event.",
    wasFound: true,
  },
  "stale page of webhooks": {
    file: "lib/webhooks/collector.ts",
    text: "this.#options.store.advance(progress,",
    by: "this.#options.store.advance({ ...progress, after: await this.#options.store.position() },",
    effect: "A node that stood still stores webhooks again that another node has sent.",
  },
  "stale events": {
    file: "lib/jobs/event-publisher.ts",
    text: "await this.#log.append(events, end)",
    by: "await this.#log.append(events)",
    effect: "A node that stood still appends events of an erased owner again.",
  },
  "erasure without a fence": {
    file: "lib/erasure/eraser.ts",
    text: "await this.#fence(members);",
    by: "",
    effect: "A node that stood still during an erasure writes afterwards what it read before.",
  },
  "erasure of deleted jobs": {
    file: "lib/erasure/eraser.ts",
    text: "await webhooks.removeJobs([]);\n",
    by: "",
    effect: "A node that stood still stores webhooks of jobs that their owner has deleted, after the owner was erased.",
    wasFound: true,
  },
  "late jobs": {
    file: "lib/erasure/late-jobs.ts",
    text: "(await isErased(sessions, owner)) && eraseAgain(owner)",
    by: "void [sessions, eraseAgain, isErased, owner]",
    effect: "A job that is inserted after its owner was erased stays.",
  },
  "erasure that is not repeated": {
    file: "lib/erasure/eraser.ts",
    text: "if (totalOf(found) === 0) return known;",
    by: "return known;",
    effect: "What is stored while the erasure of its owner ends, or later, stays.",
  },
};
