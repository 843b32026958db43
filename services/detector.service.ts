/** Runs models on images in a thread pool. Any number of nodes may offer it. */
import { join } from "node:path";
import type { Context, ServiceSettingSchema } from "moleculer";
import { SharedBlobs } from "../lib/backends/blob-access.ts";
import { CatchUp } from "../lib/balancing/catch-up.ts";
import { connectedDetectors, type DetectorMetadata } from "../lib/balancing/detectors.ts";
import { announceRefusal, announceSuspects } from "../lib/balancing/refused-images.ts";
import { config } from "../lib/config.ts";
import type { CallMeta } from "../lib/contracts/action.ts";
import { broadcasts, type Received } from "../lib/contracts/broadcasts.ts";
import { toBuffer } from "../lib/contracts/bytes.ts";
import { defaultDetectionOptions } from "../lib/contracts/default-options.ts";
import { facesHaarModel } from "../lib/contracts/faces-haar.ts";
import { readImageSource } from "../lib/contracts/image-source.ts";
import type { Model } from "../lib/contracts/model.ts";
import { isCalled } from "../lib/contracts/model-name.ts";
import { fetchImage } from "../lib/jobs/fetch-image.ts";
import { counted, countedTensor } from "../lib/telemetry/detections.ts";
import { metricsOfProcess, poolRunning, poolThreads, poolWaiting } from "../lib/telemetry/metrics.ts";
import { modelCounts } from "../lib/telemetry/model-statistics.ts";
import { inThisTrace } from "../lib/telemetry/tracing.ts";
import { endProcess } from "../lib/transport/end-process.ts";
import { defineService, type ServiceDefinition } from "../lib/transport/service.ts";
import { WAS_AWAY } from "../lib/transport/transit.ts";
import { logStart } from "../lib/vision/log-start.ts";
import { requireReady, statesOf, versionsOf } from "../lib/vision/models/catalog.ts";
import { checkTensor } from "../lib/vision/models/tensor.ts";
import type { PoolLoad, PoolSettings } from "../lib/vision/pool-types.ts";
import { ServedModels } from "../lib/vision/served-models.ts";
import { Suspects } from "../lib/vision/suspects/suspects.ts";
import packageJson from "../package.json" with { type: "json" };

/** `workerFile` replaces the worker, for example in tests of hangs. */
type DetectorSettings = ServiceSettingSchema & Pick<Partial<PoolSettings>, "workerFile">;
interface Vars {
  served: ServedModels;
  suspects: Suspects;
  blobs: SharedBlobs;
  catchUp: CatchUp;
}
interface Methods {
  describeModels(): void;
  publishModels(): void;
  leave(): Promise<void>;
  handOver(): void;
  currentLoad(): PoolLoad;
  tellLoad(ctx: Context<unknown, CallMeta>): void;
  openSuspects(): Suspects;
}

/** Time for other running images to finish when a thread hangs. */
const FINISH_MS = 500;
/** Placeholder for an image given as a reference. */
const NO_BYTES = Buffer.alloc(0);

