/** Life cycle of jobs: creation, dispatch to detectors, reading, completion. */
import { jobsMetadata } from "../lib/backends/blob-access.ts";
import { openBackends } from "../lib/backends/open.ts";
import { readyDetectors, whenDetector } from "../lib/balancing/detectors.ts";
import { config } from "../lib/config.ts";
import { call } from "../lib/contracts/action.ts";
import { actions } from "../lib/contracts/actions.ts";
import { broadcast, broadcasts, type Received } from "../lib/contracts/broadcasts.ts";
import { toBuffer } from "../lib/contracts/bytes.ts";
import { FACES_HAAR } from "../lib/contracts/model-name.ts";
import { eraseLateJobs } from "../lib/erasure/late-jobs.ts";
import { eraseJobs } from "../lib/jobs/erasure.ts";
import { jobDetection } from "../lib/jobs/job-detection.ts";
import { isJobServed, requireNamed } from "../lib/jobs/job-detectors.ts";
import { jobPageRequest } from "../lib/jobs/job-list.ts";
import { namedModels } from "../lib/jobs/job-models.ts";
import { JobRuntime } from "../lib/jobs/job-runtime.ts";
import { newJob } from "../lib/jobs/new-job.ts";
import { needsNoFiles } from "../lib/jobs/recovery.ts";
import { storeImage } from "../lib/jobs/store-image.ts";
import { expectExecutable, expectRetryable } from "../lib/jobs/transitions.ts";
import { ownerErased } from "../lib/sessions/keys.ts";
import { accountOf, isErased, ownerKey, ownerOf, ownershipOf, readableScopeOf } from "../lib/sessions/owner.ts";
import { carriedTrace } from "../lib/telemetry/tracing.ts";
import { FailureLog } from "../lib/transport/failure-log.ts";
import { defineService, type ServiceDefinition } from "../lib/transport/service.ts";
import { acceptCallback } from "../lib/webhooks/callback.ts";

