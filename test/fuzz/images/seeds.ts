/** The valid and damaged files that mutations begin with, by format. */
import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { formatOf, type ImageFormat } from "../../../lib/vision/headers/image-header.ts";
import { samples } from "../../support/header-samples.ts";
import { sample } from "../../support/images.ts";
import { cv } from "../../support/opencv.ts";

export interface Seed {
  readonly name: string;
  readonly format: ImageFormat;
  readonly file: Buffer;
}

const testData = join(import.meta.dirname, "../../../test-data");

/** None, LZW, JPEG, ZIP and PackBits, as TIFF numbers them (tag 259). */
const TIFF_COMPRESSIONS = [1, 5, 7, 8, 32773];
const TIFF_COMPRESSION_TAG = 259;

function tiffs(): Record<string, Buffer> {
  // OpenCV writes strips of 8 KiB, which must have a multiple of 8 rows for JPEG: at this width they have 8.
  const image = cv.imdecode(sample("astronaut.png"), cv.IMREAD_COLOR).resize(40, 340);
  const names = TIFF_COMPRESSIONS.map((compression) => {
    const file = Buffer.from(cv.imencode(".tif", image, [TIFF_COMPRESSION_TAG, compression]));
    return [`tiff-compression-${compression}`, file] as const;
  });
  return Object.fromEntries(names);
}

function committed(): Record<string, Buffer> {
  const paths = globSync("{samples,formats,cases}/*", { cwd: testData }).sort();
  return Object.fromEntries(paths.map((path) => [basename(path), readFileSync(join(testData, path))]));
}

/** In an order that does not change, so that a seed of the generator repeats its files. */
export function loadSeeds(): ReadonlyMap<ImageFormat, readonly Seed[]> {
  const generated = Object.entries(samples).map(([name, { file }]) => [name.replaceAll(" ", "-"), file] as const);
  const files = [...Object.entries(committed()), ...generated, ...Object.entries(tiffs())];
  const seeds = files.flatMap(([name, file]): Seed[] => {
    const format = formatOf(file);
    return format ? [{ name, format, file }] : [];
  });
  return Map.groupBy(seeds, ({ format }) => format);
}
