/**
 * Converts a BMP that OpenCV 4.6 misreads or refuses to a plain one. OpenCV ignores the masks of 32-bit pixels when
 * decoding to grey or three channels, shears run-length coded images (see bmp-runs.ts), supports only two sets of masks
 * for 16-bit pixels, with which white is 248, and refuses headers of 16 to 35 bytes, 2-bit pixels and palettes of more
 * than 256 colours. It reads the palette as pixels if the file gives its offset as that of the pixels.
 */
import {
  BMP_COMPRESSION,
  type BmpHeader,
  isRunLength,
  MAX_COLORS,
  readBmp,
  readPixelsOffset,
  withPixelsOffset,
} from "./bmp.ts";
import { decodeRuns } from "./bmp-runs.ts";

const BGRA_MASKS = [0xff0000, 0xff00, 0xff];
const RGB555_MASKS = [0x7c00, 0x3e0, 0x1f];

const PLAIN_HEADER_BYTES = 54;

/** Writes the blue, green and red of pixel `x` of a row to `target`. */
type ReadPixel = (row: number, x: number, target: Buffer, to: number) => void;

/**
 * @param file Accepted by `readBmp`, with a bounded number of pixels: three bytes are allocated per pixel.
 * @returns a BMP of 8 or 24 bits per pixel without alpha, or a copy with the right offset of its pixels; undefined if
 *   OpenCV reads the file itself.
 */
export function toPlainBmp(file: Buffer): Buffer | undefined {
  const header = readBmp(file);
  if (isRunLength(header)) return withoutRuns(file, header);
  if (isReadByOpenCv(header))
    return header.pixelsOffset === readPixelsOffset(file) ? undefined : withPixelsOffset(file, header.pixelsOffset);
  const { width, height, isTopDown, pixelsOffset, rowBytes } = header;
  const plainRowBytes = Math.ceil((width * 3) / 4) * 4;
  const plain = newBmp(width, isTopDown ? -height : height, plainRowBytes);
  const readPixel = header.palette.colors > 0 ? paletteReader(file, header) : maskReader(file, header);
  for (let y = 0; y < height; y++) {
    const row = pixelsOffset + y * rowBytes;
    const target = PLAIN_HEADER_BYTES + y * plainRowBytes;
    for (let x = 0; x < width; x++) readPixel(row, x, plain, target + x * 3);
  }
  return plain;
}

/** Decodes the runs into a BMP of 8 bits per pixel. Pixels that the run lengths leave out have the first colour. */
function withoutRuns(file: Buffer, header: BmpHeader): Buffer {
  const { width, height, palette } = header;
  const rowBytes = Math.ceil(width / 4) * 4;
  const colors = Buffer.alloc(MAX_COLORS * palette.entryBytes);
  file.copy(colors, 0, palette.offset, palette.offset + Math.min(palette.colors, MAX_COLORS) * palette.entryBytes);
  const plain = newBmp(width, height, rowBytes, colors);
  decodeRuns(file, header, plain.subarray(PLAIN_HEADER_BYTES + colors.length), rowBytes);
  return plain;
}

function isReadByOpenCv({ headerBytes, bitsPerPixel, compression, masks, palette }: BmpHeader): boolean {
  if (headerBytes > 12 && headerBytes < 36) return false;
  if (bitsPerPixel === 2 || bitsPerPixel === 16 || palette.colors > MAX_COLORS) return false;
  if (!masks) return true;
  return compression !== BMP_COMPRESSION.alphaMasks && isSame(masks, BGRA_MASKS);
}

function isSame(masks: readonly number[], others: readonly number[]): boolean {
  return masks.every((mask, index) => mask === others[index]);
}

function maskReader(file: Buffer, { bitsPerPixel, masks }: BmpHeader): ReadPixel {
  const [red, green, blue] = (masks ?? (bitsPerPixel === 16 ? RGB555_MASKS : BGRA_MASKS)).map(channel) as [
    Channel,
    Channel,
    Channel,
  ];
  const bytes = bitsPerPixel / 8;
  return (row, x, target, to) => {
    const offset = row + x * bytes;
    const pixel =
      bytes === 2 ? file.readUInt16LE(offset) : bytes === 3 ? file.readUIntLE(offset, 3) : file.readUInt32LE(offset);
    target[to] = levelOf(blue, pixel);
    target[to + 1] = levelOf(green, pixel);
    target[to + 2] = levelOf(red, pixel);
  };
}

interface Channel {
  readonly mask: number;
  readonly shift: number;
  /** Factor from the channel's range to 0–255. */
  readonly scale: number;
}

function channel(mask: number): Channel {
  const shift = mask === 0 ? 0 : 31 - Math.clz32(mask & -mask);
  return { mask, shift, scale: mask === 0 ? 0 : 255 / (mask >>> shift) };
}

function levelOf({ mask, shift, scale }: Channel, pixel: number): number {
  return Math.round(((pixel & mask) >>> shift) * scale);
}

function paletteReader(file: Buffer, { bitsPerPixel, palette }: BmpHeader): ReadPixel {
  const colors = Buffer.alloc(MAX_COLORS * 3);
  const count = Math.min(palette.colors, MAX_COLORS);
  for (let color = 0; color < count; color++) {
    const offset = palette.offset + color * palette.entryBytes;
    file.copy(colors, color * 3, offset, offset + 3);
  }
  const pixelsPerByte = 8 / bitsPerPixel;
  const mask = 2 ** bitsPerPixel - 1;
  return (row, x, target, to) => {
    const byte = file[row + Math.floor(x / pixelsPerByte)] as number;
    const color = 3 * ((byte >> (8 - bitsPerPixel * ((x % pixelsPerByte) + 1))) & mask);
    // A call to `copy` for each pixel would take ten times as long.
    target[to] = colors[color] as number;
    target[to + 1] = colors[color + 1] as number;
    target[to + 2] = colors[color + 2] as number;
  };
}

/** @param palette Palette for 8 bits per pixel. Without one, there are 24 bits per pixel. */
function newBmp(width: number, signedHeight: number, rowBytes: number, palette = Buffer.alloc(0)): Buffer {
  const pixelsOffset = PLAIN_HEADER_BYTES + palette.length;
  const file = Buffer.alloc(pixelsOffset + rowBytes * Math.abs(signedHeight));
  file.write("BM", "latin1");
  file.writeUInt32LE(file.length, 2);
  file.writeUInt32LE(pixelsOffset, 10);
  file.writeUInt32LE(40, 14);
  file.writeInt32LE(width, 18);
  file.writeInt32LE(signedHeight, 22);
  file.writeUInt16LE(1, 26); // planes
  file.writeUInt16LE(palette.length > 0 ? 8 : 24, 28); // bits per pixel
  palette.copy(file, PLAIN_HEADER_BYTES);
  return file;
}
