/** Whatever the bytes are, a header is read or refused by a failure of ours, at once. */
import { describe, expect, it } from "vitest";
import { toPlainBmp } from "../../../lib/vision/headers/bmp-pixels.ts";
import { checkHeader, type ImageHeader, readHeader } from "../../../lib/vision/headers/image-header.ts";
import { withoutMisreadTags } from "../../../lib/vision/headers/tiff.ts";
import { firstFrame } from "../../../lib/vision/headers/webp.ts";
import { failureOf, samples } from "../../support/header-samples.ts";

const CODES = ["UNSUPPORTED_MEDIA_TYPE", "UNDECODABLE_IMAGE", "IMAGE_TOO_COMPLEX", "TOO_MANY_PIXELS"];
const MAX_PIXELS = 1_000_000;
/** Of the processor: the machine may have other work. Generous: the slowest of 8 MiB take a tenth of a second. */
const LONGEST_MS = 5_000;

/** Reads a header and makes what is made of the file before decoding. Errors that are not of ours are thrown on. */
function readAll(file: Buffer): ImageHeader | undefined {
  let header: ImageHeader | undefined;
  const failure = failureOf(() => {
    header = checkHeader(file, MAX_PIXELS);
    if (header.format === "bmp") toPlainBmp(file);
    if (header.format === "tiff") withoutMisreadTags(file);
    if (header.format === "webp") firstFrame(file);
  });
  if (failure && !CODES.includes(failure.type)) throw new Error(`${failure.type}: ${failure.message}`);
  if (!failure) checkSane(header as ImageHeader);
  return header;
}

function checkSane({ width, height, orientation }: ImageHeader): void {
  const isSane =
    Number.isInteger(width) &&
    Number.isInteger(height) &&
    width > 0 &&
    height > 0 &&
    orientation >= 1 &&
    orientation <= 8;
  if (!isSane) throw new Error(`width ${width}, height ${height}, orientation ${orientation}`);
}

describe("a header is read or refused", () => {
  for (const [name, { file }] of Object.entries(samples)) {
    it(`of ${name}, cut off anywhere`, () => {
      for (let length = 1; length < Math.min(file.length, 5000); length++) readAll(file.subarray(0, length));
    });

    it(`of ${name}, with any byte changed`, () => {
      const changed = Buffer.from(file);
      const ends = [
        ...Array.from({ length: 200 }, (_, index) => index),
        ...Array.from({ length: 200 }, (_, i) => file.length - 1 - i),
      ];
      for (const offset of new Set(ends)) {
        const before = file[offset] as number;
        for (const value of [
          0,
          1,
          2,
          3,
          4,
          8,
          16,
          0x2c,
          0x3f,
          0x40,
          0x7f,
          0x80,
          0xd9,
          0xda,
          0xfe,
          0xff,
          before ^ 1,
          before ^ 0x80,
        ]) {
          changed[offset] = value;
          readAll(changed);
        }
        changed[offset] = before;
      }
    });
  }
});

describe("a header is read in a time that grows with the file only", () => {
  const repeated = (head: Buffer | string, part: Buffer | string) => {
    const bytes = [head, part].map((piece) => Buffer.from(piece as string, "latin1")) as [Buffer, Buffer];
    return Buffer.concat([bytes[0], Buffer.alloc(8 * 2 ** 20, bytes[1])]);
  };
  const files: Record<string, Buffer> = {
    "a JPEG of fill bytes": repeated("\xff\xd8", "\xff"),
    "a JPEG of stuffed bytes": repeated(
      "\xff\xd8\xff\xc0\0\x0b\x08\0\x09\0\x09\x01\x01\x11\0\xff\xda\0\x08\x01\x01\0\0\x3f\0",
      "\xff\0",
    ),
    "a JPEG of restart markers": repeated("\xff\xd8", "\xff\xd0"),
    "a JPEG of comments": repeated("\xff\xd8", "\xff\xfe\0\0"),
    "a JPEG of empty Exif blocks": repeated("\xff\xd8", "\xff\xe1\0\x08Exif\0\0"),
    "a PNG of empty chunks": repeated(samples.png?.file.subarray(0, 33) as Buffer, "\0\0\0\0tEXt\0\0\0\0"),
    "a WebP of empty chunks": repeated("RIFF\x08\0\x80\0WEBPVP8X\x0a\0\0\0\0\0\0\0\0\0\0\0\0\0", "abcd\0\0\0\0"),
    "a GIF of extensions": repeated("GIF89a\0\0\0\0\0\0\0", "\x21\xfe\0"),
    "a HEIF file of empty boxes": repeated("\0\0\0\x18ftypheic\0\0\0\0heicmif1", "\0\0\0\x08free"),
    "a meta box of empty boxes": repeated("\0\0\0\x18ftypheic\0\0\0\0heicmif1\0\0\0\0meta\0\0\0\0", "\0\0\0\x08free"),
    "a TIFF of endless strips": repeated("II*\0\x08\0\0\0\xff\xff", "\x11\x01\x04\0\xff\xff\xff\xff\0\0\0\0"),
    "spaces before a tag": repeated("<!--", " "),
  };
  for (const [name, file] of Object.entries(files))
    it(name, () => {
      const before = process.threadCpuUsage();
      const { type = "UNDECODABLE_IMAGE" } = failureOf(() => readHeader(file)) ?? {};
      expect(CODES).toContain(type);
      expect(process.threadCpuUsage(before).user / 1000).toBeLessThan(LONGEST_MS);
    });
});
