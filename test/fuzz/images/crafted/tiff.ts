/** TIFF and BigTIFF in both byte orders, with entries whose types, counts and values are odd. */
import { deflateSync } from "node:zlib";
import type { Random } from "../../../support/random.ts";
import { field, oddNumber, oddSide, randomBytes, shuffled } from "../values.ts";

/** Bytes of a value of each type of TIFF 6.0 and BigTIFF. */
const TYPE_BYTES: Readonly<Record<number, 1 | 2 | 4 | 8>> = {
  1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8,
}; // biome-ignore format: a table
const TAGS = [
  254, 255, 256, 257, 258, 259, 262, 266, 273, 274, 277, 278, 279, 280, 281, 282, 283, 284, 292, 293, 296, 301, 317,
  320, 322, 323, 324, 325, 330, 332, 338, 339, 347, 529, 530, 531, 532, 700, 34665, 34675, 50706, 65535,
];
const COMPRESSIONS = [1, 1, 1, 5, 5, 8, 8, 32946, 32773, 32773, 7, 6, 2, 3, 4, 34712, 50000];

interface Entry {
  readonly tag: number;
  readonly type: number;
  readonly count: number;
  readonly values: readonly number[];
}

const short = (tag: number, ...values: number[]): Entry => ({ tag, type: 3, count: values.length, values });
const long = (tag: number, ...values: number[]): Entry => ({ tag, type: 4, count: values.length, values });

function oddEntry(random: Random, tag = random.pick(TAGS)): Entry {
  const type = random.chance(0.9) ? random.pick(Object.keys(TYPE_BYTES).map(Number)) : random.integer(0, 255);
  const values = Array.from({ length: random.pick([1, 1, 1, 2, 3, 4, 40]) }, () => oddNumber(random));
  return { tag, type, count: random.chance(0.8) ? values.length : oddNumber(random), values };
}

/** A directory that could be right, for pixels that begin at an offset. */
function directory(random: Random, offset: number, pixelBytes: number): Entry[] {
  const samples = random.pick([1, 1, 1, 3, 3, 3, 4, 2]);
  const bits = random.chance(0.8) ? 8 : random.pick([1, 4, 16, 2, 32, 64]);
  const photometric = samples >= 3 ? random.pick([2, 2, 2, 6, 8, 5]) : random.pick([0, 1, 1, 3]);
  const [width, height] = [oddSide(random), oddSide(random)];
  const isTiled = random.chance(0.3);
  const side = () => (random.chance(0.8) ? 16 * random.integer(1, 8) : oddNumber(random));
  const rows = random.chance(0.7) ? height : oddNumber(random);
  const pieces = isTiled || rows >= height ? 1 : Math.min(64, Math.ceil(height / Math.max(1, rows)));
  const offsets = Array.from({ length: pieces }, () => offset);
  const lengths = Array.from({ length: pieces }, () => (random.chance(0.95) ? pixelBytes : oddNumber(random)));
  return [
    long(256, width),
    long(257, height),
    short(258, ...Array.from({ length: samples }, () => bits)),
    short(259, random.pick(COMPRESSIONS)),
    short(262, photometric),
    ...(isTiled
      ? [long(322, side()), long(323, side()), long(324, ...offsets), long(325, ...lengths)]
      : [long(273, ...offsets), long(278, rows), long(279, ...lengths)]),
    short(277, samples),
    ...(random.chance(0.3) ? [short(284, random.integer(0, 3))] : []),
    ...(random.chance(0.3) ? [short(317, random.integer(1, 3))] : []),
    ...(random.chance(0.3) ? [short(274, random.integer(0, 9))] : []),
    ...(photometric === 3
      ? [short(320, ...Array.from({ length: 3 * 2 ** Math.min(bits, 8) }, () => random.integer(0, 0xffff)))]
      : []),
  ];
}

function spoil(random: Random, entries: readonly Entry[]): Entry[] {
  const index = random.integer(0, entries.length - 1);
  const { tag } = entries[index] as Entry;
  switch (random.integer(0, 4)) {
    case 0:
      return entries.with(index, oddEntry(random, tag));
    case 1:
      return entries.toSpliced(index, 1);
    case 2:
      return [...entries, oddEntry(random)];
    case 3:
      return shuffled(random, entries);
    default:
      return entries.toSpliced(index, 0, oddEntry(random, tag));
  }
}

export function craftTiff(random: Random): Buffer {
  const isLittle = random.chance(0.5);
  const isBig = random.chance(0.2);
  const word = isBig ? 8 : 4;
  const start = isBig ? 16 : 8;
  const raw = randomBytes(random, random.integer(0, 20_000));
  const pixels = random.chance(0.3) ? deflateSync(raw, { level: 1 }) : raw;
  let entries = directory(random, start, pixels.length).sort((one, other) => one.tag - other.tag);
  for (let count = random.pick([0, 0, 0, 1, 1, 1, 2, 3]); count > 0 && entries.length > 0; count--)
    entries = spoil(random, entries);

  const outside: Buffer[] = [];
  let end = start + pixels.length;
  const fields = entries.map(({ tag, type, count, values }) => {
    const data = Buffer.concat(values.map((value) => field(value, TYPE_BYTES[type] ?? 4, isLittle)));
    const isInside = data.length <= word;
    const content = isInside ? Buffer.concat([data, Buffer.alloc(word - data.length)]) : field(end, word, isLittle);
    if (!isInside) {
      outside.push(data);
      end += data.length;
    }
    return Buffer.concat([field(tag, 2, isLittle), field(type, 2, isLittle), field(count, word, isLittle), content]);
  });
  const next = random.chance(0.9) ? 0 : random.pick([end, oddNumber(random)]);
  return Buffer.concat([
    Buffer.from(isLittle ? "II" : "MM"),
    field(isBig ? 43 : 42, 2, isLittle),
    ...(isBig ? [field(8, 2, isLittle), field(0, 2, isLittle)] : []),
    field(end, word, isLittle),
    pixels,
    ...outside,
    field(random.chance(0.97) ? entries.length : oddNumber(random), isBig ? 8 : 2, isLittle),
    ...fields,
    field(next, word, isLittle),
  ]);
}
