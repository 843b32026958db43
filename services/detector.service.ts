/** Runs models on images in a thread pool. Any number of nodes may offer it. */
import type { Context, ServiceSettingSchema } from "moleculer";
import { SharedBlobs } from "../lib/backends/blob-access.ts";
import { connectedDetectors, type DetectorMetadata } from "../lib/balancing/detectors.ts";
import { config } from "../lib/config.ts";
import type { CallMeta, CallOptions } from "../lib/contracts/action.ts";
import { broadcasts, type Received } from "../lib/contracts/broadcasts.ts";
import { CatchUp } from "../lib/detector/catch-up.ts";
import { Detector, type DetectorSettings } from "../lib/detector/detector.ts";
import { logStart } from "../lib/detector/log-start.ts";
import { announceRefusal, announceSuspects } from "../lib/detector/refused-images.ts";
import { metricsOfProcess, poolRunning, poolThreads, poolWaiting } from "../lib/telemetry/metrics.ts";
import { modelCounts } from "../lib/telemetry/model-statistics.ts";
import { endProcess } from "../lib/transport/end-process.ts";
import { defineService, type ServiceDefinition } from "../lib/transport/service.ts";
import { WAS_AWAY } from "../lib/transport/transit.ts";
import { statesOf, versionsOf } from "../lib/vision/models/catalog.ts";

type Settings = ServiceSettingSchema & Pick<DetectorSettings, "workerFile">;
interface Vars {
  detector: Detector;
  blobs: SharedBlobs;
  catchUp: CatchUp;
}
interface Methods {
  startDetector(): Promise<Detector>;
  answering<T>(ctx: Context<unknown, CallMeta>, answer: Promise<T>): Promise<T>;
  describeModels(): void;
  publishModels(): void;
  leave(): Promise<void>;
  handOver(): void;
}

/** Time for other running images to finish when a thread hangs. */
const FINISH_MS = 500;

function callerOf({ meta: { client }, options }: Context<unknown, CallMeta>) {
  const { signal }: CallOptions = options;
  return { client, signal };
}

const service: ServiceDefinition<"detector", Vars, Methods, Settings> = {
  name: "detector",

  // Metadata that is published in the registry for load balancing.
  metadata: {
    threads: config.threads,
    queueSize: config.queueSize,
    models: {},
    versions: {},
    isToBeAsked: false,
  } satisfies DetectorMetadata,

  actions: {
    detect(ctx) {
      return this.answering(ctx, this.detector.detect(ctx.params, callerOf(ctx)));
    },

    detectMany(ctx) {
      return this.answering(ctx, this.detector.detectMany(ctx.params));
    },

    infer(ctx) {
      return this.answering(ctx, this.detector.infer(ctx.params, callerOf(ctx)));
    },

    models() {
      return this.detector.served.models;
    },

    async changeModel({ params }) {
      const model = await this.detector.changeModel(params);
      const { name, version } = model;
      this.logger.info({ model: name, version }, params.isLoaded ? "A model was loaded" : "A model was unloaded");
      this.publishModels();
      return model;
    },

    modelChanges() {
      return this.detector.served.changes;
    },

    async prepareTrial() {
      await this.detector.served.pool.prepareTrial();
    },

    refusals() {
      return this.detector.suspects.refusals;
    },

    metrics: metricsOfProcess,

    modelCounts,

    load() {
      return { ...this.detector.load, models: statesOf(this.detector.served.models) };
    },
  },

  events: {
    [broadcasts.jobFinished.name]({ params: id }: Received<typeof broadcasts.jobFinished>) {
      this.detector.served.endJob(id);
    },
    [broadcasts.imageRefused.name]({ params: { sha256, at } }: Received<typeof broadcasts.imageRefused>) {
      this.detector.suspects.refuse(sha256, at);
      // Once: detectors that start ask this one from then on.
      if (!this.metadata.isToBeAsked) this.publishModels();
    },
    [broadcasts.imageSuspected.name]({ params }: Received<typeof broadcasts.imageSuspected>) {
      this.detector.suspects.suspect(params);
    },
    // Changes that the other detector was told of while the two were disconnected did not reach this one.
    "$node.connected"() {
      this.catchUp.wake();
    },
    "$node.updated"() {
      this.catchUp.wakeIfNew();
    },
    [WAS_AWAY]() {
      this.catchUp.wake();
    },
    /**
     * A process that shares the data folder may have died because of an image. The client may send it to this one next.
     */
    "$node.disconnected"({ params: { unexpected } }: Context<{ readonly unexpected: boolean }>) {
      if (unexpected) announceSuspects(this.broker, this.detector.suspects.collect());
    },
  },

  methods: {
    startDetector() {
      const { logger, broker } = this;
      return Detector.start({
        config,
        blobs: this.blobs,
        workerFile: this.settings.workerFile,
        onHung: () => this.leave(),
        onRefused: (sha256) => announceRefusal(broker, logger, sha256),
        onUnwritable: (error) => {
          // A stack would only hide the reason.
          const reason = error instanceof Error ? error.message : String(error);
          logger.warn({ reason, dataDir: config.dataDir }, "Images that crash the detector cannot be recorded");
        },
        onError: (err) => logger.error({ err }, "An image of a parcel failed for an unknown reason"),
      });
    },

    /** Reports the load to the balancer with the answer. */
    async answering({ meta }, answer) {
      try {
        return await answer;
      } finally {
        meta.detectorLoad = this.detector.loadForBalancers;
      }
    },

    describeModels() {
      const { models, changes } = this.detector.served;
      const isToBeAsked = changes.length > 0 || this.detector.suspects.refusals.length > 0;
      Object.assign(this.metadata, { models: statesOf(models), versions: versionsOf(models), isToBeAsked });
    },

    /** Tells the other nodes what this detector serves now. */
    publishModels() {
      this.describeModels();
      // Increments the node's number, so that other nodes and caches notice the change.
      this.broker.registry.regenerateLocalRawInfo(true);
      this.broker.servicesChanged(true);
    },

    /** Refuses waiting images if another detector can process them sooner. A stop may come before the start is over. */
    handOver() {
      if (connectedDetectors(this.broker).length > 1) this.detector?.served.refuse();
    },

    /** Only ending the process stops a hung native call. */
    async leave() {
      this.logger.fatal({ hangTimeoutMs: config.hangTimeoutMs }, "A thread of the detector hangs; the process ends");
      await this.detector.served.abandon(FINISH_MS);
      await endProcess(this.broker);
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
    const detector = await this.startDetector();
    this.detector = detector;
    poolThreads.follow(() => detector.load.threads);
    poolRunning.follow(() => detector.load.running);
    poolWaiting.follow(() => detector.load.waiting);
    announceSuspects(this.broker, detector.suspects.found);
    this.catchUp = await CatchUp.start({
      broker: this.broker,
      logger: this.logger,
      served: detector.served,
      suspects: detector.suspects,
      onModelsChanged: () => this.publishModels(),
    });
    // The registry publishes this once the service has started.
    this.describeModels();
    logStart(this.logger, detector.served, performance.now() - startedAt);
  },

  async stopped() {
    this.detector?.served.refuse();
    await this.catchUp?.close();
    await this.detector?.close();
    await this.blobs?.close();
  },
};

export default defineService(service);
