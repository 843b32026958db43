/** Tensors of gRPC messages in the HTTP form of the Open Inference Protocol. */
import { describe, expect, it } from "vitest";
import { methods } from "../../lib/grpc/methods.ts";
import { toHttp } from "../../lib/grpc/tensors.ts";
import { parseInference } from "../../lib/inference/request.ts";
import { inferenceAnswer, type OutputTensor } from "../../lib/inference/response.ts";

const requestOf = (contents: Record<string, readonly unknown[]>) => ({
  ...{ model_name: "m", model_version: "", id: "", parameters: {}, outputs: [], raw_input_contents: [] },
  inputs: [{ name: "input", datatype: "UINT8", shape: [1, 3], parameters: {}, contents }],
});

it("bytes are in uint_contents, one in each value", () => {
  const { json, tensors } = toHttp(requestOf({ uint_contents: [0, 7, 255] }));
  expect(tensors).toEqual([Buffer.from([0, 7, 255])]);
  expect(JSON.parse(json.toString()).inputs).toEqual([
    { name: "input", datatype: "UINT8", shape: [1, 3], parameters: { binary_data_size: 3 } },
  ]);
});

it.each([
  ["a larger value", { uint_contents: [0, 7, 256] }],
  ["values of another datatype", { int_contents: [0, 7, 255] }],
])("%s is refused", (_, contents) => {
  expect(() => toHttp(requestOf(contents))).toThrow(expect.objectContaining({ type: "INVALID_TENSOR" }));
});

it.each([
  ["more bytes than its shape has", [1, 3], 4],
  ["more values than any network takes", [1, 7_680_001], 7_680_001],
])("a tensor of %s is refused before its bytes become floats", (_, shape, bytes) => {
  const parameters = { binary_data_size: bytes };
  const json = Buffer.from(JSON.stringify({ inputs: [{ name: "input", datatype: "UINT8", shape, parameters }] }));
  const body = { bytes: Buffer.concat([json, Buffer.alloc(bytes)]), isCut: false, longStrings: [] };
  expect(() => parseInference(body, json.length, 1_000)).toThrow(expect.objectContaining({ type: "INVALID_TENSOR" }));
});

describe("outputs in contents", () => {
  const { request, answer } = methods.ModelInfer;
  /** As the gateway answers, with these outputs. */
  const answered = (output: OutputTensor) => {
    const message = requestOf({ uint_contents: [0, 7, 255] });
    const { headers = {}, body = [] } = request(message);
    const length = Number(headers["inference-header-content-length"]);
    const inference = parseInference({ bytes: Buffer.concat(body), isCut: false, longStrings: [] }, length, 1_000);
    const { body: bytes, jsonBytes } = inferenceAnswer(inference, { name: "m", version: "1" }, [output]);
    const lengths = jsonBytes === undefined ? {} : { "inference-header-content-length": String(jsonBytes) };
    return answer({ headers: lengths, body: bytes }, message);
  };

  it.each<[string, OutputTensor, object]>([
    [
      "floats, also those that JSON does not have",
      { name: "out", datatype: "FP32", shape: [4], values: Float32Array.of(1.5, Number.NaN, Infinity, -Infinity) },
      { fp32_contents: [1.5, Number.NaN, Infinity, -Infinity] },
    ],
    [
      "whole numbers",
      { name: "out", datatype: "INT32", shape: [2], values: [-1, 2 ** 31 - 1] },
      { int_contents: [-1, 2 ** 31 - 1] },
    ],
    ["bytes", { name: "out", datatype: "UINT8", shape: [2], values: [0, 255] }, { uint_contents: [0, 255] }],
    [
      "texts",
      { name: "out", datatype: "BYTES", shape: [3], values: ["café", "", "owl"] },
      { bytes_contents: ["café", "", "owl"].map((text) => Buffer.from(text)) },
    ],
    ["nothing", { name: "out", datatype: "BYTES", shape: [0], values: [] }, { bytes_contents: [] }],
  ])("are %s", (_, output, contents) => {
    const { name, datatype, shape } = output;
    expect(answered(output)).toEqual({
      ...{ model_name: "m", model_version: "1", raw_output_contents: [] },
      outputs: [{ name, datatype, shape, contents }],
    });
  });
});
