/** A process that runs jobs: the engine itself, over simulated ports, and the actions of `services/jobs.service.ts`. */
import { Eraser } from "../../lib/erasure/eraser.ts";
import { ErasureRunner } from "../../lib/erasure/erasure-runner.ts";
import { eraseLateJobs } from "../../lib/erasure/late-jobs.ts";
import { failure } from "../../lib/errors.ts";
import { eraseJobs } from "../../lib/jobs/erasure.ts";
import type { NewImage, NewJob } from "../../lib/jobs/job.ts";
import { JobRuntime, type JobRuntimeSettings } from "../../lib/jobs/job-runtime.ts";
import { needsNoFiles } from "../../lib/jobs/recovery.ts";
import type { Backends } from "../../lib/ports/backends.ts";
import type { IdempotencyClaim, IdempotencyOutcome } from "../../lib/ports/job-store.ts";
import { ownerErased } from "../../lib/sessions/keys.ts";
import { isErased } from "../../lib/sessions/owner.ts";
import type { WebhookDispatcher } from "../../lib/webhooks/dispatcher.ts";
import { startWebhooks } from "../../lib/webhooks/start.ts";
import type { Detector } from "./detector.ts";
import type { Receivers } from "./receivers.ts";
import type { Scenario } from "./scenario.ts";
import type { SimulatedNode } from "./simulated-node.ts";

export const LEASE_MS = 5_000;
export const IMAGE_TIMEOUT_MS = 3_000;
export const MAX_ATTEMPTS = 3;
const STALE_CLAIM_MS = 20_000;
const SECRET = `whsec_${Buffer.alloc(32, 1).toString("base64")}`;

export interface JobsNodeOptions {
  readonly scenario: Scenario;
  readonly detector: Detector;
  readonly receivers: Receivers;
  readonly onError: (error: unknown) => void;
}

/** Of the actions that clients cause. */
export interface Params {
  readonly id: string;
  readonly job: NewJob;
  readonly images: readonly NewImage[];
  readonly execute: boolean;
  readonly idempotency?: IdempotencyOutcome;
  readonly claim?: IdempotencyClaim;
  readonly owner?: string;
}

export class JobsNode {
  readonly node: SimulatedNode;
  readonly #backends: Backends;
  readonly #runtime: JobRuntime;
  readonly #eraser: Eraser;
  readonly #closing: readonly { close(): Promise<void> }[];

