import { expect, it } from "vitest";
import { cursorAfter, cursorText, markOf, parseCursor } from "../../lib/jobs/event-cursor.ts";
import { eventOf } from "../ports/sample-events.ts";

const event = eventOf("a", 1, "2026-01-01T00:00:00.000Z");

it("is a sequence, with or without a mark", () => {
  for (const text of ["0", "12", "9007199254740991", "12-0123abcd"])
    expect(cursorText(parseCursor(text) ?? { after: -1 })).toBe(text);
  expect(parseCursor("12-0123abcd")).toEqual({ after: 12, mark: "0123abcd" });
  for (const text of ["", "x", "-1", "1.5", "9007199254740992", "99999999999999999", "1-", "1-0123ABCD", "1-0123abcde"])
    expect(parseCursor(text), text).toBeUndefined();
});

it("has a mark of the event at the sequence, that differs for another id or time", () => {
  expect(parseCursor(cursorAfter({ sequence: 7, event }))).toEqual({ after: 7, mark: markOf(event) });
  expect(markOf({ ...event, data: { changed: true } })).toBe(markOf(event));
  const others = [
    { ...event, id: "a.2" },
    { ...event, time: "2026-01-01T00:00:00.001Z" },
  ];
  for (const other of others) expect(markOf(other)).not.toBe(markOf(event));
});
