/** Takes images to a detector and brings back what was found. */
import type { Context, ServiceSchema } from "moleculer";
import { type Static, Type } from "typebox";
import { config } from "../lib/config.ts";
import { Bytes } from "../lib/contracts/bytes.ts";
import { DetectionOptions } from "../lib/contracts/options.ts";
import { params } from "../lib/contracts/validation.ts";
import { noDetector } from "../lib/errors.ts";
import type { PoolDetection, PoolLoad } from "../lib/vision/pool.ts";

const ProcessParams = Type.Object(
  {
    image: Bytes,
    options: Type.Optional(Type.Partial(DetectionOptions, { additionalProperties: false })),
    annotate: Type.Optional(Type.Enum(["png", "jpeg"])),
  },
  { additionalProperties: false },
);

const jobs: ServiceSchema = {
  name: "jobs",

  actions: {
    /** Processes one image at once, on whichever detector has room. */
    process: {
      params: params(ProcessParams),
      handler(ctx: Context<Static<typeof ProcessParams>>): Promise<PoolDetection> {
        const timeoutMs = config.imageTimeoutMs;
        return ctx.call("detector.detect", { ...ctx.params, timeoutMs, priority: "interactive" });
      },
    },

    /** Whether images can be processed now. @throws NO_DETECTOR */
    async ready(ctx: Context) {
      // Asking for an action nobody offers would be logged as a fault; before a detector is warm it is none.
      if (!this.broker.registry.getActionEndpoints("detector.load")?.hasAvailable()) throw noDetector();
      const { threads } = await ctx.call<PoolLoad, undefined>("detector.load", undefined, { timeout: 1000 });
      return { status: "ready", threads };
    },
  },
};

export default jobs;
