/** Random choices that both mutated and crafted files are made of. */
import type { Random } from "../../support/random.ts";

/** Values at which sizes, counts and offsets tend to go wrong. */
const EDGES: readonly number[] = [
  0,
  1,
  2,
  3,
  0x7f,
  0x80,
  0xff,
  0x100,
  0x7fff,
  0x8000,
  0xffff,
  2 ** 20,
  2 ** 20 + 1,
  0x7fffffff,
  0x80000000,
  0xfffffffe,
  0xffffffff,
];

/** An edge, or a small number. In [0, 2^32). */
export function oddNumber(random: Random): number {
  return random.chance(0.7) ? random.pick(EDGES) : random.integer(0, 64);
}

/** The side of an image in pixels: mostly small, so that most files are decoded and quickly. */
export function oddSide(random: Random): number {
  if (random.chance(0.9)) return random.integer(1, 64);
  return random.chance(0.5) ? oddNumber(random) : random.integer(65, 4096);
}

export function randomBytes(random: Random, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let i = 0; i < length; i++) bytes[i] = random.integer(0, 255);
  return bytes;
}

/** A number of so many bytes in either byte order; what does not fit is cut off. */
export function field(value: number, bytes: 1 | 2 | 4 | 8, isLittleEndian: boolean): Buffer {
  const whole = Buffer.alloc(8);
  whole.writeBigUInt64BE(BigInt.asUintN(64, BigInt(value)));
  const cut = whole.subarray(8 - bytes);
  return isLittleEndian ? Buffer.from(cut).reverse() : cut;
}

/** The items in a random order. */
export function shuffled<T>(random: Random, items: readonly T[]): T[] {
  const rest = [...items];
  return items.map(() => rest.splice(random.integer(0, rest.length - 1), 1)[0] as T);
}
