/** Dependencies of the models, injected because OpenCV and onnxruntime are loaded only in `workers/`. */
import type { InferenceSession, Tensor as OnnxTensor } from "onnxruntime-node";
import type { NetworkForm, Provider, TensorForm } from "../../contracts/model.ts";
import type { ModelOutput } from "../../contracts/results.ts";
import type { CheckTime } from "../check-time.ts";
import type { InputImage } from "../input-image.ts";
import { giveBack } from "../memory.ts";
import type { OpenCv } from "../opencv.ts";
import type { ManifestEntry } from "./entry.ts";
import { withFirstWorking } from "./providers.ts";

export type Onnx = typeof import("onnxruntime-node");

/** A model whose files are present and match the manifest. */
export interface LoadableModel {
  readonly manifest: ManifestEntry;
  /** Paths of the files by their role in the manifest. */
  readonly paths: Readonly<Record<string, string>>;
  /** Whether the model is loaded only because another one needs it, and is not served itself. */
  readonly isHidden?: true;
}

export interface AnalysisOptions {
  readonly scoreThreshold?: number | undefined;
  readonly topK?: number | undefined;
}

/** A loaded model. */
export interface Runner {
  /** @param checkTime Called before each step whose number depends on what the image shows. Its errors are thrown. */
  run(image: InputImage, options: AnalysisOptions, checkTime: CheckTime): Promise<ModelOutput>;
  readonly network: Network;
}

/** An output of a network. */
export interface OutputTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** Values in row-major order. */
  readonly values: Float32Array;
}

/** A network with one input. Its values are floats here, whatever its own type is. */
export interface Network {
  readonly form: NetworkForm;
  /** Runs the network and frees the values. `read` gets the outputs, in order, and must not keep them. */
  run<T>(values: Float32Array, shape: readonly number[], read: (outputs: readonly OutputTensor[]) => T): Promise<T>;
  /** Maps a tensor of any shape to the outputs, in order. @throws the runtime's error if it rejects the tensor. */
  infer(values: Float32Array, shape: readonly number[]): Promise<OutputTensor[]>;
}

/**
 * @param threads Threads per network, see docs/models.md. The pool already has a thread per core.
 * @param wanted Providers in order of preference.
 * @throws Error if no provider can run the network, or if it does not have exactly one input.
 */
export async function openNetwork(
  onnx: Onnx,
  path: string,
  threads: number,
  wanted: readonly Provider[] = ["cpu"],
): Promise<Network> {
  // Why a provider cannot be used is in our log; as onnxruntime says it, in colour, no program can read it.
  onnx.env.logLevel = "fatal";
  const { opened, ...provided } = await withFirstWorking(wanted, (provider) =>
    openSession(onnx, path, threads, provider),
  );
  return networkOf(onnx, opened, provided);
}

function openSession(onnx: Onnx, path: string, threads: number, provider: Provider): Promise<InferenceSession> {
  return onnx.InferenceSession.create(path, {
    executionProviders: [provider],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    // Errors are thrown. Logging them as well would let clients flood the log.
    logSeverityLevel: 4,
    // Disabled because memory patterns are kept for every input size.
    enableMemPattern: false,
    // Idle threads must not spin on cores that busy threads need. Without the exact products, a network of 8-bit numbers
    // overflows on processors without VNNI instructions, and its scores are wrong. Others are no slower.
    extra: { session: { intra_op: { allow_spinning: "0" }, x64quantprecision: "1" } },
  });
}

function networkOf(
  onnx: Onnx,
  session: InferenceSession,
  provided: Pick<NetworkForm, "provider" | "fallbackReason">,
): Network {
  const [input, another] = session.inputMetadata;
  if (!input || another) throw new Error(`The network has ${session.inputNames.length} inputs instead of one.`);
  const form = {
    input: formOf(input, ["float32", "uint8"]),
    outputs: session.outputMetadata.map((one) => formOf(one, ["float32"])),
    ...provided,
  };
  const type = input.isTensor ? input.type : "float32";
  const infer: Network["infer"] = async (values, shape) => {
    const answer = await session.run({ [input.name]: tensorOfType(onnx, type, values, shape) });
    return form.outputs.map(({ name }) => {
      const { data, dims } = answer[name] as OnnxTensor;
      return { name, shape: dims, values: data as Float32Array };
    });
  };
  return {
    form,
    infer,
    async run(values, shape, read) {
      try {
        const outputs = await infer(values, shape);
        try {
          return read(outputs);
        } finally {
          for (const output of outputs) giveBack(output.values);
        }
      } finally {
        giveBack(values);
      }
    },
  };
}

/** Variable dimensions, which onnxruntime gives as names, become -1. */
function formOf(metadata: InferenceSession.ValueMetadata, types: readonly string[]): TensorForm {
  const { name } = metadata;
  if (!metadata.isTensor) throw new Error(`\`${name}\` is no tensor.`);
  const { type, shape } = metadata;
  if (!types.includes(type))
    throw new Error(`\`${name}\` is a tensor of ${type}, which is none of ${types.join(", ")}.`);
  return {
    name,
    datatype: type === "uint8" ? "UINT8" : "FP32",
    shape: shape.map((size) => (typeof size === "number" ? size : -1)),
  };
}

/** A tensor of the type of the network's input. For bytes, values are rounded and limited to the range. */
function tensorOfType(onnx: Onnx, type: string, values: Float32Array, shape: readonly number[]): OnnxTensor {
  return type === "uint8"
    ? new onnx.Tensor("uint8", Uint8ClampedArray.from(values), shape)
    : new onnx.Tensor("float32", values, shape);
}

export interface Runtime {
  readonly cv: OpenCv;
  /** @param providers The model's own providers, which replace those of the process. */
  readonly openNetwork: (path: string, providers?: readonly Provider[]) => Promise<Network>;
}
