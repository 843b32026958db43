/**
 * Parcels: images of one job that arrive in one call. Few are handed to the pool at a time. The others wait here, from
 * where they can be given back before they are begun. The caller then tries them elsewhere, and no attempt counts.
 */
import { SpanKind } from "@opentelemetry/api";
import { RoundRobin } from "../concurrency/round-robin.ts";
import { defaultDetectionOptions } from "../contracts/default-options.ts";
import type { DetectManyParams, ImageOutcome } from "../contracts/detector-actions.ts";
import { facesHaarModel } from "../contracts/faces-haar.ts";
import type { ImageReference } from "../contracts/image-source.ts";
import type { ModelVersion } from "../contracts/model-name.ts";
import { detectorShuttingDown, type Failure, failure } from "../errors.ts";
import { counted } from "../telemetry/detections.ts";
import { inSpan, inThisTrace } from "../telemetry/tracing.ts";
import { asFailure } from "../transport/failures.ts";
import type { VisionPool } from "./pool.ts";
import type { PoolSettings } from "./pool-types.ts";

export interface ParcelsSettings extends Pick<PoolSettings, "threads" | "queueSize"> {
  /** Time limit of an image whose call sets none. */
  readonly imageTimeoutMs: number;
  readonly fetch: (reference: ImageReference) => Promise<Uint8Array>;
  /** Called for an unexpected error of an image, which its outcome does not show. */
  readonly onError: (error: unknown) => void;
}

interface Parcel {
  readonly jobId: string;
  /** Images that were not handed to the pool. */
  readonly waiting: Set<WaitingImage>;
}

interface WaitingImage {
  readonly parcel: Parcel;
  readonly detect: () => Promise<ImageOutcome>;
  readonly resolve: (outcome: ImageOutcome) => void;
}

/**
 * Images that are handed to the pool per thread: two that were sent to it, and two whose bytes are fetched meanwhile.
 */
const IN_POOL = { atLeast: 8, perThread: 4 };
const NO_BYTES = Buffer.alloc(0);

export class Parcels {
  readonly #pool: VisionPool;
  readonly #settings: ParcelsSettings;
  readonly #maxInPool: number;
  /** Waiting images, round-robin among jobs. */
  readonly #queue = new RoundRobin<string, WaitingImage, WaitingImage>();
  readonly #parcels = new Set<Parcel>();
  #inPool = 0;

  constructor(pool: VisionPool, settings: ParcelsSettings) {
    this.#pool = pool;
    this.#settings = settings;
    const { threads, queueSize } = settings;
    this.#maxInPool = Math.min(queueSize, Math.max(IN_POOL.atLeast, IN_POOL.perThread * threads));
    pool.refusing.addEventListener("abort", () => {
      for (const parcel of this.#parcels) this.#giveBack(parcel, detectorShuttingDown());
    });
  }

  /** Number of images that were not handed to the pool yet. */
  get waiting(): number {
    return this.#queue.size;
  }

  /**
   * Processes the images. An image has `timeoutMs` from when it is handed to the pool, which must happen within
   * `timeoutMs` of the call.
   * @param models The named models or the default, for the statistics.
   * @returns the outcomes in the order of the images.
   * @throws OVERLOADED, SHUTTING_DOWN if none can be taken.
   */
  async run(params: DetectManyParams, models: readonly ModelVersion[] = [facesHaarModel]): Promise<ImageOutcome[]> {
    const { jobId, images, timeoutMs = this.#settings.imageTimeoutMs } = params;
    this.#pool.requireRoom("bulk", this.waiting);
    const parcel: Parcel = { jobId, waiting: new Set() };
    this.#parcels.add(parcel);
    const expire = () => {
      const detail = `The image was not begun within ${timeoutMs} ms.`;
      this.#giveBack(parcel, failure("OVERLOADED", detail, { retryAfterSeconds: 1 }));
    };
    const timer = setTimeout(expire, timeoutMs);
    try {
      const outcomes = images.map((image) => this.#enqueue(parcel, { jobId, ...image }, params, models));
      this.#fill();
      return await Promise.all(outcomes);
    } finally {
      clearTimeout(timer);
      this.#parcels.delete(parcel);
    }
  }

  /** Gives back the images of a job that was cancelled, was deleted or has finished. */
  end(jobId: string): void {
    for (const parcel of this.#parcels)
      if (parcel.jobId === jobId)
        this.#giveBack(parcel, failure("OVERLOADED", "The image was not begun: its job has ended."));
  }

  #enqueue(
    parcel: Parcel,
    reference: ImageReference,
    params: DetectManyParams,
    models: readonly ModelVersion[],
  ): Promise<ImageOutcome> {
    return new Promise((resolve) => {
      // Bound to this trace, because the detection begins when another image ends, which has a trace of its own.
      const detect = inThisTrace(() => this.#detect(reference, params, models));
      const image: WaitingImage = { parcel, detect, resolve };
      parcel.waiting.add(image);
      this.#queue.push(parcel.jobId, image, image);
    });
  }

  #fill(): void {
    while (this.#inPool < this.#maxInPool) {
      const image = this.#queue.shift();
      if (!image) return;
      image.parcel.waiting.delete(image);
      void this.#begin(image);
    }
  }

  async #begin({ detect, resolve }: WaitingImage): Promise<void> {
    this.#inPool++;
    resolve(await detect());
    this.#inPool--;
    this.#fill();
  }

  async #detect(
    reference: ImageReference,
    params: DetectManyParams,
    counting: readonly ModelVersion[],
  ): Promise<ImageOutcome> {
    const { models, options, timeoutMs = this.#settings.imageTimeoutMs } = params;
    const task = { file: NO_BYTES, options: { ...defaultDetectionOptions, ...options } };
    const attributes = { "sightline.image_sha256": reference.sha256 };
    try {
      const detection = await inSpan("detect image", SpanKind.INTERNAL, { attributes }, () => {
        const fetch = inThisTrace(() => this.#settings.fetch(reference));
        const run = { timeoutMs, priority: "bulk", fetch } as const;
        return counted(this.#pool.run(models ? { ...task, models } : task, run), counting);
      });
      return { detection };
    } catch (error) {
      const known = asFailure(error);
      if (known.type === "INTERNAL_ERROR") this.#settings.onError(error);
      return toOutcome(known);
    }
  }

  #giveBack({ waiting }: Parcel, reason: Failure): void {
    for (const image of waiting) {
      this.#queue.remove(image);
      image.resolve(toOutcome(reason));
    }
    waiting.clear();
  }
}

function toOutcome({ type: code, message: detail, data }: Failure): ImageOutcome {
  return { failure: { code, detail, ...(data && Object.keys(data).length > 0 && { data }) } };
}
