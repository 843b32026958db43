/** Mutations of the pieces of a file: left out, repeated, moved, taken from another file, changed inside. */
import { deflateSync, inflateSync } from "node:zlib";
import type { ImageFormat } from "../../../lib/vision/headers/image-header.ts";
import type { Random } from "../../support/random.ts";
import { mutateBytes } from "./bytes.ts";
import { layouts, type Piece } from "./pieces.ts";
import { field, oddNumber, shuffled } from "./values.ts";

type Change = (random: Random, pieces: readonly Piece[], others: readonly Piece[]) => readonly Piece[];

const at = (random: Random, pieces: readonly Piece[]) => random.integer(0, pieces.length - 1);

function changeContent(random: Random, pieces: readonly Piece[], others: readonly Piece[]): readonly Piece[] {
  const index = at(random, pieces);
  const { type, content } = pieces[index] as Piece;
  const other = others.find((one) => one.type === type)?.content ?? content;
  return pieces.with(index, { type, content: mutateBytes(random, content, other) });
}

/** A field that is aligned in its piece, as those of sizes and counts are. */
function changeField(random: Random, pieces: readonly Piece[]): readonly Piece[] {
  const index = at(random, pieces);
  const { type, content } = pieces[index] as Piece;
  const bytes = random.pick([1, 2, 4] as const);
  if (content.length < bytes) return pieces;
  const offset = bytes * random.integer(0, Math.min(15, Math.floor(content.length / bytes) - 1));
  const value = field(oddNumber(random), bytes, random.chance(0.5));
  const changed = Buffer.concat([content.subarray(0, offset), value, content.subarray(offset + bytes)]);
  return pieces.with(index, { type, content: changed });
}

const CHANGES: readonly Change[] = [
  changeContent,
  changeContent,
  changeContent,
  changeField,
  changeField,
  changeField,
  (random, pieces) => pieces.toSpliced(at(random, pieces), 1),
  (random, pieces) => pieces.toSpliced(at(random, pieces), 0, pieces[at(random, pieces)] as Piece),
  (random, pieces) => {
    const [one, other] = [at(random, pieces), at(random, pieces)];
    return pieces.with(one, pieces[other] as Piece).with(other, pieces[one] as Piece);
  },
  (random, pieces) => shuffled(random, pieces),
  (random, pieces, others) =>
    others.length === 0 ? pieces : pieces.toSpliced(at(random, pieces), random.integer(0, 1), random.pick(others)),
];

/** Changes what the pixels of a PNG are before they are compressed, so that the decoder gets beyond inflating. */
function changePixels(random: Random, pieces: readonly Piece[]): readonly Piece[] {
  const isData = ({ type }: Piece) => type === "IDAT";
  try {
    const pixels = inflateSync(Buffer.concat(pieces.filter(isData).map(({ content }) => content)));
    const content = deflateSync(mutateBytes(random, pixels, pixels), { level: 1 });
    const first = pieces.findIndex(isData);
    return pieces.filter((piece, index) => !isData(piece) || index === first).with(first, { type: "IDAT", content });
  } catch {
    return pieces; // A damaged file among those to begin with.
  }
}

/** @returns undefined where the format or this file has no pieces. */
export function mutateStructure(random: Random, format: ImageFormat, file: Buffer, other: Buffer): Buffer | undefined {
  const layout = layouts[format];
  let pieces: readonly Piece[] = layout?.split(file) ?? [];
  if (!layout || pieces.length === 0) return undefined;
  const others = layout.split(other);
  if (format === "png" && random.chance(0.2)) pieces = changePixels(random, pieces);
  for (let count = random.pick([1, 1, 2, 2, 3, 5]); count > 0 && pieces.length > 0; count--)
    pieces = random.pick(CHANGES)(random, pieces, others);
  return layout.join(pieces, file);
}
