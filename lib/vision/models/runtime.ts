/** Dependencies of the models, injected because OpenCV and onnxruntime are loaded only in `workers/`. */
import type { InferenceSession, Tensor as OnnxTensor } from "onnxruntime-node";
import type { NetworkForm, TensorForm } from "../../contracts/model.ts";
import type { ModelOutput } from "../../contracts/results.ts";
import type { InputImage } from "../input-image.ts";
import { giveBack } from "../memory.ts";
import type { OpenCv } from "../opencv.ts";
import type { ManifestEntry } from "./manifest.ts";

export type Onnx = typeof import("onnxruntime-node");

/** A model whose files are present and match the manifest. */
export interface LoadableModel {
  readonly manifest: ManifestEntry;
  /** Paths of the files by their role in the manifest. */
  readonly paths: Readonly<Record<string, string>>;
  /** Loaded only because another model needs it; not served itself. */
  readonly isHidden?: true;
}

export interface AnalysisOptions {
  readonly scoreThreshold?: number | undefined;
  readonly topK?: number | undefined;
}

/** A loaded model. */
export interface Runner {
  run(image: InputImage, options: AnalysisOptions): Promise<ModelOutput>;
  readonly network: Network;
}

/** An output of a network. */
export interface OutputTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** In row-major order. */
  readonly values: Float32Array;
}

export type Outputs = Readonly<Record<string, Float32Array>>;

/** A network with float inputs and outputs. */
export interface Network {
  readonly form: NetworkForm;
  /** Runs on the planes of an image, which are freed. `read` gets the outputs by name and must not keep them. */
  run<T>(planes: Float32Array, height: number, width: number, read: (outputs: Outputs) => T): Promise<T>;
  /** Maps a tensor of any shape to the outputs, in order. @throws the runtime's error if it rejects the tensor. */
  infer(values: Float32Array, shape: readonly number[]): Promise<OutputTensor[]>;
}

/** @param threads See docs/models.md: the pool already has a thread per core. */
export async function openNetwork(onnx: Onnx, path: string, threads: number): Promise<Network> {
  const session: InferenceSession = await onnx.InferenceSession.create(path, {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    // Errors are thrown; logging them as well would let clients flood the log.
    logSeverityLevel: 4,
    // Memory patterns are kept for every input size.
    enableMemPattern: false,
    // Idle threads must not spin on cores that busy threads need.
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

/** Variable dimensions, which onnxruntime gives as names, become -1. */
function formOf(metadata: InferenceSession.ValueMetadata): TensorForm {
  if (!metadata.isTensor || metadata.type !== "float32") throw new Error(`${metadata.name} is no tensor of floats.`);
  return { name: metadata.name, shape: metadata.shape.map((size) => (typeof size === "number" ? size : -1)) };
}

export interface Runtime {
  readonly cv: OpenCv;
  readonly openNetwork: (path: string) => Promise<Network>;
}

/** The output of a network with exactly one. */
export function soleOutput(outputs: Outputs): Float32Array {
  const [output, another] = Object.values(outputs);
  if (!output || another) throw new Error("The network has not exactly one output.");
  return output;
}
