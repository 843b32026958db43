/** GIF whose frames leave the screen, whose palettes are missing, whose data are too short or too long. */
import type { Random } from "../../../support/random.ts";
import { field, oddNumber, oddSide, randomBytes } from "../values.ts";

const uint16 = (value: number) => field(value, 2, true);

function subBlocks(random: Random, data: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < data.length; at += 255) {
    const block = data.subarray(at, at + 255);
    parts.push(Buffer.from([block.length]), block);
  }
  if (random.chance(0.95)) parts.push(Buffer.from([0]));
  return Buffer.concat(parts);
}

/** Codes of one width, with a clear code before the width would grow. */
function lzw(random: Random, minimumBits: number, pixels: number): Buffer {
  const clear = 2 ** minimumBits;
  const codes: number[] = [];
  for (let i = 0; i < pixels; i++) {
    if (i % Math.max(1, clear - 2) === 0) codes.push(clear);
    codes.push(random.chance(0.999) ? random.integer(0, clear - 1) : random.integer(0, 2 * clear - 1));
  }
  if (random.chance(0.8)) codes.push(clear + 1);
  const bytes: number[] = [];
  let [buffered, bits] = [0, 0];
  for (const code of codes) {
    buffered |= code << bits;
    bits += minimumBits + 1;
    for (; bits >= 8; bits -= 8, buffered >>>= 8) bytes.push(buffered & 0xff);
  }
  bytes.push(buffered & 0xff);
  return Buffer.from(bytes);
}

function extension(random: Random): Buffer {
  const label = random.pick([0xf9, 0xff, 0xfe, 0x01, random.integer(0, 255)]);
  const content = label === 0xf9 && random.chance(0.8) ? 4 : random.integer(0, 300);
  return Buffer.concat([Buffer.from([0x21, label]), subBlocks(random, randomBytes(random, content))]);
}

const paletteFor = (random: Random, flags: number) =>
  (flags & 0x80) === 0 ? Buffer.alloc(0) : randomBytes(random, 3 * 2 ** ((flags & 7) + 1));

function frame(random: Random, screen: readonly [number, number]): Buffer {
  const isInside = random.chance(0.6);
  const [width, height] = isInside ? screen : [oddSide(random), oddSide(random)];
  const [x, y] = isInside ? [0, 0] : [oddNumber(random), random.integer(0, 100)];
  const flags = random.integer(0, 255) & (random.chance(0.5) ? 0xff : 0x7f);
  const minimumBits = random.chance(0.9) ? random.integer(2, 8) : random.integer(0, 16);
  const pixels = Math.min(100_000, Math.floor(width * height * random.pick([1, 1, 1, 0.5, 0, 2])));
  const isWritten = minimumBits >= 1 && minimumBits <= 11;
  const data = isWritten ? lzw(random, minimumBits, pixels) : randomBytes(random, Math.min(pixels, 1000));
  const head = [Buffer.from([0x2c]), ...[x, y, width, height].map(uint16), Buffer.from([flags])];
  return Buffer.concat([...head, paletteFor(random, flags), Buffer.from([minimumBits]), subBlocks(random, data)]);
}

export function craftGif(random: Random): Buffer {
  const screen = [oddSide(random), oddSide(random)] as const;
  const flags = random.integer(0, 255) | (random.chance(0.8) ? 0x80 : 0);
  const blocks = Array.from({ length: random.integer(0, 3) }, () => extension(random));
  const frames = Array.from({ length: random.pick([1, 1, 1, 2, 0]) }, () => frame(random, screen));
  return Buffer.concat([
    Buffer.from(random.pick(["GIF89a", "GIF87a"])),
    ...screen.map(uint16),
    Buffer.from([flags, random.integer(0, 255), random.integer(0, 255)]),
    paletteFor(random, flags),
    ...blocks,
    ...frames,
    Buffer.from(random.chance(0.9) ? [0x3b] : []),
  ]);
}
