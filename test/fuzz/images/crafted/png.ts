/** PNG of all colour types, allowed depths and others, with data and chunks of wrong lengths. All CRCs are right. */
import { deflateSync } from "node:zlib";
import type { Random } from "../../../support/random.ts";
import { layouts, type Piece } from "../pieces.ts";
import { field, oddNumber, oddSide, randomBytes, shuffled } from "../values.ts";

const CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
const DEPTHS: Readonly<Record<number, readonly number[]>> = {
  0: [1, 2, 4, 8, 16],
  3: [1, 2, 4, 8],
  2: [8, 16],
  4: [8, 16],
  6: [8, 16],
};
const OTHER_CHUNKS = ["tRNS", "gAMA", "cHRM", "iCCP", "sBIT", "bKGD", "hIST", "pHYs", "sPLT", "tIME", "tEXt", "zTXt"];
const MORE_CHUNKS = ["iTXt", "eXIf", "acTL", "fcTL", "fdAT", "sRGB", "IDAT", "IHDR", "PLTE", "ABCD", "abcd"];
const MOST_BYTES = 1_000_000;

const uint32 = (value: number) => field(value, 4, false);

function header(random: Random, width: number, height: number, bits: number, color: number): Buffer {
  const rest = [bits, color, random.chance(0.98) ? 0 : 1, random.chance(0.98) ? 0 : 1];
  const interlace = random.chance(0.97) ? random.integer(0, 1) : 2;
  const whole = Buffer.concat([uint32(width), uint32(height), Buffer.from([...rest, interlace])]);
  return random.chance(0.95) ? whole : whole.subarray(0, random.integer(0, 13));
}

function otherChunk(random: Random): Piece {
  const type = random.pick(random.chance(0.7) ? OTHER_CHUNKS : MORE_CHUNKS);
  const length = random.pick([0, 1, 2, 4, 6, 9, 26, 32, 256, random.integer(0, 2000)]);
  const content = randomBytes(random, length);
  if (type === "iCCP" || type === "zTXt")
    return { type, content: Buffer.concat([Buffer.from("a\0\0"), deflateSync(content)]) };
  if (type === "gAMA") return { type, content: uint32(oddNumber(random)) };
  return { type, content };
}

export function craftPng(random: Random): Buffer {
  const [width, height] = [oddSide(random), oddSide(random)];
  const color = random.chance(0.95) ? random.pick([0, 2, 3, 4, 6]) : random.integer(0, 255);
  const bits = random.chance(0.95) ? random.pick(DEPTHS[color] ?? [8]) : random.integer(0, 32);
  const rowBytes = 1 + Math.ceil((width * bits * (CHANNELS[color] ?? 1)) / 8);
  const length = Math.min(MOST_BYTES, Math.floor(rowBytes * height * random.pick([1, 1, 1, 1, 1, 1.2, 0.5, 0])));
  const pixels = randomBytes(random, Math.min(length, 20_000));
  // The first byte of a row names its filter, of which there are five.
  for (let at = 0; at < pixels.length; at += rowBytes) pixels[at] = random.chance(0.999) ? random.integer(0, 4) : 5;
  const data = deflateSync(Buffer.concat([pixels, Buffer.alloc(length - pixels.length)]), { level: 1 });
  const cut = random.integer(0, data.length);
  const palette = randomBytes(random, random.chance(0.9) ? 3 * random.integer(1, 256) : random.integer(0, 1000));
  const pieces: Piece[] = [
    ...(color === 3 || random.chance(0.1) ? [{ type: "PLTE", content: palette }] : []),
    ...Array.from({ length: random.integer(0, 3) }, () => otherChunk(random)),
    { type: "IDAT", content: data.subarray(0, cut) },
    ...(random.chance(0.05) ? [otherChunk(random)] : []),
    { type: "IDAT", content: data.subarray(random.chance(0.95) ? cut : 0) },
    ...(random.chance(0.95) ? [{ type: "IEND", content: Buffer.alloc(0) }] : []),
  ];
  const first = { type: "IHDR", content: header(random, width, height, bits, color) };
  const ordered = random.chance(0.9) ? [first, ...pieces] : shuffled(random, [first, ...pieces]);
  return layouts.png?.join(ordered, Buffer.from("\x89PNG\r\n\x1a\n", "latin1")) as Buffer;
}
