/** The networks of one thread: loads them, checks them against their references and runs them on images. */
import { readFileSync } from "node:fs";
import type { NetworkForm } from "../../contracts/model.ts";
import { isCalled } from "../../contracts/model-name.ts";
import type { ModelOutput, ModelResult } from "../../contracts/results.ts";
import { failure, modelUnavailable } from "../../errors.ts";
import type { CheckTime } from "../check-time.ts";
import { InputImage } from "../input-image.ts";
import { disagreement } from "./agreement.ts";
import { loadClassifier } from "./classifier.ts";
import type { ManifestEntry } from "./entry.ts";
import { type FaceDetector, loadFaceDetector } from "./face-detector.ts";
import { loadFaceEncoder } from "./face-encoder.ts";
import { loadObjectDetector } from "./object-detector.ts";
import type { AnalysisOptions, LoadableModel, OutputTensor, Runner, Runtime } from "./runtime.ts";
import { isShapeFault } from "./shape-fault.ts";

export class ModelRegistry {
  readonly #runners = new Map<string, Runner & { readonly version: string }>();
  readonly #faceDetectors = new Map<string, FaceDetector>();
  /** Why models are unavailable, by name. */
  readonly unavailable: Record<string, string> = {};

  /**
   * Loads the models one by one and runs each on the reference image, which also warms it up. A model that fails is
   * unavailable and does not affect the others.
   */
  static async load(runtime: Runtime, models: readonly LoadableModel[], selfCheckFile: Buffer): Promise<ModelRegistry> {
    const registry = new ModelRegistry();
    // Encoders use a detector loaded before them.
    const detectorsFirst = models.toSorted(
      (a, b) => Number(a.manifest.kind !== "face-detector") - Number(b.manifest.kind !== "face-detector"),
    );
    for (const model of detectorsFirst) {
      const { name, version } = model.manifest;
      try {
        const runner = await registry.#loadKind(runtime, model);
        const fault = await check(runtime, model.manifest, runner, selfCheckFile);
        if (fault) throw new Error(`it does not reproduce its reference result (${fault})`);
        registry.#runners.set(name, { ...runner, version });
      } catch (error) {
        registry.#faceDetectors.delete(name);
        registry.unavailable[name] = error instanceof Error ? error.message : String(error);
      }
    }
    return registry;
  }

  /** @throws MODEL_UNAVAILABLE; the errors of decoding the image; what `checkTime` throws. */
  async run(name: string, image: InputImage, options: AnalysisOptions, checkTime: CheckTime): Promise<ModelResult> {
    const runner = this.#runner(name);
    return { version: runner.version, ...(await runner.run(image, options, checkTime)) };
  }

  /** Inputs and outputs of the networks, by model name. */
  get networks(): Record<string, NetworkForm> {
    return Object.fromEntries(Array.from(this.#runners, ([name, { network }]) => [name, network.form]));
  }

  /**
   * Runs a model's network on a raw tensor.
   * @throws MODEL_UNAVAILABLE; INVALID_TENSOR if the network cannot take it; other errors of the runtime unchanged.
   */
  async infer(name: string, values: Float32Array, shape: readonly number[]): Promise<OutputTensor[]> {
    const { network } = this.#runner(name);
    try {
      return await network.infer(values, shape);
    } catch (error) {
      if (!isShapeFault(error)) throw error;
      // The runtime's own message refers to its source code.
      throw failure("INVALID_TENSOR", `The network cannot take a tensor of the shape [${shape}].`);
    }
  }

  #runner(called: string) {
    const named = this.#runners.get(called);
    if (named) return named;
    for (const [name, runner] of this.#runners) if (isCalled({ name, version: runner.version }, called)) return runner;
    throw modelUnavailable(called, this.unavailable[called] ?? "it is not loaded");
  }

  async #loadKind(runtime: Runtime, model: LoadableModel): Promise<Runner> {
    const { manifest } = model;
    switch (manifest.kind) {
      case "face-detector": {
        const detector = await loadFaceDetector(runtime, model);
        this.#faceDetectors.set(manifest.name, detector);
        return detector;
      }
      case "face-encoder":
        return loadFaceEncoder(runtime, model, this.#faceDetectors.get(manifest.detector));
      case "classifier":
        return loadClassifier(runtime, model);
      case "object-detector":
        return loadObjectDetector(runtime, model);
    }
  }
}

/** A model without a reference must at least run. */
async function check({ cv }: Runtime, manifest: ManifestEntry, runner: Runner, file: Buffer) {
  const image = new InputImage(cv, file, Number.POSITIVE_INFINITY);
  try {
    const result = await runner.run(image, {}, () => {});
    if (!manifest.referencePath) return undefined;
    return disagreement(result, JSON.parse(readFileSync(manifest.referencePath, "utf8")) as ModelOutput);
  } finally {
    image.release();
  }
}
