/** Builds answers of the Open Inference Protocol: JSON, with tensor bytes in it or after it. Pure. */
import { isDeepStrictEqual } from "node:util";
import type { InferenceResponse, TensorMetadata } from "../contracts/inference.ts";
import type { Model } from "../contracts/model.ts";
import type { Face, FoundObject, LabelScore, ModelOutput } from "../contracts/results.ts";
import { failure } from "../errors.ts";
import { abridged } from "../visible-text.ts";
import { imageOutputs, networkOutputs } from "./metadata.ts";
import type { Inference } from "./request.ts";

/** Values in row-major order. */
export interface OutputTensor extends TensorMetadata {
  readonly values: readonly number[] | readonly string[] | Float32Array;
}

type Found = Partial<Face & FoundObject & LabelScore>;

/** What one result contributes to each output. */
const columns: Readonly<Record<string, (found: Found) => readonly (number | string | undefined)[] | undefined>> = {
  boxes: ({ box }) => box,
  scores: ({ score }) => [score],
  labels: ({ label }) => [label],
  landmarks: ({ landmarks }) => landmarks?.flat(),
  encodings: ({ encoding }) => encoding,
};

/** Converts a model's results for an image into tensors. */
export function toTensors(model: Model, output: ModelOutput): OutputTensor[] {
  const found: readonly Found[] =
    "faces" in output ? output.faces : "labels" in output ? output.labels : output.objects;
  return imageOutputs(model).map(({ name, datatype, shape: [, ...sizes] }) => {
    const values = found.flatMap((one) => columns[name]?.(one) ?? []) as number[] | string[];
    // A network may leave the length of its vectors open.
    const length = found.length && values.length / found.length;
    return { name, datatype, shape: [found.length, ...sizes.map((size) => (size === -1 ? length : size))], values };
  });
}

/** Whether all models accept the input and give the same outputs for it. */
export function areAlike(models: readonly Model[], input: Inference["input"]): boolean {
  const tensorsOf = (model: Model) =>
    "file" in input ? imageOutputs(model) : [model.network?.input, networkOutputs(model)];
  return models.every((model) => isDeepStrictEqual(tensorsOf(model), tensorsOf(models[0] as Model)));
}

/**
 * Checks the requested outputs before the model runs.
 * @throws INVALID_TENSOR for an output that the input does not give, or that is named twice.
 */
export function requireOutputs(model: Model, { input, outputs = [] }: Inference): void {
  const names = ("file" in input ? imageOutputs(model) : networkOutputs(model)).map(({ name }) => name);
  const wanted = outputs.map(({ name }) => name);
  const unknown = wanted.find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw failure("INVALID_TENSOR", `There is no output ${abridged(unknown)} for this input, but ${names.join(", ")}.`);
  const repeated = wanted.find((name, index) => wanted.indexOf(name) < index);
  if (repeated !== undefined) throw failure("INVALID_TENSOR", `The output ${abridged(repeated)} is named twice.`);
}

function wanted(tensors: readonly OutputTensor[], { outputs, isBinary }: Inference) {
  if (!outputs) return tensors.map((tensor) => ({ tensor, isBinary }));
  return outputs.map((output) => {
    const tensor = tensors.find(({ name }) => name === output.name);
    if (!tensor) throw new Error(`The model gave no output ${output.name}.`);
    return { tensor, isBinary: output.isBinary };
  });
}

export interface InferenceAnswer {
  /** The JSON and any tensors that follow it. */
  readonly body: Buffer;
  /** Length of the JSON if tensors follow it. */
  readonly jsonBytes?: number;
}

/**
 * The outputs that `requireOutputs` has allowed, in the order of the request.
 * @throws INVALID_TENSOR for values that JSON cannot represent, which a network may give for some tensors.
 */
export function inferenceAnswer(
  request: Inference,
  model: Pick<Model, "name" | "version">,
  tensors: readonly OutputTensor[],
): InferenceAnswer {
  const behind: Buffer[] = [];
  const outputs = wanted(tensors, request).map(({ tensor: { values, ...tensor }, isBinary }) => {
    if (!isBinary) return { ...tensor, data: inJson(tensor.name, values) };
    const bytes = toBytes({ values, ...tensor });
    behind.push(bytes);
    return { ...tensor, parameters: { binary_data_size: bytes.length } };
  });
  const { id } = request;
  const response: InferenceResponse = {
    ...(id !== undefined && { id }),
    model_name: model.name,
    model_version: model.version,
    outputs,
  };
  const json = Buffer.from(JSON.stringify(response));
  const isBinary = request.outputs?.some((output) => output.isBinary) ?? request.isBinary;
  return isBinary ? { body: Buffer.concat([json, ...behind]), jsonBytes: json.length } : { body: json };
}

function inJson(name: string, values: OutputTensor["values"]): (number | string)[] {
  const data = Array.from<number | string>(values);
  if (data.some((value) => typeof value === "number" && !Number.isFinite(value)))
    throw failure(
      "INVALID_TENSOR",
      `The output ${name} has values that are infinite or no numbers, which JSON cannot carry; ask for it in binary.`,
    );
  return data;
}

/** Encodes the values as bytes, little-endian. Each string is prefixed with its four-byte length. */
function toBytes({ datatype, values }: OutputTensor): Buffer {
  switch (datatype) {
    case "FP32":
      return Buffer.from(Float32Array.from(values as Iterable<number>).buffer);
    case "UINT8":
      return Buffer.from(Uint8Array.from(values as Iterable<number>));
    case "INT32":
      return Buffer.from(Int32Array.from(values as Iterable<number>).buffer);
    case "BYTES":
      return Buffer.concat(Array.from(values as Iterable<string>, (text) => prefixed(Buffer.from(text))));
  }
}

/** Encodes an element of a BYTES tensor: its length in four bytes, little-endian, and the bytes. */
export function prefixed(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(bytes.length);
  return Buffer.concat([length, bytes]);
}
