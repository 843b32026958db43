import { expect, it } from "vitest";
import { pageOf } from "../../lib/page.ts";

const cursorOf = (item: number) => `after ${item}`;

it("a page has a cursor if more was found than it holds: that of its last item", () => {
  expect(pageOf([1, 2, 3], 2, cursorOf)).toEqual({ items: [1, 2], nextCursor: "after 2" });
  expect(pageOf([0, 1], 1, cursorOf)).toEqual({ items: [0], nextCursor: "after 0" });
});

it("the last page has no cursor, also if it is full or empty", () => {
  expect(pageOf([1, 2], 2, cursorOf)).toEqual({ items: [1, 2] });
  expect(pageOf([1], 2, cursorOf)).toEqual({ items: [1] });
  expect(pageOf([], 2, cursorOf)).toEqual({ items: [] });
});