const detector: ServiceDefinition<"detector", Vars, Methods, DetectorSettings> = {
  name: "detector",

  // Published in the registry for load balancing.
  metadata: {
    threads: config.threads,
    queueSize: config.queueSize,
    models: {},
    versions: {},
    isToBeAsked: false,
  } satisfies DetectorMetadata,

  actions: {
    async detect(ctx) {
      const {
        image,
        models,
        options,
        annotate,
        timeoutMs = config.imageTimeoutMs,
        priority = "interactive",
        suspect: isSuspect = false,
      } = ctx.params;
      const served = models ? requireReady(this.served.models, models) : [facesHaarModel];
      const source = readImageSource(image);
      const file = Buffer.isBuffer(source) ? source : NO_BYTES;
      const task = { file, options: { ...defaultDetectionOptions, ...options }, annotate };
      const fetch = Buffer.isBuffer(source) ? {} : { fetch: inThisTrace(() => fetchImage(this.blobs, source)) };
      const { client } = ctx.meta;
      const run = { timeoutMs, priority, isSuspect, ...(priority === "interactive" && { client }), ...fetch };
      try {
        return await counted(this.served.pool.run(models ? { ...task, models } : task, run), served);
      } finally {
        this.tellLoad(ctx);
      }
    },

    async detectMany(ctx) {
      const { models } = ctx.params;
      const served = models ? requireReady(this.served.models, models) : [facesHaarModel];
      try {
        return await this.served.parcels.run(ctx.params, served);
      } finally {
        this.tellLoad(ctx);
      }
    },

    async infer(ctx) {
      const { model, shape, values, timeoutMs = config.imageTimeoutMs, suspect: isSuspect = false } = ctx.params;
      const [found] = requireReady(this.served.models, [model]) as [Model];
      const file = toBuffer(values);
      checkTensor(found.network, shape, file.byteLength);
      try {
        const task = { network: model, shape, file };
        const run = { timeoutMs, priority: "interactive", client: ctx.meta.client, isSuspect } as const;
        return { ...(await countedTensor(found, this.served.pool.run(task, run))), version: found.version };
      } finally {
        this.tellLoad(ctx);
      }
    },

    models() {
      return this.served.models;
    },

    async changeModel({ params }) {
      await this.served.change([params]);
      const model = this.served.models.find((model) => isCalled(model, params.name)) as Model;
      const { name, version } = model;
      this.logger.info({ model: name, version }, params.isLoaded ? "A model was loaded" : "A model was unloaded");
      this.publishModels();
      return model;
    },

    modelChanges() {
      return this.served.changes;
    },

    async prepareTrial() {
      await this.served.pool.prepareTrial();
    },

    refusals() {
      return this.suspects.refusals;
    },

    metrics: metricsOfProcess,

    modelCounts,

    load() {
      return { ...this.currentLoad(), models: statesOf(this.served.models) };
    },
  },

  events: {
    [broadcasts.jobFinished.name]({ params: id }: Received<typeof broadcasts.jobFinished>) {
      this.served?.endJob(id);
    },
    [broadcasts.imageRefused.name]({ params: { sha256, at } }: Received<typeof broadcasts.imageRefused>) {
      this.suspects?.refuse(sha256, at);
      // Once: detectors that start ask this one from then on.
      if (this.catchUp && !this.metadata.isToBeAsked) this.publishModels();
    },
    [broadcasts.imageSuspected.name]({ params }: Received<typeof broadcasts.imageSuspected>) {
      this.suspects?.suspect(params);
    },
    // Changes that the other detector was told of while the two were not connected did not reach this one.
    "$node.connected"() {
      this.catchUp?.wake();
    },
    "$node.updated"() {
      this.catchUp?.wakeIfNew();
    },
    [WAS_AWAY]() {
      this.catchUp?.wake();
    },
    /** A process that shares the data folder may have died of an image: the client may send it to this one next. */
    "$node.disconnected"({ params: { unexpected } }: Context<{ readonly unexpected: boolean }>) {
      if (unexpected) announceSuspects(this.broker, this.suspects?.collect() ?? []);
    },
  },

  methods: {
    /** The pool's load and the images that wait to be handed to it. */
    currentLoad() {
      const { waiting, ...load } = this.served.pool.load;
      return { ...load, waiting: waiting + this.served.parcels.waiting.all };
    },

    /** Reports the load to the balancer with the answer. */
    tellLoad({ meta }: Context<unknown, CallMeta>) {
      const { running, waiting } = this.currentLoad();
      const bulk = this.served.pool.bulk + this.served.parcels.waiting.bulk;
      meta.detectorLoad = { busy: running + waiting, bulk, serviceMs: this.served.pool.serviceMs };
    },

    describeModels() {
      const { models, changes } = this.served;
      const isToBeAsked = changes.length > 0 || this.suspects.refusals.length > 0;
      Object.assign(this.metadata, { models: statesOf(models), versions: versionsOf(models), isToBeAsked });
    },

    /** Tells the other nodes what this detector serves now. */
    publishModels() {
      this.describeModels();
      // A higher number of the node makes others, and caches, take notice.
      this.broker.registry.regenerateLocalRawInfo(true);
      this.broker.servicesChanged(true);
    },

    /** Refuses waiting images if another detector can process them sooner. */
    handOver() {
      if (connectedDetectors(this.broker).length > 1) this.served?.refuse();
    },

    /** Only ending the process stops a hung native call. */
    async leave() {
      this.logger.fatal({ hangTimeoutMs: config.hangTimeoutMs }, "A thread of the detector hangs; the process ends");
      await this.served.abandon(FINISH_MS);
      await endProcess(this.broker);
    },

    openSuspects() {
      const { dataDir } = config;
      return new Suspects({
        version: packageJson.version,
        folder: join(dataDir, "detector"),
        onUnwritable: (error) => {
          // A stack would only hide the reason.
          const reason = error instanceof Error ? error.message : String(error);
          this.logger.warn({ reason, dataDir }, "Images that crash the detector cannot be recorded");
        },
      });
    },
  },

  created() {
    this.blobs = new SharedBlobs(this.broker, this.logger);
  },

  async started() {
    // OpenCV's own limit, in case a decoder reads other dimensions than the header check.
    process.env.OPENCV_IO_MAX_IMAGE_PIXELS = String(config.maxImagePixels);
    process.env.OPENCV_LOG_LEVEL = "ERROR";
    const startedAt = performance.now();
    const { workerFile } = this.settings;
    this.suspects = this.openSuspects();
    const callbacks = {
      suspects: this.suspects,
      onHung: () => this.leave(),
      onRefused: (sha256: string) => announceRefusal(this.broker, this.logger, sha256),
    };
    this.served = await ServedModels.start({
      catalog: config,
      pool: { ...config, ...callbacks, ...(workerFile && { workerFile }) },
      parcels: {
        ...config,
        fetch: (reference) => fetchImage(this.blobs, reference),
        onError: (err) => this.logger.error({ err }, "An image of a parcel failed for an unknown reason"),
      },
      networkThreads: config.networkThreads,
      providers: config.providers,
    });
    poolThreads.follow(() => this.served.pool.load.threads);
    poolRunning.follow(() => this.served.pool.load.running);
    poolWaiting.follow(() => this.currentLoad().waiting);
    announceSuspects(this.broker, this.suspects.found);
    this.catchUp = await CatchUp.start({
      broker: this.broker,
      logger: this.logger,
      served: this.served,
      suspects: this.suspects,
      onModelsChanged: () => this.publishModels(),
    });
    // Published in the registry once the service has started.
    this.describeModels();
    logStart(this.logger, this.served, performance.now() - startedAt);
  },

  async stopped() {
    this.served?.refuse();
    await this.catchUp?.close();
    await this.served?.close();
    this.suspects?.close();
    await this.blobs.close();
  },
};

export default defineService(detector);
