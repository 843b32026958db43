/**
 * Files number 0, 1, 2 … of a seed: the same file for the same seed and number, in whatever order they are asked for.
 */
import type { ImageFormat } from "../../../lib/vision/headers/image-header.ts";
import { Random } from "../../support/random.ts";
import { mutateBytes } from "./bytes.ts";
import { craft } from "./crafted/craft.ts";
import { loadSeeds, type Seed } from "./seeds.ts";
import { mutateStructure } from "./structure.ts";

export interface FuzzedImage {
  /** Tells where it comes from. */
  readonly name: string;
  readonly format: ImageFormat;
  readonly kind: "mutated" | "crafted";
  readonly file: Buffer;
}

/** One of eleven files is crafted: 2,000 of 22,000. */
const CRAFTED_EVERY = 11;
/** Large files are slow to send and decode, and damage to their headers is no other than to those of small ones. */
const SMALL_BYTES = 100_000;

export class ImageGenerator {
  readonly #seed: number;
  readonly #seeds = loadSeeds();

  constructor(seed: number) {
    this.#seed = seed;
  }

  image(number: number): FuzzedImage {
    const random = new Random(Math.imul(this.#seed, 0x9e3779b1) ^ Math.imul(number + 1, 0x85ebca6b));
    if (number % CRAFTED_EVERY === CRAFTED_EVERY - 1) {
      const { format, file } = craft(random, number);
      return { name: `${number}-crafted.${format}`, format, kind: "crafted", file };
    }
    const format = random.pick([...this.#seeds.keys()]);
    const seed = this.#pick(random, format);
    const other = this.#pick(random, random.chance(0.9) ? format : random.pick([...this.#seeds.keys()])).file;
    const structured = random.chance(0.5) ? mutateStructure(random, format, seed.file, other) : undefined;
    const file = structured ?? mutateBytes(random, seed.file, other);
    return { name: `${number}-${seed.name}`, format, kind: "mutated", file };
  }

  #pick(random: Random, format: ImageFormat): Seed {
    const all = this.#seeds.get(format) ?? [];
    const small = all.filter(({ file }) => file.length <= SMALL_BYTES);
    return random.pick(small.length > 0 && random.chance(0.9) ? small : all);
  }
}
