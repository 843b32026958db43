import { describe, expect, it } from "vitest";
import type { PixelForm } from "../../lib/vision/decode.ts";
import { decodeImage } from "../../lib/vision/decode.ts";
import { readHeader } from "../../lib/vision/headers/image-header.ts";
import { formatSample } from "../support/header-samples.ts";
import { cv } from "../support/opencv.ts";

const [LEFT_RIGHT, UPSIDE_DOWN, NONE] = [1, 0, undefined];

/** The file with a mirroring in the place of the description of its colours, or with none there. */
function mirrored(name: string, axis: number | undefined): Buffer {
  const file = Buffer.from(formatSample(name));
  const type = file.indexOf("colr");
  file.write(axis === undefined ? "free" : "imir", type, "latin1");
  if (axis !== undefined) file[type + 4] = axis;
  return file;
}

function pixelsOf(file: Buffer, form: PixelForm, flip?: number): { rows: number; cols: number; pixels: Buffer } {
  const decoded = decodeImage(cv, file, readHeader(file), form);
  const image = flip === undefined ? decoded : decoded.flip(flip);
  const { rows, cols } = image;
  const pixels = image.getData();
  for (const mat of new Set([decoded, image])) mat.release();
  return { rows, cols, pixels };
}

/** As OpenCV numbers them. */
const FLIP = { leftRight: 1, upsideDown: 0, both: -1 };

describe("an AVIF that is mirrored", () => {
  it.each([
    ["of 8 bits a channel", "grey-limited.avif"],
    ["of 10, which libheif 1.15 does not mirror", "deep-420.avif"],
    ["of 10 with as many samples of chroma", "deep-444.avif"],
  ])("is decoded: %s", (_name, sample) => {
    for (const form of ["grey", "color"] as const) {
      const plain = mirrored(sample, NONE);
      expect(pixelsOf(mirrored(sample, LEFT_RIGHT), form)).toEqual(pixelsOf(plain, form, FLIP.leftRight));
      expect(pixelsOf(mirrored(sample, UPSIDE_DOWN), form)).toEqual(pixelsOf(plain, form, FLIP.upsideDown));
      expect(pixelsOf(plain, form)).not.toEqual(pixelsOf(plain, form, FLIP.leftRight));
    }
  });

  it("is mirrored before a quarter of a turn that follows", () => {
    const turned = mirrored("rotated.avif", NONE);
    expect(pixelsOf(mirrored("rotated.avif", LEFT_RIGHT), "color")).toEqual(pixelsOf(turned, "color", FLIP.upsideDown));
    expect(pixelsOf(mirrored("rotated.avif", UPSIDE_DOWN), "color")).toEqual(pixelsOf(turned, "color", FLIP.leftRight));
  });

  it("is mirrored as often as the image lists the mirroring", () => {
    const associations = Buffer.from([5, 0x01, 0x02, 0x83, 0x04, 0x85]);
    /** The mirroring stands in the place of the colours; the pixel format is not listed, which the standard allows. */
    const [SIZE, CODING, MIRRORING, TURN] = [0x01, 0x83, 0x84, 0x85];
    const file = mirrored("rotated.avif", LEFT_RIGHT);
    const at = file.indexOf(associations);
    file.set([5, SIZE, CODING, MIRRORING, TURN, MIRRORING], at);
    // A quarter of a turn lies between the two.
    expect(pixelsOf(file, "color")).toEqual(pixelsOf(mirrored("rotated.avif", NONE), "color", FLIP.both));
  });
});
