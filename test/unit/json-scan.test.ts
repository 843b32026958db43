import { describe, expect, it } from "vitest";
import { JsonScan } from "../../lib/http/upload/json-scan.ts";

const bounds = { maxItems: 50, maxNumbers: 50 };

/** What is cut off of JSON that arrives in chunks of so many bytes. */
function scanned(json: string, size: number, within = bounds): string | undefined {
  const scan = new JsonScan(within);
  const bytes = Buffer.from(json);
  for (let at = 0; at < bytes.length; at += size) {
    const excerpt = scan.push(bytes.subarray(at, at + size));
    if (excerpt) return bytes.toString("utf8", 0, excerpt.end) + excerpt.closing.toString();
  }
  return undefined;
}

/** A number of the values in a piece of JSON, as its parser finds them. */
function countOf(value: unknown): { items: number; commas: number } {
  if (typeof value === "string") return { items: 1, commas: 0 };
  if (typeof value !== "object" || value === null) return { items: 0, commas: 0 };
  const members = Object.entries(value);
  const names = Array.isArray(value) ? 0 : members.length;
  const inner = members.map(([, member]) => countOf(member));
  return {
    items: 1 + names + inner.reduce((sum, { items }) => sum + items, 0),
    commas: Math.max(0, members.length - 1) + inner.reduce((sum, { commas }) => sum + commas, 0),
  };
}

const tricky = [
  '{"a":"}]\\"[{,","b\\\\":[1,2,"\\\\\\""],"c":{"d":null}}',
  '["\\\\","\\"","\\\\\\\\","a,b,c","[[[["]',
  JSON.stringify({ long: `${"x".repeat(100)}"\\"${"\\".repeat(70)}`, next: [true, false, "é,Ж"] }),
  JSON.stringify([`${"x".repeat(100)}"y`, 1, 2]),
  ' { "white" : [ 1 , 2 ] } ',
];

describe("the scan of JSON", () => {
  it.each(tricky)("counts what is outside of strings, however it is cut: %s", (json) => {
    const { items, commas } = countOf(JSON.parse(json));
    for (let size = 1; size <= Buffer.byteLength(json); size++) {
      expect(scanned(json, size, { maxItems: items, maxNumbers: commas })).toBeUndefined();
      if (commas > 0) expect(scanned(json, size, { maxItems: 0, maxNumbers: commas - 1 })).toBeDefined();
    }
  });

  it.each(tricky)("ends an excerpt at the comma behind those that are allowed, however it is cut: %s", (json) => {
    const { items, commas } = countOf(JSON.parse(json));
    for (let size = 1; size <= Buffer.byteLength(json); size++)
      for (let allowed = 0; allowed < commas; allowed++) {
        const excerpt = scanned(json, size, { maxItems: items, maxNumbers: allowed - items }) as string;
        expect(countOf(JSON.parse(excerpt)).commas, excerpt).toBe(allowed);
      }
  });

  it("gives only the beginning of what is very long", () => {
    const json = `[${"1,".repeat(30_000)}1]`;
    expect(scanned(json, 10_000, { maxItems: 50, maxNumbers: 40_000 })).toBeUndefined();
    const excerpt = scanned(json, 10_000, { maxItems: 50, maxNumbers: 25_000 }) as string;
    expect(JSON.parse(excerpt)).toHaveLength(20_000);
  });

  it.each([
    ["numbers", `{"images":[${"1,".repeat(200)}1]}`],
    ["empty strings", `{"images":[${'"",'.repeat(200)}""]}`],
    ["objects", `{"a":{"images":[${'{"data":"x"},'.repeat(200)}{}]}}`],
    ["members", `{${Array.from({ length: 200 }, (_, index) => `"k${index}":1`).join(",")}}`],
  ])("gives a beginning of too many %s that is JSON itself", (_name, json) => {
    for (const size of [1, 7, 10_000]) {
      const excerpt = scanned(json, size) as string;
      expect(excerpt.length).toBeLessThan(json.length);
      const { items, commas } = countOf(JSON.parse(excerpt));
      expect(items + commas).toBeGreaterThan(40);
    }
  });

  it("refuses what is nested too deep", () => {
    expect(scanned(`${"[".repeat(64)}${"]".repeat(64)}`, 5)).toBeUndefined();
    expect(() => scanned("[".repeat(65), 5)).toThrow(/nested deeper/);
    expect(() => scanned('{"a":'.repeat(65), 5)).toThrow(/nested deeper/);
  });
});
