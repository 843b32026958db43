import { describe, expect, it } from "vitest";
import { merged, momentsOf, variance } from "../../lib/encoding/moments.ts";
import { Random } from "../support/random.ts";

const generator = new Random(7);
const random = () => generator.next();
const DIMENSIONS = 16;
/** Far from 0 and near each other: where sums of squares would lose all their digits. */
const vectors = Array.from({ length: 5000 }, () => Array.from({ length: DIMENSIONS }, () => 1e4 + random()));

function shuffled<T>(items: readonly T[]): T[] {
  return items
    .map((item) => [random(), item] as const)
    .sort(([a], [b]) => a - b)
    .map(([, item]) => item);
}

function inParts(items: readonly number[][], size: number) {
  const parts = [];
  for (let at = 0; at < items.length; at += size) parts.push(momentsOf(items.slice(at, at + size)));
  return parts.reduce(merged);
}

/** By the definitions, two passes, summed with compensation (Neumaier). */
function reference() {
  const sum = (values: number[]) => {
    let [total, lost] = [0, 0];
    for (const value of values) {
      const next = total + value;
      lost += Math.abs(total) >= Math.abs(value) ? total - next + value : value - next + total;
      total = next;
    }
    return total + lost;
  };
  return Array.from({ length: DIMENSIONS }, (_, d) => {
    const values = vectors.map((vector) => vector[d] as number);
    const mean = sum(values) / values.length;
    return { mean, variance: sum(values.map((value) => (value - mean) ** 2)) / values.length };
  });
}

describe("mean and variance", () => {
  const expected = reference();

  it.each([1, 7, 500, 5000])("are those of the definition, in parts of %i, in any order", (size) => {
    for (const order of [vectors, shuffled(vectors), vectors.toReversed()]) {
      const moments = inParts(order, size);
      expect(moments.count).toBe(vectors.length);
      for (const [d, { mean, variance: spread }] of expected.entries()) {
        expect(Math.abs((moments.mean[d] as number) - mean)).toBeLessThan(1e-9);
        expect(Math.abs((variance(moments)[d] as number) - spread)).toBeLessThan(1e-9);
      }
    }
  });

  it("of one vector are itself and nothing", () => {
    const moments = momentsOf([[1, 2]]);
    expect(Array.from(moments.mean)).toEqual([1, 2]);
    expect(variance(moments)).toEqual([0, 0]);
  });

  it("are not to be had of vectors of different lengths", () => {
    expect(() => merged(momentsOf([[1]]), momentsOf([[1, 2]]))).toThrow(RangeError);
  });
});
