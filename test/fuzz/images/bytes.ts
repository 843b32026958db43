/** Mutations that know nothing of the format: of bytes, runs of bytes, and fields of 16 and 32 bits. */
import type { Random } from "../../support/random.ts";
import { field, oddNumber, randomBytes } from "./values.ts";

/** Where headers are. */
const HEAD_BYTES = 2048;
const LONGEST_RUN = 256;

type Mutation = (random: Random, file: Buffer, other: Buffer) => Buffer;

function position(random: Random, { length }: Buffer): number {
  const end = random.chance(0.7) ? Math.min(length, random.chance(0.5) ? 64 : HEAD_BYTES) : length;
  return random.integer(0, Math.max(0, end - 1));
}

function replaced(file: Buffer, at: number, removed: number, ...inserted: Buffer[]): Buffer {
  return Buffer.concat([file.subarray(0, at), ...inserted, file.subarray(Math.min(file.length, at + removed))]);
}

const runLength = (random: Random) => (random.chance(0.7) ? random.integer(1, 8) : random.integer(1, LONGEST_RUN));

const MUTATIONS: readonly Mutation[] = [
  function flipBits(random, file) {
    const at = position(random, file);
    return replaced(file, at, 1, Buffer.from([(file[at] ?? 0) ^ (1 << random.integer(0, 7))]));
  },
  function setByte(random, file) {
    const value = random.pick([0x00, 0xff, random.integer(0, 255)]);
    return replaced(file, position(random, file), 1, Buffer.from([value]));
  },
  function setRun(random, file) {
    const run = Buffer.alloc(runLength(random), random.pick([0x00, 0xff, random.integer(0, 255)]));
    return replaced(file, position(random, file), run.length, run);
  },
  function randomRun(random, file) {
    const run = randomBytes(random, runLength(random));
    return replaced(file, position(random, file), run.length, run);
  },
  function setField(random, file) {
    const bytes = random.pick([2, 4] as const);
    return replaced(file, position(random, file), bytes, field(oddNumber(random), bytes, random.chance(0.5)));
  },
  function deleteRun(random, file) {
    return replaced(file, position(random, file), runLength(random));
  },
  function insertRun(random, file) {
    return replaced(file, position(random, file), 0, randomBytes(random, runLength(random)));
  },
  function repeatRun(random, file) {
    const at = position(random, file);
    const run = file.subarray(at, at + runLength(random));
    return replaced(file, at, 0, ...Array.from({ length: random.integer(1, 16) }, () => run));
  },
  function truncate(random, file) {
    return file.subarray(0, random.chance(0.3) ? position(random, file) : random.integer(0, file.length));
  },
  function spliceAt(random, file, other) {
    return Buffer.concat([
      file.subarray(0, random.integer(0, file.length)),
      other.subarray(random.integer(0, other.length)),
    ]);
  },
  function copyRun(random, file, other) {
    const from = position(random, other);
    const run = other.subarray(from, from + runLength(random));
    return replaced(file, position(random, file), run.length, run);
  },
];

/** How likely each is: those that leave most of the file whole are the ones that reach the decoder. */
const WEIGHTS = [6, 6, 2, 2, 8, 2, 2, 2, 1, 1, 2];
const CHOICES = MUTATIONS.flatMap((mutation, index) => Array.from({ length: WEIGHTS[index] ?? 1 }, () => mutation));

/** @param other A file to take pieces from. */
export function mutateBytes(random: Random, file: Buffer, other: Buffer): Buffer {
  let mutated = file;
  for (let count = random.pick([1, 1, 1, 2, 2, 3, 5, 8]); count > 0; count--)
    mutated = random.pick(CHOICES)(random, mutated, other);
  return mutated;
}
