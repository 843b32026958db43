/** Runs models over images in a pool of threads. Any number of nodes may offer it. */
import type { Context, ServiceSchema, ServiceSettingSchema } from "moleculer";
import { type Static, Type } from "typebox";
import { config } from "../lib/config.ts";
import { Bytes, toBuffer } from "../lib/contracts/bytes.ts";
import { DetectionOptions, defaultDetectionOptions } from "../lib/contracts/options.ts";
import { params } from "../lib/contracts/validation.ts";
import { VisionPool } from "../lib/vision/pool.ts";
import { isSelfCheckPassed, selfCheckFile } from "../lib/vision/self-check.ts";
import { priorities } from "../lib/vision/waiting-line.ts";

const DetectParams = Type.Object(
  {
    image: Bytes,
    options: Type.Optional(Type.Partial(DetectionOptions, { additionalProperties: false })),
    annotate: Type.Optional(Type.Enum(["png", "jpeg"])),
    timeoutMs: Type.Optional(Type.Integer({ minimum: 1, maximum: 3_600_000 })),
    priority: Type.Optional(Type.Enum([...priorities])),
  },
  { additionalProperties: false },
);

/** `workerFile` replaces the worker in tests. */
type Settings = ServiceSettingSchema & { readonly workerFile?: string };
type DetectorSchema = ServiceSchema<Settings, object, { pool: VisionPool }>;

const detector: DetectorSchema = {
  name: "detector",

  actions: {
    /** The faces of one image, with its size, hash and timings. */
    detect: {
      params: params(DetectParams),
      handler(ctx: Context<Static<typeof DetectParams>>) {
        const { image, options, annotate, timeoutMs = config.imageTimeoutMs, priority = "interactive" } = ctx.params;
        return this.pool.run(
          { file: toBuffer(image), options: { ...defaultDetectionOptions, ...options }, annotate },
          { timeoutMs, priority },
        );
      },
    },

    /** Threads, images in work and images waiting. */
    load() {
      return this.pool.load;
    },
  },

  async started() {
    // OpenCV's own limit, should a decoder read other dimensions than the header check did.
    process.env.OPENCV_IO_MAX_IMAGE_PIXELS = String(config.maxImagePixels);
    process.env.OPENCV_LOG_LEVEL = "ERROR";
    const startedAt = performance.now();
    const { threads, opencvThreads, queueSize, maxImagePixels } = config;
    const { workerFile } = this.settings;
    this.pool = await VisionPool.start(
      { threads, opencvThreads, queueSize, maxImagePixels, ...(workerFile && { workerFile }) },
      { file: selfCheckFile(), options: defaultDetectionOptions },
      isSelfCheckPassed,
    );
    this.logger.info({ threads, opencvThreads, startedInMs: performance.now() - startedAt }, "Detector is warm");
  },

  async stopped() {
    await this.pool?.close();
  },
};

export default detector;
