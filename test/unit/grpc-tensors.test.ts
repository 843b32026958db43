/** Tensors of gRPC messages in the HTTP form of the Open Inference Protocol. */
import { expect, it } from "vitest";
import { toHttp } from "../../lib/grpc/tensors.ts";

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
