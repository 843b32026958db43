/** JPEG of all kinds of frame, with odd sampling factors, restart intervals and scans, and with tables missing. */

import { segment } from "../../../support/header-samples.ts";
import type { Random } from "../../../support/random.ts";
import { field, oddNumber, oddSide, randomBytes, shuffled } from "../values.ts";

const [SOI, EOI] = [Buffer.from([0xff, 0xd8]), Buffer.from([0xff, 0xd9])];

function quantisation(random: Random, id: number): Buffer {
  const is16Bit = random.chance(0.1);
  const length = random.chance(0.95) ? (is16Bit ? 128 : 64) : random.integer(0, 200);
  return segment(0xdb, Buffer.concat([Buffer.from([(is16Bit ? 0x10 : 0) | id]), randomBytes(random, length)]));
}

/** Up to 16 codes of one length for DC (12 kinds of difference), up to 255 for AC. */
function huffman(random: Random, tableClass: 0 | 1, id: number): Buffer {
  const counts = Buffer.alloc(16);
  const symbols = tableClass === 0 ? 12 : 200;
  counts[tableClass === 0 ? 3 : 7] = symbols;
  if (random.chance(0.05)) counts[random.integer(0, 15)] = random.integer(0, 255);
  const values = randomBytes(random, random.chance(0.95) ? symbols : random.integer(0, 300));
  if (tableClass === 0 && random.chance(0.95)) for (const [i, value] of values.entries()) values[i] = value % 12;
  return segment(0xc4, Buffer.concat([Buffer.from([(tableClass << 4) | id]), counts, values]));
}

function frame(random: Random, marker: number, components: number): Buffer {
  const precision = random.chance(0.98) ? 8 : random.pick([0, 1, 12, 16]);
  const isSubsampled = random.chance(0.5);
  const isOdd = random.chance(0.05);
  const parts = Array.from({ length: components }, (_, index) => {
    const factors = isOdd
      ? random.integer(0, 255)
      : isSubsampled
        ? (random.integer(1, 4) << 4) | random.integer(1, 4)
        : 0x11;
    return [
      random.chance(0.98) ? index + 1 : random.integer(0, 255),
      factors,
      random.chance(0.98) ? 0 : random.integer(0, 4),
    ];
  });
  const head = [Buffer.from([precision]), field(oddSide(random), 2, false), field(oddSide(random), 2, false)];
  return segment(marker, Buffer.concat([...head, Buffer.from([components, ...parts.flat()])]));
}

/** Entropy-coded data at random: 0xff is followed by 0, or by a restart marker. */
function entropy(random: Random): Buffer {
  const bytes: number[] = [];
  let restarts = 0;
  for (let i = random.integer(0, 3000); i > 0; i--) {
    const byte = random.integer(0, 255);
    if (byte !== 0xff) bytes.push(byte);
    else if (random.chance(0.7)) bytes.push(0xff, 0);
    else bytes.push(0xff, 0xd0 + (random.chance(0.9) ? restarts++ % 8 : random.integer(0, 7)));
  }
  return Buffer.from(bytes);
}

function scan(random: Random, components: number, isProgressive: boolean): Buffer {
  const isWhole = !isProgressive || random.chance(0.4);
  const chosen = isWhole
    ? Array.from({ length: components }, (_, index) => index + 1)
    : [random.integer(1, components)];
  const selectors = chosen.flatMap((id) => [
    random.chance(0.99) ? id : random.integer(0, 255),
    random.chance(0.97) ? 0 : random.integer(0, 0x33),
  ]);
  const range = isProgressive
    ? random.pick([
        [0, 0],
        [1, 63],
        [1, 5],
        [6, 63],
        [random.integer(0, 70), random.integer(0, 70)],
      ])
    : [0, random.chance(0.95) ? 63 : random.integer(0, 255)];
  const approximation = isProgressive ? random.pick([0x00, 0x01, 0x10, 0x21, random.integer(0, 255)]) : 0;
  const header = Buffer.from([chosen.length, ...selectors, ...range, approximation]);
  return Buffer.concat([segment(0xda, header), entropy(random)]);
}

export function craftJpeg(random: Random): Buffer {
  const marker = random.chance(0.9)
    ? random.pick([0xc0, 0xc0, 0xc1, 0xc2, 0xc2, 0xc9, 0xca])
    : random.integer(0xc0, 0xcf);
  const components = random.chance(0.9) ? random.pick([1, 3, 3, 4]) : random.integer(0, 6);
  const isProgressive = marker === 0xc2 || marker === 0xca;
  const isThere = () => random.chance(0.98);
  const tables = [
    ...(isThere() ? [quantisation(random, 0)] : []),
    ...(random.chance(0.3) ? [quantisation(random, random.integer(0, 5))] : []),
    ...([0, 1] as const).flatMap((tableClass) => (isThere() ? [huffman(random, tableClass, 0)] : [])),
    ...(random.chance(0.3) ? [huffman(random, random.pick([0, 1]), random.integer(0, 5))] : []),
    ...(random.chance(0.3)
      ? [segment(0xdd, field(random.chance(0.5) ? random.integer(0, 8) : oddNumber(random), 2, false))]
      : []),
    ...(random.chance(0.3) ? [segment(0xe0, Buffer.concat([Buffer.from("JFIF\0"), randomBytes(random, 9)]))] : []),
    ...(random.chance(0.3) ? [segment(0xee, Buffer.concat([Buffer.from("Adobe"), randomBytes(random, 7)]))] : []),
    ...(random.chance(0.1) ? [segment(0xcc, randomBytes(random, 2 * random.integer(0, 4)))] : []),
    frame(random, marker, components),
  ];
  const scans = Array.from({ length: isProgressive ? random.integer(1, 12) : random.pick([1, 1, 1, 2, 0]) }, () =>
    scan(random, Math.max(1, components), isProgressive),
  );
  return Buffer.concat([
    SOI,
    ...(random.chance(0.2) ? shuffled(random, tables) : tables),
    ...scans,
    ...(isThere() ? [EOI] : []),
  ]);
}
