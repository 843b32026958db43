/** References that libheif refuses, as photos with a tone map have them. */
import { describe, expect, it } from "vitest";
import { decodeImage } from "../../lib/vision/decode.ts";
import { findBox, fullBox } from "../../lib/vision/headers/heif-boxes.ts";
import { readItems } from "../../lib/vision/headers/heif-items.ts";
import { withoutRefusedReferences } from "../../lib/vision/headers/heif-references.ts";
import { readHeader } from "../../lib/vision/headers/image-header.ts";
import { formatSample } from "../support/header-samples.ts";
import { box, full, heif, uint } from "../support/heif-file.ts";
import { cv } from "../support/opencv.ts";

const sample = formatSample("image.avif");
const [IMAGE, GAIN_MAP, TONE_MAP, EXIF] = [1, 2, 3, 4];

const reference = (type: string, from: number, ...to: number[]) => box(type, uint(16, from, to.length, ...to));

/** The sample as a photo with a gain map, a tone map made of both, and Exif. */
function photo(...references: Buffer[]): Buffer {
  const items = readItems(fullBox(findBox(sample, "meta") as Buffer).content, sample);
  const own = items.propertiesOf(items.primary).map(({ type, content }) => box(type, content));
  const auxC = full("auxC", 0, 0, Buffer.from("urn:com:apple:photo:2020:aux:hdrgainmap\0"));
  const properties = own.map((_, index) => index + 1);
  const data = items.dataOf(items.primary);
  return heif(
    [...own, auxC],
    [
      { type: "av01", properties, data },
      { type: "av01", properties: [...properties, properties.length + 1], data },
      { type: "tmap", properties: [], data: uint(8, 0) },
      { type: "Exif", properties: [], data: uint(32, 0) },
    ],
    { brands: ["avif", "mif1", "tmap"], references: full("iref", 0, 0, ...references) },
  );
}

function pixelsOf(file: Buffer): Buffer {
  return decodeImage(cv, file, readHeader(file), "grey").getData();
}

const refused = {
  "Exif of a tone map": reference("cdsc", EXIF, IMAGE, TONE_MAP),
  "an auxiliary image of a tone map": reference("auxl", GAIN_MAP, IMAGE, TONE_MAP),
  "a thumbnail of a tone map": reference("thmb", GAIN_MAP, IMAGE, TONE_MAP),
  "a thumbnail of a tone map only": reference("thmb", GAIN_MAP, TONE_MAP),
};

describe("a HEIF image is decoded", () => {
  for (const [kind, own] of Object.entries(refused))
    it(`with ${kind}, which libheif refuses`, () => {
      const file = photo(reference("dimg", TONE_MAP, IMAGE, GAIN_MAP), own);
      expect(() => cv.decodeImage(file, "heif", true, 67, 45)).toThrow(/references|assigned|non-existing/i);
      expect(pixelsOf(file)).toEqual(pixelsOf(sample));
    });

  it("with references that libheif takes, without a copy of the file", () => {
    const file = photo(reference("auxl", GAIN_MAP, IMAGE), reference("cdsc", EXIF, IMAGE));
    expect(withoutRefusedReferences(file)).toBeUndefined();
    expect(pixelsOf(file)).toEqual(pixelsOf(sample));
  });
});
