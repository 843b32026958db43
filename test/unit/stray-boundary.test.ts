import { expect, it } from "vitest";
import { StrayBoundary } from "../../lib/http/upload/stray-boundary.ts";

/** Whether one is found in the pieces of a text that is cut after every `size` characters. */
function isFound(text: string, size: number): boolean {
  const stray = new StrayBoundary("abc");
  const pieces = Array.from({ length: Math.ceil(text.length / size) }, (_, index) =>
    Buffer.from(text.slice(index * size, (index + 1) * size)),
  );
  return pieces.map((piece) => stray.isIn(piece)).includes(true);
}

it.each<[string, boolean]>([
  ["data\n--abc\r\nContent-Disposition", true],
  ["data--abc\r\nContent-Disposition", true],
  ["data\n--abc\nContent-Disposition", true],
  ["--abc\r\n", true],
  ["--abc--abc\n", true],
  ["----abc\r\n", true],
  ["--abcdef\r\n", false],
  ["--abc\rdata", false],
  ["--abc data --abc", false],
  ["--ab\r\n--c\r\n", false],
  ["", false],
])("in %j: %s, wherever the data are cut", (text, expected) => {
  for (let size = 1; size <= text.length + 1; size++) expect(isFound(text, size), `pieces of ${size}`).toBe(expected);
});

it("does not look across a delimiter", () => {
  const stray = new StrayBoundary("abc");
  expect(stray.isIn(Buffer.from("data--abc"))).toBe(false);
  stray.forget();
  expect(stray.isIn(Buffer.from("\r\n"))).toBe(false);
});
