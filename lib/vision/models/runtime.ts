/** What the models run on, handed to them: OpenCV and onnxruntime are loaded in `workers/` only. */
import type { InferenceSession, Tensor } from "onnxruntime-node";
import type { ModelOutput } from "../../contracts/results.ts";
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
}

/** Planes of a picture to the network's outputs by their names. */
export type Network = (planes: Float32Array, height: number, width: number) => Promise<Record<string, Float32Array>>;

/** @param threads See docs/models.md: the pool has a thread for each core already. */
export async function openNetwork(onnx: Onnx, path: string, threads: number): Promise<Network> {
  const session: InferenceSession = await onnx.InferenceSession.create(path, {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
    // A plan of the memory is made for each size of the input, and kept.
    enableMemPattern: false,
    // Threads that wait for the next piece of work must not take a core from those that have some.
    extra: { session: { intra_op: { allow_spinning: "0" } } },
  });
  const input = session.inputNames[0] as string;
  return async (planes, height, width) => {
    const feeds = { [input]: new onnx.Tensor("float32", planes, [1, 3, height, width]) };
    const outputs = await session.run(feeds);
    const values = Object.entries(outputs).map(([name, tensor]) => [name, (tensor as Tensor).data]);
    return Object.fromEntries(values);
  };
}

export interface Runtime {
  readonly cv: OpenCv;
  readonly openNetwork: (path: string) => Promise<Network>;
}

/** The only output of a network that has one. */
export function soleOutput(outputs: Record<string, Float32Array>): Float32Array {
  const [output, another] = Object.values(outputs);
  if (!output || another) throw new Error("The network has not exactly one output.");
  return output;
}
