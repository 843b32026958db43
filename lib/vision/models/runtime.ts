/** What the models run on, handed to them: OpenCV and onnxruntime are loaded in `workers/` only. */
import type { InferenceSession, Tensor as OnnxTensor } from "onnxruntime-node";
import type { NetworkForm, TensorForm } from "../../contracts/model.ts";
import type { ModelOutput } from "../../contracts/results.ts";
import { giveBack } from "../memory.ts";
import type { OpenCv } from "../opencv.ts";
import type { Picture } from "../picture.ts";
import type { ManifestEntry } from "./manifest.ts";

export type Onnx = typeof import("onnxruntime-node");

/** A model whose files are there and are what the manifest says. */
export interface LoadableModel {
  readonly manifest: ManifestEntry;
  /** Paths of the files, by their role in the manifest. */
  readonly paths: Readonly<Record<string, string>>;
  /** Loaded because another model needs it; not served by itself. */
  readonly isHidden?: true;
}

export interface AnalysisOptions {
  readonly scoreThreshold?: number | undefined;
  readonly topK?: number | undefined;
}

/** A model, loaded. */
export interface Runner {
  run(picture: Picture, options: AnalysisOptions): Promise<ModelOutput>;
  readonly network: Network;
}

/** An output of a network. */
export interface OutputTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** Row by row. */
  readonly values: Float32Array;
}

export type Outputs = Readonly<Record<string, Float32Array>>;

/** A network of floats in and floats out. */
export interface Network {
  readonly form: NetworkForm;
  /**
   * Runs over the planes of an image, which are gone then. `read` is given the outputs by their names and must not
   * keep them.
   */
  run<T>(planes: Float32Array, height: number, width: number, read: (outputs: Outputs) => T): Promise<T>;
  /** A tensor of any shape to the outputs in their order. @throws what the runtime says of one it cannot take. */
  infer(values: Float32Array, shape: readonly number[]): Promise<OutputTensor[]>;
}

/** @param threads See docs/models.md: the pool has a thread for each core already. */
export async function openNetwork(onnx: Onnx, path: string, threads: number): Promise<Network> {
  const session: InferenceSession = await onnx.InferenceSession.create(path, {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    // What fails is thrown; written out too, it would let clients fill the log.
    logSeverityLevel: 4,
    // A plan of the memory is made for each size of the input, and kept.
    enableMemPattern: false,
    // Threads that wait for the next piece of work must not take a core from those that have some.
    extra: { session: { intra_op: { allow_spinning: "0" } } },
  });
  const [input, another] = session.inputMetadata.map(formOf);
  if (!input || another) throw new Error("The network has not exactly one input.");
  const outputs = session.outputMetadata.map(formOf);
  const infer: Network["infer"] = async (values, shape) => {
    const answer = await session.run({ [input.name]: new onnx.Tensor("float32", values, shape) });
    return outputs.map(({ name }) => {
      const { data, dims } = answer[name] as OnnxTensor;
      return { name, shape: dims, values: data as Float32Array };
    });
  };
  return {
    form: { input, outputs },
    infer,
    async run(planes, height, width, read) {
      try {
        const answer = await infer(planes, [1, 3, height, width]);
        try {
          return read(Object.fromEntries(answer.map(({ name, values }) => [name, values])));
        } finally {
          for (const { values } of answer) giveBack(values);
        }
      } finally {
        giveBack(planes);
      }
    },
  };
}

/** Sizes that are up to the caller, which onnxruntime gives as names, are -1. */
function formOf(metadata: InferenceSession.ValueMetadata): TensorForm {
  if (!metadata.isTensor || metadata.type !== "float32") throw new Error(`${metadata.name} is no tensor of floats.`);
  return { name: metadata.name, shape: metadata.shape.map((size) => (typeof size === "number" ? size : -1)) };
}

export interface Runtime {
  readonly cv: OpenCv;
  readonly openNetwork: (path: string) => Promise<Network>;
}

/** The only output of a network that has one. */
export function soleOutput(outputs: Outputs): Float32Array {
  const [output, another] = Object.values(outputs);
  if (!output || another) throw new Error("The network has not exactly one output.");
  return output;
}
