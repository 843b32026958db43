/** libheif reads the metadata of a file when it opens it, whether anybody asks for them or not. */
import { spawnSync } from "node:child_process";
import { deflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { withoutEncodings } from "../../lib/vision/headers/heif-encodings.ts";
import { formatSample } from "../support/header-samples.ts";
import { info, withItems } from "../support/heif-file.ts";

const sample = formatSample("image.avif");
const INFLATED_BYTES = 400_000_000;
const compressed = deflateSync(Buffer.alloc(INFLATED_BYTES), { level: 9 });

/** The sample with these data, whose description ends with these texts. */
function described(data: Buffer, ...texts: string[]): Buffer {
  return withItems(sample, [info(2, ...texts)], [data.length], data);
}

/** Decodes a file in a process of its own, which is killed if that does not end. */
function decode(file: Buffer) {
  const script = `
    import { readFileSync } from "node:fs";
    import { decodeImage } from "./lib/vision/decode.ts";
    import { readHeader } from "./lib/vision/headers/image-header.ts";
    import { cv } from "./test/support/opencv.ts";
    const file = readFileSync(0);
    const { cols, rows } = decodeImage(cv, file, readHeader(file), "grey");
    console.log(JSON.stringify({ cols, rows, peakBytes: process.resourceUsage().maxRSS * 1024 }));
  `;
  const args = ["--input-type=module", "-e", script];
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8", input: file, timeout: 60_000 });
  return JSON.parse(stdout || JSON.stringify({ stderr }));
}

describe("compressed metadata of a HEIF file", () => {
  it("are not inflated", { timeout: 120_000 }, () => {
    const { peakBytes, ...decoded } = decode(described(compressed, "mime", "application/rdf+xml", "deflate"));
    expect(decoded).toEqual({ cols: 67, rows: 45 });
    expect(peakBytes).toBeLessThan(INFLATED_BYTES);
  });

  it("may be cut off, for which libheif would wait", { timeout: 120_000 }, () => {
    const file = described(compressed.subarray(0, 20), "mime", "application/rdf+xml", "deflate");
    expect(decode(file)).toMatchObject({ cols: 67, rows: 45 });
  });

  it("are found by their encoding, which only items of type mime have", () => {
    const data = Buffer.alloc(9);
    const file = described(data, "mimeXMP", "application/rdf+xml", "deflate");
    const expected = Buffer.from(file);
    expected[file.indexOf("deflate")] = 0;
    expect(withoutEncodings(file)).toEqual(expected);
    for (const texts of [["mimeXMP", "text/plain"], ["mimeXMP", "text/plain", ""], ["mimeXMP"], ["Exif", "a", "b"]])
      expect(withoutEncodings(described(data, ...texts)), texts.join()).toBe(undefined);
    expect(withoutEncodings(sample)).toBe(undefined);
  });
});
