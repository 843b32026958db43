/** WebP whose extended header lies, with bitstreams at random behind headers that are right. */

import { exifBlock, riff, samples, webpChunk } from "../../../support/header-samples.ts";
import type { Random } from "../../../support/random.ts";
import { field, oddNumber, oddSide, randomBytes, shuffled } from "../values.ts";

type Size = readonly [width: number, height: number];

/** Whatever follows the header of a lossy frame is decoded as something: an arithmetic coder knows no errors. */
function lossy(random: Random, [width, height]: Size): Buffer {
  const data = randomBytes(random, random.integer(30, 3000));
  const partition = random.chance(0.9) ? random.integer(1, Math.max(1, data.length >> 1)) : oddNumber(random) & 0x7ffff;
  const tag = (partition << 5) | 0x10 | (random.integer(0, 3) << 1);
  const sides = [width, height].map((side) => field((side & 0x3fff) | (random.integer(0, 3) << 14), 2, true));
  return Buffer.concat([
    Buffer.from([tag & 0xff, (tag >> 8) & 0xff, (tag >> 16) & 0xff, 0x9d, 0x01, 0x2a]),
    ...sides,
    data,
  ]);
}

function lossless(random: Random, [width, height]: Size): Buffer {
  const bits = ((width - 1) & 0x3fff) | (((height - 1) & 0x3fff) << 14) | (random.integer(0, 1) << 28);
  return Buffer.concat([Buffer.from([0x2f]), field(bits, 4, true), randomBytes(random, random.integer(0, 2000))]);
}

const real = ["webp", "lossy webp"].map((name) => samples[name] as (typeof samples)[string]);

function bitstream(random: Random, size: Size): Buffer[] {
  const kind = random.integer(0, 9);
  if (kind < 2) return [(random.pick(real).file as Buffer).subarray(12)];
  const alpha = Buffer.concat([
    Buffer.from([random.integer(0, 63)]),
    randomBytes(random, size[0] * size[1] < 10_000 ? size[0] * size[1] : 100),
  ]);
  const chunks = kind < 6 ? [webpChunk("VP8 ", lossy(random, size))] : [webpChunk("VP8L", lossless(random, size))];
  return random.chance(0.3) ? [webpChunk("ALPH", alpha), ...chunks] : chunks;
}

const uint24 = (value: number) => field(value, 4, true).subarray(0, 3);

function animationFrame(random: Random, size: Size): Buffer {
  const [x, y] = random.chance(0.7) ? [0, 0] : [oddNumber(random), random.integer(0, 100)];
  const head = [x, y, size[0] - 1, size[1] - 1, oddNumber(random)].map(uint24);
  return webpChunk("ANMF", Buffer.concat([...head, Buffer.from([random.integer(0, 3)]), ...bitstream(random, size)]));
}

function extendedHeader(random: Random, [width, height]: Size, isAnimated: boolean): Buffer {
  const flags = random.chance(0.7) ? (isAnimated ? 0x02 : random.pick([0x00, 0x10, 0x08])) : random.integer(0, 255);
  const canvas = random.chance(0.8) ? [width - 1, height - 1] : [oddNumber(random), oddSide(random)];
  const content = Buffer.concat([Buffer.from([flags, 0, 0, 0]), ...canvas.map(uint24)]);
  return webpChunk("VP8X", random.chance(0.97) ? content : content.subarray(0, random.integer(0, 9)));
}

export function craftWebp(random: Random): Buffer {
  const shared = random.pick(real);
  const size: Size = random.chance(0.2) ? [shared.width, shared.height] : [oddSide(random), oddSide(random)];
  if (random.chance(0.3)) return riff(...bitstream(random, size));
  const isAnimated = random.chance(0.4);
  const frames = Array.from({ length: random.integer(1, 3) }, () => animationFrame(random, size));
  const rest = [
    ...(random.chance(0.3) ? [webpChunk("ICCP", randomBytes(random, random.integer(0, 200)))] : []),
    ...(isAnimated ? [webpChunk("ANIM", randomBytes(random, 6)), ...frames] : bitstream(random, size)),
    ...(random.chance(0.3) ? [webpChunk("EXIF", exifBlock(random.integer(0, 9)))] : []),
    ...(random.chance(0.2)
      ? [webpChunk(random.pick(["XMP ", "abcd"]), randomBytes(random, random.integer(0, 99)))]
      : []),
  ];
  const file = riff(extendedHeader(random, size, isAnimated), ...(random.chance(0.9) ? rest : shuffled(random, rest)));
  // The length of the whole file lies now and then too.
  return random.chance(0.95)
    ? file
    : Buffer.concat([file.subarray(0, 4), field(oddNumber(random), 4, true), file.subarray(8)]);
}
