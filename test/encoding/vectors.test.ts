import { expect, it } from "vitest";
import { packVectors, unpackVectors } from "../../lib/encoding/vectors.ts";

const vectors = [
  [1 / 3, -1e-9, 5],
  [0, Number.EPSILON, -2],
];
const plain = (unpacked: readonly Float64Array[]) => unpacked.map((vector) => Array.from(vector));

it("vectors come back from their bytes, number for number", () => {
  expect(plain(unpackVectors(packVectors(vectors), 2))).toEqual(vectors);
  expect(unpackVectors(packVectors([]), 0)).toEqual([]);
});

it("also from bytes in the middle of a larger buffer, as drivers give them", () => {
  const bytes = Buffer.concat([Buffer.alloc(3), packVectors(vectors), Buffer.alloc(5)]);
  expect(plain(unpackVectors(bytes.subarray(3, -5), 2))).toEqual(vectors);
});

it("vectors of different lengths are refused", () => {
  expect(() => packVectors([[1], [1, 2]])).toThrow(RangeError);
});
