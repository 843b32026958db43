/** Results of models as tensors of the Open Inference Protocol. */
import { expect, it } from "vitest";
import type { Model } from "../../lib/contracts/model.ts";
import { inferenceAnswer, toTensors } from "../../lib/inference/response.ts";

/** An encoder whose network does not say how long its vectors are. */
const encoder: Model = {
  ...{ name: "mine", task: "face-encoding", version: "1", licence: "none", state: "ready" },
  ...{ files: [], input: "", thresholds: {}, quality: [] },
  network: {
    input: { name: "in", datatype: "FP32", shape: [1, 3, 112, 112] },
    outputs: [{ name: "out", datatype: "FP32", shape: [-1, -1] }],
    provider: "cpu",
  },
};

it.each([
  [
    [2, 3],
    [
      [0.6, 0, 0.8],
      [0, 1, 0],
    ],
  ],
  [[0, 0], []],
])("encodings have the shape %j, also where the network leaves their length open", (shape, encodings) => {
  const faces = encodings.map((encoding) => ({
    box: [0, 0, 10, 10] as [number, number, number, number],
    score: 1,
    encoding,
  }));
  const tensors = toTensors(encoder, { faces });
  expect(tensors.find(({ name }) => name === "encodings")).toEqual({
    ...{ name: "encodings", datatype: "FP32", shape },
    values: encodings.flat(),
  });
});

it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])("%d is given in binary only", (value) => {
  const tensors = [{ name: "out", datatype: "FP32" as const, shape: [2], values: Float32Array.of(1, value) }];
  const request = (isBinary: boolean) => ({
    options: {},
    input: { name: "in", datatype: "FP32" as const, shape: [1], values: Buffer.alloc(4) },
    outputs: undefined,
    isBinary,
  });
  // JSON would have null in place of it, which is no number.
  expect(() => inferenceAnswer(request(false), encoder, tensors)).toThrow(
    "The output out has values that are infinite or no numbers, which JSON cannot carry; ask for it in binary.",
  );
  const { body, jsonBytes } = inferenceAnswer(request(true), encoder, tensors);
  expect([body.readFloatLE(jsonBytes), body.readFloatLE((jsonBytes ?? 0) + 4)]).toEqual([1, value]);
});
