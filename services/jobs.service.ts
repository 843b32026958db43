/** The life of jobs: created, dispatched to detectors, read, ended. */
import type { Context, ServiceSchema, ServiceSettingSchema } from "moleculer";
import { openBackends } from "../lib/backends/open.ts";
import { requireModels } from "../lib/balancing/detector-models.ts";
import { connectedDetectors, statesTogether, whenDetector } from "../lib/balancing/detectors.ts";
import { config } from "../lib/config.ts";
import { toBuffer } from "../lib/contracts/bytes.ts";
import type { JobListQuery } from "../lib/contracts/job.ts";
import * as contract from "../lib/contracts/job-actions.ts";
import { params } from "../lib/contracts/validation.ts";
import { noDetector } from "../lib/errors.ts";
import { eraseJobs } from "../lib/jobs/erasure.ts";
import { isEncoding, jobDetection } from "../lib/jobs/job-detection.ts";
import { jobPageRequest } from "../lib/jobs/job-list.ts";
import { keptModels, namedModels } from "../lib/jobs/job-models.ts";
import { JobNode } from "../lib/jobs/job-node.ts";
import { needsNoPictures } from "../lib/jobs/recovery.ts";
import { nowTimestamp, timestampBefore } from "../lib/jobs/time.ts";
import { ownerOf } from "../lib/sessions/owner.ts";
import { carriedTrace } from "../lib/telemetry/tracing.ts";
import { acceptCallbackUrl } from "../lib/webhooks/callback-url.ts";

const FINISHED = "job.finished";
/** A request that claimed a key, renews it every few seconds, and was not heard of again is dead after this time. */
const STALE_CLAIM_MS = 20_000;

/** Models that no detector can be asked about are left to the detector that comes. */
async function requireNamed(ctx: Context<unknown>, names: readonly string[] | undefined): Promise<void> {
  // A remote encoder is asked when there is something to encode.
  if (config.encoderUrl && isEncoding(names)) return;
  if (names && connectedDetectors(ctx.broker).length > 0) await requireModels(ctx, names);
}

/** Another session's job is as if it were not there. @throws JOB_NOT_FOUND */
async function requireOwn(this: { node: JobNode }, ctx: Context<{ id: string }>): Promise<void> {
  await this.node.desk.get(ctx.params.id, ownerOf(ctx));
}

