import { expect, it } from "vitest";
import { parsePrefer } from "../../lib/http/gateway/prefer.ts";

it.each([
  [undefined, { respondAsync: false }],
  ["", { respondAsync: false }],
  ["respond-async", { respondAsync: true }],
  ["Respond-Async, WAIT=5", { respondAsync: true, waitSeconds: 5 }],
  [["wait=5", "respond-async; x=1"], { respondAsync: true, waitSeconds: 5 }],
  ['wait = "7" ; x="a,respond-async"', { respondAsync: false, waitSeconds: 7 }],
  // Of a preference that is sent twice, the first counts.
  ["wait=5, wait=50", { respondAsync: false, waitSeconds: 5 }],
  ["wait=60", { respondAsync: false, waitSeconds: 60 }],
  ["wait=61", { respondAsync: false, waitSeconds: 60 }],
  ["wait=0", { respondAsync: false, waitSeconds: 0 }],
  ["wait, wait=5", { respondAsync: false }],
  ["wait=-1", { respondAsync: false }],
  ["wait=1.5", { respondAsync: false }],
  ["respond-async=never", { respondAsync: false }],
  ['handling="respond-async, wait=5', { respondAsync: false }],
])("Prefer: %s", (header, expected) => {
  expect(parsePrefer(header)).toEqual(expected);
});

it("takes time in proportion to the header's length", () => {
  for (const [before, part, after] of [
    ["a=", " ", "x y"],
    ["a", " ", "x y"],
    ['a="', " ", 'x" y'],
    ["a=x", " ", "y"],
    ["", '"\\', ""],
    ["", "a=", ""],
  ] as const) {
    const start = process.threadCpuUsage();
    parsePrefer(`${before}${part.repeat(64_000)}${after}`);
    // Of the processor: the machine may have other work.
    expect(process.threadCpuUsage(start).user / 1000).toBeLessThan(1000);
  }
});
