/** Similarity of two encodings, and what is said of it. */
import { expect, it } from "vitest";
import { compare } from "../../lib/encoding/comparison.ts";

const quality = [{ measure: "errors", value: "1 %", source: "here" }];
const model = { name: "m", version: "2", dimensions: 2, samePerson: 0.3, quality };
const of = (version?: string) => ({ encoding: [0.6, 0.8], ...(version !== undefined && { version }) });

it.each([
  [undefined, undefined, { version: "2", samePerson: true, threshold: 0.3, quality }],
  ["2", undefined, { version: "2", samePerson: true, threshold: 0.3, quality }],
  ["1", "1", { version: "1", samePerson: null, threshold: null, quality: [] }],
  [undefined, "1", { version: "1", samePerson: null, threshold: null, quality: [] }],
])("encodings of versions %s and %s are compared by what was measured of that version", (first, second, expected) => {
  expect(compare(of(first), of(second), model)).toMatchObject({ similarity: 1, ...expected });
});

it.each([0, 1])("an encoding of another length is named by its index %i", (index) => {
  const [first, second] = [0, 1].map((at) => (at === index ? { encoding: [1] } : of()));
  expect(() => compare(first as { encoding: number[] }, second as { encoding: number[] }, model)).toThrow(
    expect.objectContaining({ type: "INVALID_OPTION", data: { dimensions: 2, index } }),
  );
});
