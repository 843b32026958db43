/**
 * Measures time and memory of exact search in a collection, by the number of faces.
 *
 *   node scripts/run.mjs node --expose-gc bench/search.ts
 */
import { FaceIndex } from "../lib/collections/face-index.ts";
import { Random } from "../test/support/random.ts";

const DIMENSIONS = 128;
const SEARCHES = 50;
const random = new Random(1);
const vector = () => Array.from({ length: DIMENSIONS }, () => random.next() - 0.5);

const index = new FaceIndex();
console.log("    faces   median ms      p95 ms      memory");
for (const faces of [1_000, 10_000, 100_000]) {
  while (index.count < faces) index.add(vector());
  const times = Array.from({ length: SEARCHES }, () => {
    const probe = vector();
    const startedAt = performance.now();
    index.search(probe, 10);
    return performance.now() - startedAt;
  }).sort((a, b) => a - b);
  const at = (share: number) => (times[Math.floor(SEARCHES * share)] as number).toFixed(2).padStart(12);
  console.log(`${String(faces).padStart(9)}${at(0.5)}${at(0.95)}${(index.bytes / 2 ** 20).toFixed(1).padStart(8)} MiB`);
}