  private constructor(
    node: SimulatedNode,
    backends: Backends,
    runtime: JobRuntime,
    eraser: Eraser,
    options: JobsNodeOptions,
  ) {
    const { scenario, receivers, onError } = options;
    const { clock } = node;
    this.node = node;
    this.#backends = backends;
    this.#runtime = runtime;
    this.#eraser = eraser;
    const { erasures, leaderLeases } = backends;
    const hasErasures = scenario.jobs.some(({ later }) => later.some(({ what }) => what === "erase"));
    this.#closing = [
      ...(scenario.jobs.some(({ hasCallback }) => hasCallback) ? [webhooksOf(node, backends, receivers, onError)] : []),
      ...(hasErasures ? [new ErasureRunner({ eraser, erasures, leaderLeases, onError, clock })] : []),
    ];
  }

  static async start(node: SimulatedNode, backends: Backends, options: JobsNodeOptions): Promise<JobsNode> {
    const { scenario, detector, onError } = options;
    const ignore = () => {};
    const callbacks = { onKeysInvalidated: ignore, onErased: ignore, onJobErased: ignore };
    const eraser = new Eraser(backends, Buffer.alloc(32), { ...callbacks, onError, clock: node.clock });
    const settings: JobRuntimeSettings = {
      dispatchConcurrency: scenario.concurrency,
      maxAttempts: MAX_ATTEMPTS,
      maxQueuedImages: 1_000,
      maxQueuedImagesPerOwner: 1_000,
      sweepIntervalMs: 30_000,
      leaseMs: LEASE_MS,
      imageTimeoutMs: IMAGE_TIMEOUT_MS,
      imageRetentionMs: scenario.jobRetentionMs,
      jobRetentionMs: scenario.jobRetentionMs,
      eventRetentionMs: 30 * 86_400_000,
      auditRetentionMs: 30 * 86_400_000,
      whenReady: async () => {},
      prepareSuspect: async () => {},
      detect: detector.detectionFrom(node),
      announce: () => {},
      onPublished: (events) => eraseLateJobs(events, backends.sessions, (owner) => eraser.request({ owner })),
      onError,
      clock: node.clock,
      publishPollMs: 1_000,
    };
    return new JobsNode(node, backends, await JobRuntime.start(backends, settings), eraser, options);
  }

  async close(): Promise<void> {
    for (const part of this.#closing) await part.close();
    await this.#runtime.close();
  }

  /** As the action of the name in `services/jobs.service.ts`, or that of `keys` for `erase`. */
  async handle(action: string, params: Params & Record<string, unknown>): Promise<unknown> {
    const { manager, dispatcher } = this.#runtime;
    const { id, owner } = params;
    switch (action) {
      case "jobs.claim": {
        const now = this.node.clock.now();
        const claim = { ...(params as unknown as IdempotencyClaim), claimedAt: new Date(now).toISOString() };
        const staleBefore = new Date(now - STALE_CLAIM_MS).toISOString();
        return (await this.#backends.store.claimIdempotencyKey(claim, staleBefore)) ?? null;
      }
      case "jobs.renew": {
        const claimedAt = new Date(this.node.clock.now()).toISOString();
        return this.#backends.store.renewIdempotencyKey({ ...(params as unknown as IdempotencyClaim), claimedAt });
      }
      case "jobs.discard": {
        const jobId = params.jobId as string;
        if (params.claim) await this.#backends.store.releaseIdempotencyKey(params.claim);
        if (needsNoFiles(await this.#backends.store.getJob(jobId))) await this.#backends.blobs.delete(jobId);
        return undefined;
      }
      case "jobs.submit": {
        const { job, images, execute, idempotency } = params;
        await manager.submit({ job, images, execute, ...(idempotency && { idempotency }) });
        if (job.owner !== undefined && (await isErased(this.#backends.sessions, job.owner))) {
          await eraseJobs(this.#backends, manager, [job.owner], { clock: this.node.clock });
          throw ownerErased();
        }
        if (execute) await dispatcher.finishIfDone(job.id);
        return this.#runtime.reader.view(job.id);
      }
      case "jobs.addImages": {
        const { idempotency } = params;
        await manager.addImages(id, params.images, idempotency && { idempotency });
        return this.#runtime.reader.view(id);
      }
      case "jobs.execute":
        await manager.execute(id);
        await dispatcher.finishIfDone(id);
        return this.#runtime.reader.view(id);
      case "jobs.cancel":
        await manager.cancel(id);
        return this.#runtime.reader.view(id);
      case "jobs.retry":
        await manager.retry(id);
        return this.#runtime.reader.view(id);
      case "jobs.get":
        return this.#runtime.reader.view(id);
      case "jobs.remove":
        return manager.delete(id);
      case "keys.erase":
        return this.#eraser.request({ owner: owner ?? "" });
      default:
        throw failure("NOT_FOUND", `There is no action ${action}.`);
    }
  }
}

function webhooksOf(
  node: SimulatedNode,
  backends: Backends,
  receivers: Receivers,
  onError: (error: unknown) => void,
): WebhookDispatcher {
  const settings = {
    webhookSecret: SECRET,
    webhookAllowPrivate: true,
    webhookPorts: [],
    webhookTimeoutMs: 10_000,
    webhookRetryMs: 86_400_000,
  };
  const deliver = receivers.deliveryFrom(node);
  return startWebhooks(backends, settings, { onGivenUp: () => {}, onError, clock: node.clock, deliver });
}
