import { expect, it } from "vitest";
import { compilersAtATime } from "../../native/compile.ts";

it.each([
  [64, 128, 64],
  [64, 8, 8],
  [2, 8, 2],
  [2, 0.5, 1],
])("on %i cores with %d GiB run %i compilers at a time", (cores, gibibytes, count) => {
  expect(compilersAtATime(cores, gibibytes * 2 ** 30)).toBe(count);
});
