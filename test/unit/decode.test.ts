import { expect, it } from "vitest";
import { decodeImage } from "../../lib/vision/decode.ts";
import { readHeader } from "../../lib/vision/headers/image-header.ts";
import { formatSample, riff, webpChunk } from "../support/header-samples.ts";
import { cv } from "../support/opencv.ts";

/** A black pixel, in 16 bytes. */
const pixel = webpChunk("VP8L", Buffer.from([0x2f, 0, 0, 0, 0, 0x88, 0x88, 0x08]));
const header = webpChunk("VP8X", Buffer.from([0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0]));
const frame = webpChunk("ANMF", Buffer.concat([Buffer.alloc(16), pixel]));

it.each([
  ["a WebP of 28 bytes", riff(pixel)],
  ["an animated WebP whose first frame has as few", riff(header, webpChunk("ANIM", Buffer.alloc(6)), frame)],
])("decodes %s", (_name, file) => {
  const image = decodeImage(cv, file, readHeader(file), "grey");
  expect([image.cols, image.rows, ...image.getData()]).toEqual([1, 1, 0]);
  image.release();
});

it("applies a rotation that a HEIF file lists before the size, as Sony's cameras do", () => {
  const pixelsOf = (file: Buffer) => {
    const image = decodeImage(cv, file, readHeader(file), "grey");
    const decoded = { width: image.cols, height: image.rows, pixels: image.getData() };
    image.release();
    return decoded;
  };
  const file = formatSample("rotated.avif");
  const ROTATION = 0x85;
  const associations = Buffer.from([5, 0x01, 0x02, 0x83, 0x04, ROTATION]);
  const rotatedFirst = Buffer.from(file);
  rotatedFirst.set([5, ROTATION, 0x01, 0x02, 0x83, 0x04], file.indexOf(associations));
  expect(pixelsOf(rotatedFirst)).toEqual(pixelsOf(file));
  expect(pixelsOf(file)).toMatchObject({ width: 45, height: 67 });
});

it.each([
  ["with a description of its colours", "colr"],
  ["without one", "free"],
])("gives a grey AVIF in limited range, %s, the grey values of its source", (_name, box) => {
  // Column x is 4 × x, in 8 rows; libaom, at its best quality.
  const file = Buffer.from(formatSample("grey-limited.avif"));
  file.write(box, file.indexOf("colr"), "latin1");
  for (const [form, channels] of [
    ["grey", 1],
    ["color", 3],
  ] as const) {
    const image = decodeImage(cv, file, readHeader(file), form);
    const differences = [...image.getData()].map((value, index) =>
      Math.abs(value - 4 * (Math.floor(index / channels) % 64)),
    );
    expect([image.cols, image.rows, Math.max(...differences) <= 2]).toEqual([64, 8, true]);
    image.release();
  }
});
