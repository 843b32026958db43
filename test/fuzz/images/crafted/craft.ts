/** Files from scratch, with fields that are extreme or contradict each other. */
import type { ImageFormat } from "../../../../lib/vision/headers/image-header.ts";
import type { Random } from "../../../support/random.ts";
import { craftBmp } from "./bmp.ts";
import { craftGif } from "./gif.ts";
import { craftHeif } from "./heif.ts";
import { craftJpeg } from "./jpeg.ts";
import { craftPng } from "./png.ts";
import { craftTiff } from "./tiff.ts";
import { craftWebp } from "./webp.ts";

const CRAFTS: readonly (readonly [ImageFormat, (random: Random) => Buffer])[] = [
  ["bmp", craftBmp],
  ["gif", craftGif],
  ["heif", craftHeif],
  ["jpeg", craftJpeg],
  ["png", craftPng],
  ["tiff", craftTiff],
  ["webp", craftWebp],
];

/** Each format in turn. */
export function craft(random: Random, number: number): { format: ImageFormat; file: Buffer } {
  const [format, build] = CRAFTS[number % CRAFTS.length] as (typeof CRAFTS)[number];
  return { format, file: build(random) };
}
