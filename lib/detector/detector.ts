/** A detector: models in a pool of threads, the images of jobs that they read, and those that they refuse. */
import { join } from "node:path";
import packageJson from "../../package.json" with { type: "json" };
import type { Config } from "../config.ts";
import type { CallMeta, CallOptions } from "../contracts/action.ts";
import { toBuffer } from "../contracts/bytes.ts";
import { defaultDetectionOptions } from "../contracts/default-options.ts";
import type { DetectManyParams, DetectParams, ImageOutcome, InferParams } from "../contracts/detector-actions.ts";
import { facesHaarModel } from "../contracts/faces-haar.ts";
import { readImageSource } from "../contracts/image-source.ts";
import type { Model, ModelChange } from "../contracts/model.ts";
import { isCalled, type ModelVersion } from "../contracts/model-name.ts";
import { fetchImage } from "../jobs/fetch-image.ts";
import type { BlobAccess } from "../ports/blob-store.ts";
import { counted, countedTensor } from "../telemetry/detections.ts";
import { inThisTrace } from "../telemetry/tracing.ts";
import { requireReady } from "../vision/models/catalog.ts";
import { checkTensor } from "../vision/models/tensor.ts";
import type { PoolAnalysis, PoolDetection, PoolInference, PoolLoad, PoolSettings } from "../vision/pool-types.ts";
import { ServedModels } from "../vision/served-models.ts";
import { Suspects } from "../vision/suspects/suspects.ts";

export interface DetectorSettings extends Pick<PoolSettings, "onHung"> {
  readonly config: Config;
  /** Where images of jobs are read. */
  readonly blobs: Pick<BlobAccess, "get">;
  /** Replaces the worker, for example in tests of hangs. */
  readonly workerFile?: string | undefined;
  /** Called when an image has been found to cause a crash or a hang. */
  readonly onRefused: (sha256: string) => void;
  /**
   * Called with the first failed write of the records of suspects; they are then known only while the process lives.
   */
  readonly onUnwritable: (error: unknown) => void;
  /** Called with an error of an image of a parcel that is none of those that the API knows. */
  readonly onError: (error: unknown) => void;
}

/** Who waits for the answer: the client, for fair shares, and what ends its wait; see `CallMeta` and `CallOptions`. */
type Caller = Pick<CallOptions, "signal"> & { readonly client: CallMeta["client"] | undefined };

/** Placeholder for an image given as a reference. */
const NO_BYTES = Buffer.alloc(0);

export class Detector {
  readonly served: ServedModels;
  readonly suspects: Suspects;
  readonly #config: Config;
  readonly #blobs: Pick<BlobAccess, "get">;

  private constructor({ config, blobs }: DetectorSettings, suspects: Suspects, served: ServedModels) {
    this.#config = config;
    this.#blobs = blobs;
    this.suspects = suspects;
    this.served = served;
  }

  /** @throws as `ServedModels.start` does. */
  static async start(settings: DetectorSettings): Promise<Detector> {
    const { config, blobs, workerFile, onHung, onRefused, onError, onUnwritable } = settings;
    const folder = join(config.dataDir, "detector");
    const suspects = new Suspects({ version: packageJson.version, folder, onUnwritable });
    const served = await ServedModels.start({
      catalog: config,
      pool: { ...config, suspects, onHung, onRefused, ...(workerFile && { workerFile }) },
      parcels: { ...config, fetch: (reference) => fetchImage(blobs, reference), onError },
      networkThreads: config.networkThreads,
      providers: config.providers,
    });
    return new Detector(settings, suspects, served);
  }

  /** @throws IMAGE_TIMEOUT, OVERLOADED, SHUTTING_DOWN; the signal's reason; the errors of images and models */
  async detect(params: DetectParams, { client, signal }: Caller): Promise<PoolDetection | PoolAnalysis> {
    const { image, models, options, annotate, suspect: isSuspect = false } = params;
    const { timeoutMs = this.#config.imageTimeoutMs, priority = "interactive" } = params;
    const served = this.#ready(models);
    const source = readImageSource(image);
    const file = Buffer.isBuffer(source) ? source : NO_BYTES;
    const task = { file, options: { ...defaultDetectionOptions, ...options }, annotate };
    const fetch = Buffer.isBuffer(source) ? {} : { fetch: inThisTrace(() => fetchImage(this.#blobs, source)) };
    const run = { timeoutMs, priority, isSuspect, signal, ...(priority === "interactive" && { client }), ...fetch };
    return counted(this.served.pool.run(models ? { ...task, models } : task, run), served);
  }

  /** @throws MODEL_NOT_FOUND, MODEL_UNAVAILABLE; the failures of images are outcomes. */
  async detectMany(params: DetectManyParams): Promise<ImageOutcome[]> {
    return this.served.parcels.run(params, this.#ready(params.models));
  }

  /** @throws as `detect` does, and INVALID_TENSOR */
  async infer(params: InferParams, { client, signal }: Caller): Promise<PoolInference & { readonly version?: string }> {
    const { model, shape, values, timeoutMs = this.#config.imageTimeoutMs, suspect: isSuspect = false } = params;
    const [found] = requireReady(this.served.models, [model]) as [Model];
    const file = toBuffer(values);
    checkTensor(found.network, shape, file.byteLength);
    const run = { timeoutMs, priority: "interactive", client, signal, isSuspect } as const;
    const inference = await countedTensor(found, this.served.pool.run({ network: model, shape, file }, run));
    return { ...inference, version: found.version };
  }

  /** @returns the model after the change. @throws as `ServedModels.change` does. */
  async changeModel(change: ModelChange): Promise<Model> {
    await this.served.change([change]);
    return this.served.models.find((model) => isCalled(model, change.name)) as Model;
  }

  /** Of the pool, with the images that wait to be handed to it. */
  get load(): PoolLoad {
    const { waiting, ...load } = this.served.pool.load;
    return { ...load, waiting: waiting + this.served.parcels.waiting };
  }

  /** What balancers of other nodes go by; see `CallMeta`. */
  get loadForBalancers(): NonNullable<CallMeta["detectorLoad"]> {
    const { running, waiting } = this.load;
    const { bulk, serviceMs } = this.served.pool;
    return { busy: running + waiting, bulk: bulk + this.served.parcels.waiting, serviceMs };
  }

  /** Finishes running images and stops all threads. */
  async close(): Promise<void> {
    await this.served.close();
    this.suspects.close();
  }

  #ready(models: DetectParams["models"]): readonly ModelVersion[] {
    return models ? requireReady(this.served.models, models) : [facesHaarModel];
  }
}
