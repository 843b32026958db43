/** Runs models over images in a pool of threads. Any number of nodes may offer it. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Context, ServiceSchema, ServiceSettingSchema } from "moleculer";
import type { DetectorLoad } from "../lib/balancing/detector-ledger.ts";
import { connectedDetectors, type DetectorMetadata } from "../lib/balancing/detectors.ts";
import { config } from "../lib/config.ts";
import { toBuffer } from "../lib/contracts/bytes.ts";
import * as contract from "../lib/contracts/detector-actions.ts";
import type { Model } from "../lib/contracts/model.ts";
import { defaultDetectionOptions } from "../lib/contracts/options.ts";
import { params } from "../lib/contracts/validation.ts";
import { counted, countedTensor } from "../lib/telemetry/detections.ts";
import { poolRunning, poolThreads, poolWaiting } from "../lib/telemetry/metrics.ts";
import { describeModels, openCatalog, requireReady, statesOf } from "../lib/vision/models/catalog.ts";
import { checkTensor } from "../lib/vision/models/tensor.ts";
import { type PoolSettings, VisionPool } from "../lib/vision/pool.ts";
import { isSelfCheckPassed, selfCheckFile } from "../lib/vision/self-check.ts";

/** A worker of another kind can take the place of ours, as in tests of what happens when one hangs. */
type DetectorSettings = ServiceSettingSchema & Pick<Partial<PoolSettings>, "workerFile">;
type DetectorSchema = ServiceSchema<
  DetectorSettings,
  { leave(): Promise<void>; handOver(): void; tellLoad(ctx: Context<unknown, { detectorLoad?: DetectorLoad }>): void },
  { pool: VisionPool; models: Model[] }
>;

/** For whoever started the process: it ended because a thread hung and wants to be started again. */
const EXIT_HUNG = 70;
const LAST_WORDS_MS = 5_000;

const detector: DetectorSchema = {
  name: "detector",

  // Others choose by it.
  metadata: {
    threads: config.threads,
    queueSize: config.queueSize,
    models: {},
  } satisfies DetectorMetadata,

  actions: {
    /** What one image gives: its faces, or what the named models find; with its size, hash and timings. */
    detect: {
      params: params(contract.DetectParams),
      async handler(ctx: Context<contract.DetectParams, { detectorLoad?: DetectorLoad }>) {
        const {
          image,
          models,
          options,
          annotate,
          timeoutMs = config.imageTimeoutMs,
          priority = "interactive",
        } = ctx.params;
        if (models) requireReady(this.models, models);
        const task = { file: toBuffer(image), options: { ...defaultDetectionOptions, ...options }, annotate };
        try {
          return await counted(this.pool.run(models ? { ...task, models } : task, { timeoutMs, priority }));
        } finally {
          this.tellLoad(ctx);
        }
      },
    },

    /** What a model's network gives for a tensor. @throws INVALID_TENSOR */
    infer: {
      params: params(contract.InferParams),
      async handler(ctx: Context<contract.InferParams, { detectorLoad?: DetectorLoad }>) {
        const { model, shape, values, timeoutMs = config.imageTimeoutMs } = ctx.params;
        requireReady(this.models, [model]);
        const found = this.models.find(({ name }) => name === model) as Model;
        const file = toBuffer(values);
        checkTensor(found.network, shape, file.byteLength);
        try {
          const task = { network: model, shape, file };
          return await countedTensor(found, this.pool.run(task, { timeoutMs, priority: "interactive" }));
        } finally {
          this.tellLoad(ctx);
        }
      },
    },

    /** The models of this node. */
    models() {
      return this.models;
    },

    /** Threads, images in work and images waiting; the models and whether they are ready. */
    load() {
      return { ...this.pool.load, models: statesOf(this.models) };
    },
  },

  methods: {
    /** For whoever chooses the detector of the next image. */
    tellLoad({ meta }: Context<unknown, { detectorLoad?: DetectorLoad }>) {
      const { running, waiting } = this.pool.load;
      meta.detectorLoad = { busy: running + waiting, serviceMs: this.pool.serviceMs };
    },

    /** Images that wait here are processed sooner by another detector, if there is one. */
    handOver() {
      if (connectedDetectors(this.broker).length > 1) this.pool?.refuse();
    },

    /** A hanging native call ends only with its process. What else is in work gets a moment to finish. */
    async leave() {
      this.logger.fatal({ hangTimeoutMs: config.hangTimeoutMs }, "A thread of the detector hangs; the process ends");
      await Promise.race([this.broker.stop(), sleep(LAST_WORDS_MS)]);
      process.exit(EXIT_HUNG);
    },
  },

  async started() {
    // OpenCV's own limit, should a decoder read other dimensions than the header check did.
    process.env.OPENCV_IO_MAX_IMAGE_PIXELS = String(config.maxImagePixels);
    process.env.OPENCV_LOG_LEVEL = "ERROR";
    const startedAt = performance.now();
    const { threads, opencvThreads } = config;
    const { workerFile } = this.settings;
    const catalog = await openCatalog(config);
    const served = { facesHaar: catalog.facesHaar, models: catalog.loadable, networkThreads: config.networkThreads };
    const warmUp = { file: selfCheckFile(), options: defaultDetectionOptions };
    this.pool = await VisionPool.start(
      { ...config, served, onHung: () => this.leave(), ...(workerFile && { workerFile }) },
      catalog.facesHaar ? warmUp : { ...warmUp, models: [] },
      isSelfCheckPassed,
    );
    poolThreads.follow(() => this.pool.load.threads);
    poolRunning.follow(() => this.pool.load.running);
    poolWaiting.follow(() => this.pool.load.waiting);
    const worker = await this.pool.describe();
    this.models = describeModels(catalog, worker);
    // The registry tells it to the other nodes when the service has started.
    this.metadata.models = statesOf(this.models);
    const { haarEngine: engine } = worker;
    if (engine?.fallbackReason) this.logger.warn({ engine }, "Our own engine cannot be had; OpenCV's takes its place");
    for (const { name, reason } of this.models.filter(({ state }) => state === "unavailable")) {
      // Models nobody asked for and nobody pulled are no fault.
      const level = catalog.notPulled.has(name) && !config.models ? "info" : "warn";
      this.logger[level]({ model: name, reason }, "A model is unavailable");
    }
    this.logger.info(
      { threads, opencvThreads, engine, models: statesOf(this.models), startedInMs: performance.now() - startedAt },
      "Detector is warm",
    );
  },

  async stopped() {
    await this.pool?.close();
  },
};

export default detector;