const jobs: ServiceSchema<ServiceSettingSchema, object, { node: JobNode }> = {
  name: "jobs",

  hooks: { before: { "addImages|execute|get|results|wait|cancel|retry|remove": [requireOwn] } },

  actions: {
    /** Whether images can be processed now. @throws NO_DETECTOR */
    ready() {
      const detectors = connectedDetectors(this.broker);
      if (detectors.length === 0) throw noDetector();
      const threads = detectors.reduce((sum, detector) => sum + detector.threads, 0);
      return { status: "ready", threads, models: statesTogether(detectors) };
    },

    /** Whether there is room for another job, and its models. @throws OVERLOADED, MODEL_NOT_FOUND, MODEL_UNAVAILABLE */
    admit: {
      params: params(contract.AdmitParams),
      async handler(ctx: Context<contract.AdmitParams>) {
        await requireNamed(ctx, ctx.params.models);
        return this.node.admit();
      },
    },

    /** Claims an idempotency key. @returns the record of the request that has it, or null if it is claimed now. */
    claim: {
      params: params(contract.ClaimParams),
      async handler({ params }: Context<contract.ClaimParams>) {
        const claim = { ...params, claimedAt: nowTimestamp() };
        return (await this.node.backends.store.claimIdempotencyKey(claim, timestampBefore(STALE_CLAIM_MS))) ?? null;
      },
    },

    /** Forgets an upload that did not become a job: its pictures and its claim of a key. */
    discard: {
      params: params(contract.DiscardParams),
      async handler({ params: { jobId, claim } }: Context<contract.DiscardParams>) {
        if (claim) await this.node.backends.store.releaseIdempotencyKey(claim);
        // The request may have failed after its job was stored.
        if (needsNoPictures(await this.node.backends.store.getJob(jobId))) await this.node.backends.blobs.delete(jobId);
      },
    },

    /** Keeps a picture for a job that is about to be submitted, or that is `created`. */
    storeImage: {
      params: params(contract.StoreImageParams),
      handler({ params: { jobId, image } }: Context<contract.StoreImageParams>) {
        return this.node.backends.blobs.put(jobId, [toBuffer(image)], config.maxImageBytes);
      },
    },

    /** Creates a job of stored pictures. When this returns, the job survives anything. */
    submit: {
      params: params(contract.SubmitParams),
      async handler(ctx: Context<contract.SubmitParams>) {
        const { id, settings, images, idempotency } = ctx.params;
        const { execute = true, model: _model, models: _models, options: _options, callbackUrl, ...rest } = settings;
        await requireNamed(ctx, namedModels(settings));
        const callback = callbackUrl === undefined ? {} : { callbackUrl: acceptCallbackUrl(callbackUrl, config) };
        const owner = ownerOf(ctx);
        const job = { id, ...keptModels(settings), ...rest, ...callback, ...carriedTrace(), ...(owner && { owner }) };
        await this.node.desk.submit({ job, images, execute, ...(idempotency && { idempotency }) });
        if (execute) await this.node.dispatcher.finishIfDone(id);
        return this.node.view(id);
      },
    },

    addImages: {
      params: params(contract.AddImagesParams),
      async handler({ params: { id, images, idempotency } }: Context<contract.AddImagesParams>) {
        await this.node.desk.addImages(id, images, idempotency);
        return this.node.view(id);
      },
    },

    execute: {
      params: params(contract.JobParams),
      async handler({ params: { id } }: Context<contract.JobParams>) {
        await this.node.admit();
        await this.node.desk.execute(id);
        await this.node.dispatcher.finishIfDone(id);
        return this.node.view(id);
      },
    },

    get: {
      params: params(contract.JobParams),
      handler({ params: { id } }: Context<contract.JobParams>) {
        return this.node.view(id);
      },
    },

    list: {
      params: params(contract.ListParams),
      handler(ctx: Context<JobListQuery>) {
        return this.node.list(jobPageRequest(ctx.params, ownerOf(ctx)));
      },
    },

    /** A page of the job's images with their receipts. */
    results: {
      params: params(contract.ResultsParams),
      handler({ params: { id, ...page } }: Context<contract.ResultsParams>) {
        return this.node.results(id, page);
      },
    },

    /** The job when it is over, or as it is after the time. */
    wait: {
      params: params(contract.WaitParams),
      handler({ params: { id, waitMs } }: Context<contract.WaitParams>) {
        return this.node.wait(id, waitMs);
      },
    },

    cancel: {
      params: params(contract.JobParams),
      async handler({ params: { id } }: Context<contract.JobParams>) {
        await this.node.desk.cancel(id);
        this.broker.broadcast(FINISHED, id);
        return this.node.view(id);
      },
    },

    /** Queues the failed images of a finished job again. */
    retry: {
      params: params(contract.JobParams),
      async handler({ params: { id } }: Context<contract.JobParams>) {
        await this.node.admit();
        await this.node.desk.retry(id);
        return this.node.view(id);
      },
    },

    remove: {
      params: params(contract.JobParams),
      async handler({ params: { id } }: Context<contract.JobParams>) {
        await this.node.desk.delete(id);
        this.broker.broadcast(FINISHED, id);
      },
    },

    /** Images that were given up, of all jobs. */
    deadLetters: {
      params: params(contract.DeadLettersParams),
      handler(ctx: Context<contract.DeadLettersParams>) {
        return this.node.deadLetters({ ...ctx.params, owner: ownerOf(ctx) });
      },
    },

    /** Removes all jobs of the caller's session, with their results and events. */
    async erase(ctx: Context) {
      const owner = ownerOf(ctx);
      if (owner === null) return;
      const { backends, desk } = this.node;
      for (const id of await eraseJobs(backends, desk, owner)) this.broker.broadcast(FINISHED, id);
    },
  },

  events: {
    [FINISHED]({ params: id }: Context<string>) {
      this.node.waitingRoom.announce(id);
    },
  },

  async started() {
    const { broker, logger } = this;
    const backends = await openBackends((notice) => logger.warn(notice));
    this.node = await JobNode.start(backends, {
      ...config,
      // Starting attempts that nobody can make would only write them down and take them back.
      whenReady: (signal) => whenDetector(broker, signal),
      // Without it the attempt is made all the same.
      prepareSuspect: () => broker.call<void>("detector.prepareTrial").catch(() => {}),
      detect: jobDetection(broker, config.imageTimeoutMs),
      announce: (jobId) => broker.broadcast(FINISHED, jobId),
      onError: (err) => logger.error({ err }, "A fault in the work on jobs"),
    });
  },

  async stopped() {
    await this.node?.close();
  },
};

export default jobs;
