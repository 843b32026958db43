/** Brands that libheif does not know, as sequences with a primary image have them. */
import { describe, expect, it } from "vitest";
import { decodeImage } from "../../lib/vision/decode.ts";
import { withKnownBrand } from "../../lib/vision/headers/heif-brands.ts";
import { readHeader } from "../../lib/vision/headers/image-header.ts";
import { formatSample } from "../support/header-samples.ts";
import { cv } from "../support/opencv.ts";

const samples = { heic: formatSample("image.heic"), avif: formatSample("image.avif") };

/** The sample with this brand in place of all others. */
function branded(sample: Buffer, brand: string): Buffer {
  const file = Buffer.from(sample);
  for (const offset of [8, ...Array.from({ length: (file.readUInt32BE(0) - 16) / 4 }, (_, index) => 16 + index * 4)])
    file.write(brand, offset, "latin1");
  return file;
}

function pixelsOf(file: Buffer): Buffer {
  return decodeImage(cv, file, readHeader(file), "color").getData();
}

describe("a HEIF image is decoded", () => {
  it.each([
    ["heic", "msf1"],
    ["heic", "hevc"],
    ["heic", "mif2"],
    ["avif", "avis"],
    ["avif", "miaf"],
  ] as const)("that is %s by its primary image and %s by its brands, which libheif refuses", (kind, brand) => {
    const file = branded(samples[kind], brand);
    expect(() => cv.decodeImage(file, "heif", true, 67, 45)).toThrow("supported brands");
    expect(pixelsOf(file)).toEqual(pixelsOf(samples[kind]));
  });

  it.each(["heic", "heix", "mif1", "avif"])("without a copy of the file where its brand is %s", (brand) => {
    const file = branded(samples.heic, brand);
    expect(withKnownBrand(file)).toBeUndefined();
    expect(pixelsOf(file)).toEqual(pixelsOf(samples.heic));
  });
});
