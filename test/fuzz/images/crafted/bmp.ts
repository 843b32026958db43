/** BMP of all lengths of header, depths, compressions and masks. Fields as in lib/vision/headers/bmp.ts. */
import type { Random } from "../../../support/random.ts";
import { field, oddNumber, oddSide, randomBytes } from "../values.ts";

const HEADER_BYTES = [12, 16, 24, 40, 40, 40, 52, 56, 64, 108, 124];
/** Pixels that are not there are most of what a file can lie about; more than this are never written. */
const MOST_PIXEL_BYTES = 65_536;

const masksFor: Readonly<Record<number, readonly number[]>> = {
  16: [0x7c00, 0x03e0, 0x001f, 0x8000],
  32: [0xff0000, 0xff00, 0xff, 0xff000000],
};

export function craftBmp(random: Random): Buffer {
  const headerBytes = random.chance(0.95) ? random.pick(HEADER_BYTES) : oddNumber(random);
  const bits = random.chance(0.95) ? random.pick([1, 2, 4, 8, 16, 24, 32]) : oddNumber(random);
  const [width, height] = [oddSide(random), oddSide(random)];
  const compression = random.pick([0, 0, 0, fitting(bits), fitting(bits), random.integer(0, 13), oddNumber(random)]);
  const uint16 = (value: number) => field(value, 2, true);
  const uint32 = (value: number) => field(value, 4, true);
  const masks = (masksFor[bits] ?? [1, 2, 4, 8]).map((mask) => (random.chance(0.9) ? mask : oddNumber(random)));
  const colors = random.chance(0.7) ? 0 : random.chance(0.7) ? random.integer(1, 300) : oddNumber(random);
  const core = [uint16(width), uint16(height), uint16(1), uint16(bits)];
  const info = [
    uint32(width),
    uint32(random.chance(0.3) ? -height : height),
    uint16(random.chance(0.9) ? 1 : oddNumber(random)),
    uint16(bits),
    uint32(compression),
    uint32(oddNumber(random)), // bytes of the image
    uint32(0),
    uint32(0),
    uint32(colors),
    uint32(oddNumber(random)), // important colours
    ...masks.map(uint32),
    randomBytes(random, 124),
  ];
  const header = Buffer.concat(headerBytes === 12 ? core : info).subarray(
    0,
    Math.max(0, Math.min(headerBytes, 124) - 4),
  );
  const followingMasks =
    headerBytes === 40 && (compression === 3 || compression === 6) ? masks.slice(0, 3).map(uint32) : [];
  const palette =
    bits <= 8
      ? randomBytes(random, Math.min(colors || 2 ** bits, 256) * (headerBytes === 12 ? 3 : 4))
      : Buffer.alloc(0);
  const before = Buffer.concat([uint32(headerBytes), header, ...followingMasks, palette]);
  const start = random.chance(0.9) ? 14 + before.length : oddNumber(random);
  const needed = Math.ceil((width * bits) / 32) * 4 * height;
  const length = Math.min(MOST_PIXEL_BYTES, Math.floor(needed * random.pick([1, 1, 1, 1.1, 0.5, 0])));
  const pixels = compression === 1 || compression === 2 ? runLengths(random, height) : randomBytes(random, length);
  const fileBytes = random.chance(0.5) ? start + pixels.length : oddNumber(random);
  return Buffer.concat([Buffer.from("BM"), uint32(fileBytes), uint32(0), uint32(start), before, pixels]);
}

/** A compression that goes with so many bits a pixel. */
function fitting(bits: number): number {
  if (bits === 8) return 1;
  if (bits === 4) return 2;
  return bits === 16 || bits === 32 ? 3 : 0;
}

/** Runs, literals, ends of rows and jumps, of which some leave the image. */
function runLengths(random: Random, height: number): Buffer {
  const parts: Buffer[] = [];
  for (let i = Math.min(height, 200) * random.integer(1, 4); i > 0; i--) {
    const kind = random.integer(0, 9);
    if (kind < 5) parts.push(Buffer.from([random.integer(1, 255), random.integer(0, 255)]));
    else if (kind < 7) parts.push(Buffer.from([0, 0]));
    else if (kind < 8) parts.push(Buffer.from([0, 2, random.integer(0, 255), random.integer(0, 255)]));
    else {
      const count = random.integer(3, 255);
      parts.push(Buffer.from([0, count]), randomBytes(random, random.chance(0.9) ? count + (count % 2) : count / 2));
    }
  }
  if (random.chance(0.8)) parts.push(Buffer.from([0, 1]));
  return Buffer.concat(parts);
}
