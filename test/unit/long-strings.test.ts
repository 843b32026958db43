import { describe, expect, it } from "vitest";
import { LONG_STRING_BYTES, LongStrings } from "../../lib/contracts/long-strings.ts";
import { JsonScan } from "../../lib/http/upload/json-scan.ts";

/** JSON whose long strings were found by the scan, in chunks of so many bytes. */
function longStringsOf(json: string | Buffer, kept: string[] = [], size = 10_000): LongStrings {
  const scan = new JsonScan({ maxItems: 100, maxNumbers: 100 });
  const bytes = Buffer.from(json);
  for (let at = 0; at < bytes.length; at += size) expect(scan.push(bytes.subarray(at, at + size))).toBeUndefined();
  return new LongStrings(bytes, scan.longStrings, kept);
}

/** What `JSON.parse` gives for the JSON, with the long strings of kept members as bytes. */
function parsed(strings: LongStrings): unknown {
  const bytesToo = (_key: string, value: unknown) => (typeof value === "string" ? strings.bytesOf(value) : value);
  return JSON.parse(JSON.stringify(strings.restore(JSON.parse(strings.rest.toString()))), bytesToo);
}

const long = "QUJD".repeat(LONG_STRING_BYTES / 4);

describe("long strings of JSON", () => {
  it.each([1, 7, 4096, LONG_STRING_BYTES, 10 ** 6])("are found in chunks of %i bytes", (size) => {
    const strings = longStringsOf(JSON.stringify({ a: long, b: ["short", `${long}ä`], c: long.slice(1) }), [], size);
    expect(strings.count).toBe(2);
    expect(strings.rest.length).toBeLessThan(LONG_STRING_BYTES + 500);
    expect(parsed(strings)).toEqual({ a: long, b: ["short", `${long}ä`], c: long.slice(1) });
  });

  it("stay bytes in the members that are named, and in arrays of those", () => {
    const value = {
      data: long,
      images: [long, [long], { data: long, fileName: long, data2: long }],
      name: long,
      labels: { data: long, images: long },
    };
    const bytes = Buffer.from(long);
    expect(parsed(longStringsOf(JSON.stringify(value), ["images", "images.data"]))).toEqual({
      ...value,
      images: [bytes, [bytes], { data: bytes, fileName: long, data2: long }],
    });
  });

  it("may have the slashes that PHP writes", () => {
    const text = "a/b/".repeat(LONG_STRING_BYTES / 4);
    const json = JSON.stringify({ data: `/${text}`, other: `${text}/` }).replaceAll("/", "\\/");
    const strings = longStringsOf(json, ["data"]);
    expect(strings.count).toBe(2);
    expect(parsed(strings)).toEqual({ data: Buffer.from(`/${text}`), other: `${text}/` });
  });

  it.each([
    ["names of members", `{"${long}" : 1, "${long}":"${long}"}`, 1],
    ["strings with escapes", JSON.stringify([`${long}\\`, `${long}"`, `${long}\n`, `\u0001${long}`]), 0],
    ["a slash behind a backslash", `["${long}\\\\/"]`, 0],
    ["names that are odd", `{"__proto__":{"data":"${long}"},"toString":"${long}"}`, 2],
  ])("that are %s mean what they say", (_name, json, count) => {
    const strings = longStringsOf(json, []);
    expect(strings.count).toBe(count);
    expect(parsed(strings)).toEqual(JSON.parse(json));
    expect(JSON.stringify(strings.restore(JSON.parse(strings.rest.toString())))).toBe(JSON.stringify(JSON.parse(json)));
  });

  it("are left in the JSON where they are invalid, so that its parser says so", () => {
    for (const odd of ["\n", "\0", "\\x"]) expect(longStringsOf(`["${long}${odd}"]`).count).toBe(0);
    expect(longStringsOf(Buffer.concat([Buffer.from(`["${long}`), Buffer.from([0xe4]), Buffer.from('"]')])).count).toBe(
      0,
    );
  });
});
