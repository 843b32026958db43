/** Results of models as tensors of the Open Inference Protocol. */
import { expect, it } from "vitest";
import type { Model } from "../../lib/contracts/model.ts";
import { toTensors } from "../../lib/inference/response.ts";

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
