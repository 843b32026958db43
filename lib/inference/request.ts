/** Parses requests of the Open Inference Protocol: JSON, with tensor bytes in it or after it. Pure. */
import { readBase64 } from "../contracts/base64.ts";
import { InferenceRequest, type InputTensor } from "../contracts/inference.ts";
import { LongStrings } from "../contracts/long-strings.ts";
import type { TensorForm } from "../contracts/model.ts";
import { ModelOptions } from "../contracts/options.ts";
import { parse, parseJson } from "../contracts/validation.ts";
import { failure } from "../errors.ts";
import type { JsonBody } from "../http/upload/json-body.ts";
import type { JsonBounds } from "../http/upload/json-scan.ts";
import { abridged } from "../visible-text.ts";
import { checkSize } from "../vision/models/tensor.ts";
import { imageInput } from "./metadata.ts";

/**
 * Bounds on parsed JSON. Parsed numbers take more memory than their text, so larger tensors must use the binary
 * extension.
 */
export const inferenceBounds: JsonBounds = { maxItems: 100_000, maxNumbers: 2 ** 21 };
const TOO_MANY_VALUES = `The JSON has more than ${inferenceBounds.maxNumbers} numbers, or ${inferenceBounds.maxItems} arrays and strings; send the tensor in binary.`;
/**
 * Beginning of a JSON object, also in encodings that are refused later. Files of images and forms begin differently.
 */
const OBJECT = /^(\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\s\0{]/;
const NO_OBJECT =
  "The body is not JSON: an inference request is a JSON object with the image as base64, or a JSON object followed by " +
  "the image's bytes, with the length of the JSON in Inference-Header-Content-Length.";

export interface Inference {
  readonly id?: string;
  readonly options: ModelOptions;
  readonly input:
    | { readonly file: Buffer }
    | {
        readonly name: string;
        readonly datatype: TensorForm["datatype"];
        readonly shape: number[];
        /** Values of the datatype, little-endian. */
        readonly values: Buffer;
      };
  readonly outputs: readonly { readonly name: string; readonly isBinary: boolean }[] | undefined;
  /** Whether outputs are binary if the request does not specify it for them. */
  readonly isBinary: boolean;
}

const malformed = (detail: string) => failure("MALFORMED_REQUEST", detail);
const invalid = (detail: string) => failure("INVALID_TENSOR", detail);

/**
 * Length of the JSON if tensors follow it, measured after content decoding.
 * @param header `Inference-Header-Content-Length`
 * @throws MALFORMED_REQUEST
 */
export function jsonLength(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d{1,15}$/.test(header.trim())) return Number(header);
  throw malformed(`The JSON cannot be ${header} bytes long.`);
}

/**
 * @param body The whole body, or as much of its JSON as was read.
 * @param jsonBytes Length of the JSON if tensors follow it.
 * @throws MALFORMED_REQUEST, REQUEST_TOO_LARGE, INVALID_OPTION, INVALID_TENSOR, UNDECODABLE_IMAGE, IMAGE_TOO_LARGE
 */
export function parseInference(
  { bytes: body, isCut, longStrings: ranges }: JsonBody,
  jsonBytes: number | undefined,
  maxImageBytes: number,
): Inference {
  const length = isCut ? body.length : (jsonBytes ?? body.length);
  if (length > body.length) throw malformed(`The body of ${body.length} bytes has no JSON of ${jsonBytes} bytes.`);
  const json = body.subarray(0, length);
  if (!OBJECT.test(json.toString("latin1", 0, 4))) throw malformed(NO_OBJECT);
  const longStrings = new LongStrings(json, ranges, ["inputs.data"]);
  const request = parseJson(InferenceRequest, json, {
    what: "The request",
    longStrings,
    ...(isCut && { beyond: () => failure("REQUEST_TOO_LARGE", TOO_MANY_VALUES) }),
  });
  const { binary_data_output: isBinary = false, ...parameters } = request.parameters ?? {};
  const options = parse(ModelOptions, parameters);
  const [tensor] = request.inputs as [InputTensor];
  requireServed(tensor.parameters, "binary_data_size", `input ${abridged(tensor.name)}`);
  for (const { name, parameters } of request.outputs ?? [])
    requireServed(parameters, "binary_data", `output ${abridged(name)}`);
  const input = readTensor(tensor, body.subarray(length), { maxImageBytes, longStrings });
  if (!("file" in input) && Object.keys(options).length > 0)
    throw failure("INVALID_OPTION", `${Object.keys(options).join(", ")} are for images.`);
  return {
    ...(request.id !== undefined && { id: request.id }),
    options,
    input,
    isBinary,
    // gRPC clients cannot tell an empty list from an absent one, so neither form of the protocol does.
    outputs: request.outputs?.length
      ? request.outputs.map(({ name, parameters }) => ({ name, isBinary: parameters?.binary_data ?? isBinary }))
      : undefined,
  };
}

