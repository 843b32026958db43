/** Translates inferences between gRPC messages and the HTTP form of the Open Inference Protocol. Pure. */
import type { Datatype, InferenceRequest, InferenceResponse } from "../contracts/inference.ts";
import { failure } from "../errors.ts";
import { prefixed } from "../inference/response.ts";
import { abridged } from "../visible-text.ts";

/** A parameter in the form of `proto-loader`: the name of the field that is set, and that field. */
export interface Parameter {
  readonly parameter_choice?: string;
  readonly [field: string]: unknown;
}
export type Parameters = Readonly<Record<string, Parameter>>;

/** Lists of values by the name of their field, such as `fp32_contents`. */
export type Contents = Readonly<Record<string, readonly unknown[]>>;

export interface ModelInferRequest {
  readonly model_name: string;
  readonly model_version: string;
  readonly id: string;
  readonly parameters: Parameters;
  readonly inputs: readonly {
    readonly name: string;
    readonly datatype: string;
    readonly shape: readonly number[];
    readonly parameters: Parameters;
    readonly contents: Contents | null;
  }[];
  readonly outputs: readonly { readonly name: string; readonly parameters: Parameters }[];
  readonly raw_input_contents: readonly Buffer[];
}

type HttpParameters = Record<string, string | number | boolean>;

/** Parameters by which the HTTP form says how bytes are sent. gRPC has other means for that. */
const ONLY_HTTP = ["binary_data_output", "binary_data_size", "binary_data"];

/** The field that has values of a datatype, unless they are in `raw_input_contents`. */
const contentsOf: Readonly<Record<string, string>> = {
  BYTES: "bytes_contents",
  FP32: "fp32_contents",
  INT32: "int_contents",
  UINT8: "uint_contents",
};

/**
 * Whether the answer has its tensors in `raw_output_contents`, which is so if the request has its tensors in
 * `raw_input_contents`.
 */
export function isRaw({ inputs, raw_input_contents: raw }: ModelInferRequest): boolean {
  return raw.length > 0 || inputs.every(({ contents }) => !contents);
}

/**
 * The JSON of the HTTP form and the bytes of the tensors, in order.
 * @throws INVALID_TENSOR, INVALID_OPTION
 */
export function toHttp(request: ModelInferRequest): { readonly json: Buffer; readonly tensors: readonly Buffer[] } {
  const { id, inputs, outputs, raw_input_contents: raw } = request;
  if (raw.length > 0 && raw.length !== inputs.length)
    throw failure("INVALID_TENSOR", `There are ${raw.length} raw contents for ${inputs.length} inputs.`);
  const tensors = inputs.map((input, index) => {
    if (raw.length === 0) return bytesOf(input);
    if (input.contents) throw failure("INVALID_TENSOR", `${abridged(input.name)} has both contents and raw contents.`);
    return raw[index] as Buffer;
  });
  const form: InferenceRequest = {
    ...(id && { id }),
    parameters: { ...parametersOf(request.parameters), binary_data_output: true },
    inputs: inputs.map(({ name, datatype, shape, parameters }, index) => ({
      ...{ name, datatype, shape: [...shape] },
      parameters: { ...parametersOf(parameters), binary_data_size: tensors[index]?.length ?? 0 },
    })),
    outputs: outputs.map(({ name, parameters }) => ({ name, parameters: parametersOf(parameters) })),
  };
  return { json: Buffer.from(JSON.stringify(form)), tensors };
}

/** @throws INVALID_OPTION */
export function parametersOf(parameters: Parameters): HttpParameters {
  const entries = Object.entries(parameters).map(([name, parameter]) => {
    const value = parameter[parameter.parameter_choice ?? ""];
    if (value === undefined) throw failure("INVALID_OPTION", `The parameter ${abridged(name)} has no value.`);
    if (ONLY_HTTP.includes(name)) throw failure("INVALID_OPTION", `The parameter ${name} is for HTTP.`);
    return [name, value];
  });
  return Object.fromEntries(entries);
}

/** @throws INVALID_TENSOR for values that are not of the datatype. */
function bytesOf({ name, datatype, contents }: ModelInferRequest["inputs"][number]): Buffer {
  const lists = Object.entries(contents ?? {}).filter(([, values]) => values.length > 0);
  const wanted = contentsOf[datatype];
  const odd = lists.find(([list]) => list !== wanted);
  if (odd && wanted)
    throw failure("INVALID_TENSOR", `${abridged(name)} has ${odd[0]}, but ${datatype} is in ${wanted}.`);
  const values = lists[0]?.[1] ?? [];
  switch (datatype) {
    case "BYTES":
      return Buffer.concat((values as Buffer[]).map(prefixed));
    case "FP32":
      return Buffer.from(Float32Array.from(values as number[]).buffer);
    case "UINT8":
      if (values.some((value) => (value as number) > 255))
        throw failure("INVALID_TENSOR", `${abridged(name)} has a value of more than 255.`);
      return Buffer.from(values as number[]);
    default:
      // No model has an input of this datatype, and the gateway's answer will say so.
      return Buffer.alloc(0);
  }
}

/**
 * @param tensors The bytes after the JSON, which cannot represent every float.
 * @param areRaw Whether the tensors stay bytes: see `isRaw`.
 */
export function toMessage({ outputs, ...answer }: InferenceResponse, tensors: Buffer, areRaw: boolean): object {
  let at = 0;
  const raw: Buffer[] = [];
  const described = outputs.map(({ name, datatype, shape, parameters }) => {
    const end = at + (parameters?.binary_data_size ?? 0);
    const bytes = tensors.subarray(at, end);
    at = end;
    const output = { name, datatype, shape };
    if (!areRaw) return { ...output, contents: { [contentsOf[datatype] as string]: valuesOf(datatype, bytes) } };
    raw.push(bytes);
    return output;
  });
  return { ...answer, outputs: described, raw_output_contents: raw };
}

function valuesOf(datatype: Datatype, bytes: Buffer): (number | Buffer)[] {
  switch (datatype) {
    case "FP32":
      return Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readFloatLE(4 * index));
    case "INT32":
      return Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readInt32LE(4 * index));
    case "UINT8":
      return Array.from(bytes);
    case "BYTES":
      return elementsOf(bytes);
  }
}

/** The elements of a BYTES tensor. Each follows its length. */
function elementsOf(bytes: Buffer): Buffer[] {
  const elements: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const start = at + 4;
    const end = start + bytes.readUInt32LE(at);
    elements.push(bytes.subarray(start, end));
    at = end;
  }
  return elements;
}