const jobs: ServiceDefinition<"jobs", { node: JobRuntime }> = {
  name: "jobs",

  // Tells the other nodes where the images are stored.
  metadata: jobsMetadata,

  jobLookup() {
    return this.node.backends.store;
  },

  actions: {
    ready() {
      return readyDetectors(this.broker);
    },

    async admit(ctx) {
      const { models, isStaged, jobId } = ctx.params;
      await requireNamed(ctx, models);
      // An administrator may add images to the job of another owner, for whom they then count.
      const owner = jobId === undefined ? ownerOf(ctx) : ((await this.node.manager.get(jobId)).owner ?? null);
      return isStaged ? this.node.admission.admitStaged(owner) : this.node.admission.admit(owner);
    },

    async claim({ params }) {
      return (await this.node.idempotencyKeys.claim(params)) ?? null;
    },

    renew({ params }) {
      return this.node.idempotencyKeys.renew(params);
    },

    first({ params }) {
      return this.node.idempotencyKeys.first(params);
    },

    forget({ params }) {
      return this.node.idempotencyKeys.forget(params);
    },

    async discard({ params: { jobId, claim } }) {
      if (claim) await this.node.idempotencyKeys.release(claim);
      // The request may have failed after its job was stored.
      if (needsNoFiles(await this.node.backends.store.getJob(jobId))) await this.node.backends.blobs.delete(jobId);
    },

    async reserveStorage(ctx) {
      const { upload: id, jobId, ...reservation } = ctx.params;
      const { quota } = this.node;
      if (jobId === undefined) await quota.reserve({ id, ...reservation, account: accountOf(ctx) ?? "" });
      else await quota.hold({ id, ...reservation, jobId });
    },

    releaseStorage({ params: { upload, added } }) {
      return this.node.quota.release(upload, added);
    },

    storeImage({ params: { jobId, image } }) {
      return storeImage(this.node.backends.blobs, jobId, [toBuffer(image)], config.maxImageBytes);
    },

    async loadImage({ params: reference }) {
      return (await this.node.backends.blobs.get(reference)) ?? null;
    },

    async submit(ctx) {
      const { id, settings, images, idempotency } = ctx.params;
      const { execute = true } = settings;
      const owner = ownerOf(ctx);
      await requireNamed(ctx, namedModels(settings) ?? [FACES_HAAR], settings.options);
      // For a JSON body, this is known only now.
      if (!execute) await this.node.admission.admitStaged(owner);
      const { backends, manager } = this.node;
      const hasOwnSecret = async (origin: string) =>
        (await backends.webhookSecrets.find(ownerKey(owner), origin)) !== undefined;
      const callback = await acceptCallback(settings, hasOwnSecret, config);
      const job = newJob(id, settings, { ...callback, ...carriedTrace(), ...ownershipOf(ctx) });
      await manager.submit({ job, images, execute, ...(idempotency && { idempotency }) });
      // The owner may have been erased while the images arrived.
      if (owner !== null && (await isErased(backends.sessions, owner))) {
        await eraseJobs(backends, manager, [owner]);
        throw ownerErased();
      }
      if (execute) await this.node.dispatcher.finishIfDone(id);
      return this.node.reader.view(id);
    },

    async addImages({ params: { id, images, ...completed } }) {
      await this.node.manager.addImages(id, images, completed);
      return this.node.reader.view(id);
    },

    async execute({ params: { id } }) {
      // Comes first, because a repeated request must learn that the job is queued, however full the queue is.
      expectExecutable(await this.node.manager.get(id));
      // The job's images count for its owner already.
      await this.node.admission.admit(null);
      await this.node.manager.execute(id);
      await this.node.dispatcher.finishIfDone(id);
      return this.node.reader.view(id);
    },

    get({ params: { id } }) {
      return this.node.reader.view(id);
    },

    list(ctx) {
      return this.node.reader.list(jobPageRequest(ctx.params, readableScopeOf(ctx)));
    },

    results({ params: { id, ...page } }) {
      return this.node.reader.results(id, page);
    },

    wait({ params: { id, waitMs } }) {
      return this.node.reader.wait(id, waitMs);
    },

    async cancel({ params: { id } }) {
      await this.node.manager.cancel(id);
      broadcast(this.broker, broadcasts.jobFinished, id);
      return this.node.reader.view(id);
    },

    async retry({ params: { id } }) {
      const job = await this.node.manager.get(id);
      // Comes first, as in `execute`.
      expectRetryable(job);
      // Images of finished jobs do not count for their owner.
      await this.node.admission.admit(job.owner ?? null);
      await this.node.manager.retry(id);
      return this.node.reader.view(id);
    },

    async remove({ params: { id } }) {
      await this.node.manager.delete(id);
      broadcast(this.broker, broadcasts.jobFinished, id);
    },

    deadLetters(ctx) {
      return this.node.reader.deadLetters(ctx.params, readableScopeOf(ctx));
    },
  },

  events: {
    [broadcasts.jobFinished.name]({ params: id }: Received<typeof broadcasts.jobFinished>) {
      this.node.waiters.announce(id);
    },
  },

  async started() {
    const { broker, logger } = this;
    const failures = new FailureLog("Background work on jobs failed");
    const backends = await openBackends(logger);
    this.node = await JobRuntime.start(backends, {
      ...config,
      hasOtherGateways: Boolean(broker.transit),
      // Avoids writing and reverting attempts that no detector could run.
      whenReady: (signal) => whenDetector(broker, signal),
      isServed: (job) => isJobServed(broker, job),
      // If preparing fails, the attempt is still made.
      prepareSuspect: () => call(broker, actions.detector.prepareTrial).catch(() => {}),
      detect: jobDetection(broker, config.imageTimeoutMs),
      announce: (jobId) => broadcast(broker, broadcasts.jobFinished, jobId),
      onPublished: (events) =>
        eraseLateJobs(events, backends.sessions, (owner) => call(broker, actions.keys.eraseAgain, { owner })),
      onError: (err, work) => failures.error(logger, err, { work }),
    });
  },

  async stopped() {
    await this.node?.close();
  },
};

export default defineService(jobs);
