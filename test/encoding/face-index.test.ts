import { expect, it } from "vitest";
import { FaceIndex } from "../../lib/collections/face-index.ts";
import { Random } from "../support/random.ts";

const generator = new Random(11);
const random = () => generator.next();
const DIMENSIONS = 32;
const vector = () => Array.from({ length: DIMENSIONS }, () => random() - 0.5);

function cosine(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, d) => sum + value * (b[d] as number), 0) / (Math.hypot(...a) * Math.hypot(...b));
}

it("finds the nearest, as comparing with every vector does", () => {
  const vectors = Array.from({ length: 2000 }, vector);
  const index = new FaceIndex();
  for (const one of vectors) index.add(one);
  expect(index.count).toBe(2000);
  for (let n = 0; n < 20; n++) {
    const probe = vector();
    const expected = vectors
      .map((one, position) => ({ position, similarity: cosine(probe, one) }))
      .sort((a, b) => b.similarity - a.similarity)
      .slice(0, 10);
    const found = index.search(probe, 10);
    expect(found.map(({ position }) => position)).toEqual(expected.map(({ position }) => position));
    for (const [place, { similarity }] of found.entries())
      expect(similarity).toBeCloseTo(expected[place]?.similarity as number, 5);
  }
});

it("finds those that are equally near in the order of adding, and no more than there are", () => {
  const index = new FaceIndex();
  for (const one of [
    [1, 0],
    [0, 1],
    [2, 0],
    [3, 0],
  ])
    index.add(one);
  expect(index.search([5, 0], 2).map(({ position }) => position)).toEqual([0, 2]);
  expect(index.search([5, 0], 9).map(({ position }) => position)).toEqual([0, 2, 3, 1]);
  expect(index.search([1, 0, 0], 9)).toEqual([]);
  expect(new FaceIndex().search([1], 9)).toEqual([]);
});

it("searches bit by bit among the vectors there were at the beginning", () => {
  const vectors = Array.from({ length: 300 }, vector);
  const index = new FaceIndex();
  for (const one of vectors) index.add(one);
  const probe = vector();
  const expected = index.search(probe, 5);
  const search = index.beginSearch(probe, 5);
  let scans = 1;
  while (!search.scan(7)) {
    scans++;
    // Nearer than any other, and soon more than there was room for.
    for (let n = 0; n < 20; n++) index.add(probe);
  }
  expect(scans).toBe(Math.ceil(300 / 7));
  expect(search.best).toEqual(expected);
});

it("compares vectors of very large and very small numbers", () => {
  const index = new FaceIndex();
  for (const size of [1e300, 1e-300, 1]) index.add([size, size]);
  index.add([0, 0]);
  const similarities = index.search([1e-200, 1e-200], 9).map(({ similarity }) => similarity);
  for (const similarity of similarities.slice(0, 3)) expect(similarity).toBeCloseTo(1, 6);
  expect(similarities[3]).toBe(0);
});
