/**
 * Files as the pieces that they consist of, and back with lengths, checksums and offsets made right again: what is
 * mutated is then the content, which reaches the decoder, and not the frame around it.
 */
import { crc32 } from "node:zlib";
import type { ImageFormat } from "../../../lib/vision/headers/image-header.ts";
import { field } from "./values.ts";

export interface Piece {
  /** The marker of a segment, the type of a chunk or box, the tag of an entry. */
  readonly type: string;
  readonly content: Buffer;
}

interface Layout {
  /** Damaged files are read as far as they go. */
  readonly split: (file: Buffer) => Piece[];
  readonly join: (pieces: readonly Piece[], original: Buffer) => Buffer;
}

const uint32 = (value: number) => field(value, 4, false);
const uint32LE = (value: number) => field(value, 4, true);

/** Pieces of which each begins with a length and a type, in either order. */
function splitChunks(
  file: Buffer,
  from: number,
  read: (at: number) => [type: string, start: number, end: number, next: number],
) {
  const pieces: Piece[] = [];
  for (let at = from; at + 8 <= file.length; ) {
    const [type, start, end, next] = read(at);
    pieces.push({ type, content: file.subarray(start, end) });
    at = Math.max(next, at + 8);
  }
  return pieces;
}

const png: Layout = {
  split: (file) =>
    splitChunks(file, 8, (at) => {
      const end = at + 8 + file.readUInt32BE(at);
      return [file.toString("latin1", at + 4, at + 8), at + 8, end, end + 4];
    }),
  join: (pieces, original) =>
    Buffer.concat([
      original.subarray(0, 8),
      ...pieces.flatMap(({ type, content }) => {
        const body = Buffer.concat([Buffer.from(type, "latin1"), content]);
        return [uint32(content.length), body, uint32(crc32(body))];
      }),
    ]),
};

const webp: Layout = {
  split: (file) =>
    splitChunks(file, 12, (at) => {
      const length = file.readUInt32LE(at + 4);
      return [file.toString("latin1", at, at + 4), at + 8, at + 8 + length, at + 8 + length + (length % 2)];
    }),
  join(pieces) {
    const chunks = pieces.flatMap(({ type, content }) => [
      Buffer.from(type, "latin1"),
      uint32LE(content.length),
      content,
      Buffer.alloc(content.length % 2),
    ]);
    const body = Buffer.concat([Buffer.from("WEBP"), ...chunks]);
    return Buffer.concat([Buffer.from("RIFF"), uint32LE(body.length), body]);
  },
};

/** Entropy-coded data are a piece without a marker. */
const jpeg: Layout = {
  split(file) {
    const pieces: Piece[] = [];
    for (let at = 2; at + 4 <= file.length; ) {
      const isSegment = file[at] === 0xff && ![0x00, 0xff].includes(file[at + 1] as number) && !isAlone(file[at + 1]);
      if (isSegment) {
        const end = at + 2 + Math.max(2, file.readUInt16BE(at + 2));
        pieces.push({ type: String(file[at + 1]), content: file.subarray(at + 4, end) });
        at = end;
      } else {
        const end = nextSegment(file, at);
        pieces.push({ type: "", content: file.subarray(at, end) });
        at = end;
      }
    }
    return pieces;
  },
  join: (pieces) =>
    Buffer.concat([
      Buffer.from([0xff, 0xd8]),
      ...pieces.flatMap(({ type, content }) => {
        if (type === "") return [content];
        const head = Buffer.from([0xff, Number(type), 0, 0]);
        head.writeUInt16BE(Math.min(0xffff, content.length + 2), 2);
        return [head, content];
      }),
      Buffer.from([0xff, 0xd9]),
    ]),
};

/** Restart markers and the end of image have no content. */
const isAlone = (marker = 0) => marker >= 0xd0 && marker <= 0xd9;

function nextSegment(file: Buffer, from: number): number {
  for (let at = from + 1; at + 1 < file.length; at++)
    if (file[at] === 0xff && ![0x00, 0xff].includes(file[at + 1] as number) && !isAlone(file[at + 1])) return at;
  return file.length;
}

/** The entries of the first directory, which is written anew at the end of the file. BigTIFF is left as it is. */
const tiff: Layout = {
  split(file) {
    const isLittleEndian = file[0] === 0x49;
    const uint = (at: number, bytes: number) =>
      at + bytes > file.length ? 0 : isLittleEndian ? file.readUIntLE(at, bytes) : file.readUIntBE(at, bytes);
    const start = uint(4, 4);
    if (uint(2, 2) !== 42) return [];
    return Array.from({ length: Math.min(uint(start, 2), 64) }, (_, index) => {
      const at = start + 2 + 12 * index;
      return { type: String(uint(at, 2)), content: file.subarray(at, at + 12) };
    });
  },
  join(pieces, original) {
    const isLittleEndian = original[0] === 0x49;
    const padding = Buffer.alloc(original.length % 2);
    const at = field(original.length + padding.length, 4, isLittleEndian);
    const count = field(pieces.length, 2, isLittleEndian);
    const entries = pieces.map(({ content }) => content);
    return Buffer.concat([
      original.subarray(0, 4),
      at,
      original.subarray(8),
      padding,
      count,
      ...entries,
      Buffer.alloc(4),
    ]);
  },
};

/** The bytes of version and flags before the boxes inside a box that has others inside. */
const HEIF_CONTAINERS: Readonly<Record<string, number>> = { meta: 4, iprp: 0, ipco: 0, iref: 4, dinf: 0, moov: 0 };

const heif: Layout = {
  split: (file) => splitBoxes(file, ""),
  // A path of types becomes boxes in boxes again where neighbours share it.
  join: (pieces) => joinBoxes(pieces, ""),
};

/** All boxes that contain no others; the type is the path to it, such as `meta/iprp/ipco/ispe`. */
function splitBoxes(file: Buffer, path: string): Piece[] {
  const boxes = splitChunks(file, 0, (at) => {
    const length = file.readUInt32BE(at) || file.length;
    return [file.toString("latin1", at + 4, at + 8), at + 8, at + length, at + length];
  });
  return boxes.flatMap(({ type, content }) => {
    const skipped = HEIF_CONTAINERS[type];
    if (skipped === undefined) return [{ type: path + type, content }];
    const versionAndFlags = content.subarray(0, skipped);
    const head = skipped > 0 ? [{ type: `${path}${type}/`, content: versionAndFlags }] : [];
    return [...head, ...splitBoxes(content.subarray(skipped), `${path}${type}/`)];
  });
}

function joinBoxes(pieces: readonly Piece[], path: string): Buffer {
  const parts: Buffer[] = [];
  for (let i = 0; i < pieces.length; ) {
    const { type, content } = pieces[i] as Piece;
    const [name = "", ...deeper] = type.slice(path.length).split("/");
    if (name === "") {
      parts.push(content);
      i += 1;
    } else {
      const inner = `${path}${name}/`;
      let end = i + 1;
      if (deeper.length > 0) while (pieces[end]?.type.startsWith(inner)) end += 1;
      const body = deeper.length > 0 ? joinBoxes(pieces.slice(i, end), inner) : content;
      parts.push(uint32(body.length + 8), Buffer.from(name, "latin1"), body);
      i = end;
    }
  }
  return Buffer.concat(parts);
}

/** Formats that consist of pieces. */
export const layouts: Readonly<Partial<Record<ImageFormat, Layout>>> = { jpeg, png, webp, tiff, heif };
