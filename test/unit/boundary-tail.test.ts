import { expect, it } from "vitest";
import { type BoundaryTail, isUnfinished, tailAfter } from "../../lib/http/upload/boundary-tail.ts";

/** The outcome of the text after a boundary, and how many of its characters that took. */
function read(text: string): [BoundaryTail, number] {
  let tail: BoundaryTail = "boundary";
  let position = 0;
  while (isUnfinished(tail) && position < text.length) tail = tailAfter(tail, text.charCodeAt(position++));
  return [tail, position];
}

it.each<[string, BoundaryTail, number]>([
  ["\r\nContent-Type", "part", 2],
  [" \t \r\nContent-Type", "part", 5],
  ["--", "end of form", 2],
  ["--\r\n--b", "end of form", 2],
  ["", "boundary", 0],
  [" ", "space", 1],
  ["-", "dash", 1],
  ["\r", "cr", 1],
  ["x", "fault", 1],
  ["\n", "fault", 1],
  ["\r\r\n", "fault", 2],
  ["\r \n", "fault", 2],
  ["\r--", "fault", 2],
  ["-\r\n", "fault", 2],
  ["- -", "fault", 2],
  [" --", "fault", 2],
  ["  x\r\n", "fault", 3],
])("%j after a boundary: %s", (text, outcome, length) => {
  expect(read(text)).toEqual([outcome, length]);
});
