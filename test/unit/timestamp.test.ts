import { describe, expect, it } from "vitest";
import { utc } from "../../lib/time/timestamp.ts";

describe("a client's time", () => {
  it.each([
    ["2030-01-01T01:00:00.5+01:00", "2030-01-01T00:00:00.500Z"],
    ["2030-01-01t00:00:00z", "2030-01-01T00:00:00.000Z"],
    ["0000-01-01T00:00:00Z", "0000-01-01T00:00:00.000Z"],
    ["9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"],
  ])("%s is %s", (time, timestamp) => {
    expect(utc("deadline", time)).toBe(timestamp);
  });

  it.each([
    ["is a leap second", "2016-12-31T23:59:60Z"],
    ["is after the year 9999 in UTC", "9999-12-31T23:59:59-00:01"],
    ["is before the year 0 in UTC", "0000-01-01T00:00:00+00:01"],
  ])("that %s is refused, since it could not be compared as text", (_name, time) => {
    expect(() => utc("deadline", time)).toThrow(expect.objectContaining({ type: "INVALID_OPTION" }));
  });
});

it("says that a leap second is refused", () => {
  expect(() => utc("from", "2016-12-31T23:59:60Z")).toThrow(/^from must be .*, and no leap second\.$/);
});