/**
 * Refuses extensions of the protocol that the service does not implement, such as shared memory, because they change
 * the meaning of a request.
 * @throws INVALID_OPTION naming the first parameter of a tensor other than `served`.
 */
function requireServed(parameters: object | undefined, served: string, of: string): void {
  const unknown = Object.keys(parameters ?? {}).find((name) => name !== served);
  if (unknown !== undefined)
    throw failure(
      "INVALID_OPTION",
      `The parameter ${abridged(unknown)} of the ${of} is not supported, only ${served}.`,
    );
}

interface ImageReading {
  readonly maxImageBytes: number;
  readonly longStrings: LongStrings;
}

function readTensor(
  { name, datatype, shape, parameters, data }: InputTensor,
  rest: Buffer,
  reading: ImageReading,
): Inference["input"] {
  const called = abridged(name);
  const bytes = parameters?.binary_data_size;
  if ((bytes ?? 0) !== rest.length)
    throw malformed(`${rest.length} bytes follow the JSON instead of the ${bytes ?? 0} of the tensor.`);
  if ((bytes === undefined) === (data === undefined))
    throw malformed(`${called} must have either data or binary_data_size.`);
  switch (datatype) {
    case "BYTES": {
      if (name !== imageInput.name)
        throw invalid(`The input of datatype BYTES is called ${imageInput.name}, not ${called}.`);
      if (shape.length === 0 || shape.some((size) => size !== 1))
        throw invalid(`${called} has the shape [${shape}] instead of [1]: an image a request.`);
      return { file: data ? fromText(data, reading) : fromBinary(rest) };
    }
    case "FP32":
      return { name, datatype, shape, values: data ? fromNumbers(called, data, shape.length) : rest };
    case "UINT8": {
      const values = data ? bytesOf(called, data, shape.length) : rest;
      checkSize(called, shape, values.length, 1);
      return { name, datatype, shape, values };
    }
    default:
      throw invalid(`${called} has the datatype ${abridged(datatype)}; inputs are BYTES, FP32 or UINT8.`);
  }
}

/** Reads one element: a little-endian four-byte length, then the bytes. */
function fromBinary(rest: Buffer): Buffer {
  if (rest.length < 4 || rest.readUInt32LE() !== rest.length - 4)
    throw invalid(`${imageInput.name} is not one element: four bytes of length and as many bytes.`);
  return rest.subarray(4);
}

function fromText(data: readonly unknown[], { maxImageBytes, longStrings }: ImageReading): Buffer {
  const [text, more] = data.flat(1);
  if (typeof text !== "string" || more !== undefined) throw invalid(`${imageInput.name} is not one string.`);
  const file = readBase64(longStrings.bytesOf(text), maxImageBytes);
  if (file instanceof Error) throw file;
  return file;
}

function fromNumbers(name: string, data: readonly unknown[], rank: number): Buffer {
  const values = data.flat(rank);
  const odd = values.findIndex((value) => typeof value !== "number");
  if (odd >= 0) throw invalid(`${name} has something that is no number, at ${odd}.`);
  return toFloats(values as number[]);
}

function bytesOf(name: string, data: readonly unknown[], rank: number): Buffer {
  const values = data.flat(rank) as number[];
  const odd = values.findIndex((value) => !Number.isInteger(value) || value < 0 || value > 255);
  if (odd >= 0) throw invalid(`${name} has something that is no whole number from 0 to 255, at ${odd}.`);
  return Buffer.from(values);
}

/** Converts numbers to 32-bit floats, little-endian. */
export function toFloats(values: ArrayLike<number>): Buffer {
  return Buffer.from(Float32Array.from(values).buffer);
}
