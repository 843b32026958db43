/**
 * BMP: headers of all lengths, and a check that all pixels are present.
 * Sources: Microsoft's BITMAPCOREHEADER, BITMAPINFOHEADER, BITMAPV4HEADER and BITMAPV5HEADER; OS/2's BITMAPINFOHEADER2
 * (any length from 16 to 64 bytes; missing fields are 0).
 */
import { damaged, type ImageHeader, UPRIGHT, unsupported } from "./header.ts";

const FILE_HEADER_BYTES = 14;
const CORE_HEADER_BYTES = 12;
const OS2_HEADER_BYTES = { least: 16, most: 64 } as const;
const INFO_HEADER_BYTES = 40;
/**
 * Size of a BITMAPINFOHEADER that includes the masks of red, green and blue. After shorter headers, the masks follow.
 */
const MASKS_HEADER_BYTES = 52;
const MASKS_OFFSET = FILE_HEADER_BYTES + INFO_HEADER_BYTES;
const LONGEST_HEADER_BYTES = 124;

/** A palette may declare more colours than pixels can index; readers ignore the rest. */
export const MAX_COLORS = 256;

export const BMP_COMPRESSION = { none: 0, rle8: 1, rle4: 2, masks: 3, alphaMasks: 6 } as const;

const OTHER_COMPRESSIONS: Readonly<Record<number, string>> = {
  4: "a BMP with a JPEG inside",
  5: "a BMP with a PNG inside",
};

/** In OS/2 headers, 3 and 4 have other meanings. */
const OTHER_OS2_COMPRESSIONS: Readonly<Record<number, string>> = {
  3: "a BMP with Huffman coding",
  4: "a BMP with 24-bit run lengths",
};

export interface BmpHeader extends ImageHeader {
  readonly headerBytes: number;
  readonly isTopDown: boolean;
  readonly bitsPerPixel: number;
  readonly compression: number;
  /** Masks of red, green and blue; undefined if the file has none or its compression does not use them. */
  readonly masks?: readonly [number, number, number];
  readonly palette: { readonly offset: number; readonly colors: number; readonly entryBytes: 3 | 4 };
  /** Actual offset of the pixels, which may differ from the one in the file. */
  readonly pixelsOffset: number;
  /** Bytes per row. Rows start at multiples of 4 bytes. */
  readonly rowBytes: number;
}

/** @throws UNSUPPORTED_MEDIA_TYPE, UNDECODABLE_IMAGE; RangeError if the file is truncated. */
export function readBmp(file: Buffer): BmpHeader {
  const headerBytes = file.readUInt32LE(FILE_HEADER_BYTES);
  const isCore = headerBytes === CORE_HEADER_BYTES;
  if (!isCore && (headerBytes < OS2_HEADER_BYTES.least || headerBytes > LONGEST_HEADER_BYTES))
    throw damaged(`The BMP's header gives its own length as ${headerBytes} bytes.`);
  const headerEnd = FILE_HEADER_BYTES + headerBytes;
  if (headerEnd > file.length) throw damaged("The BMP is cut off in its header.");
  /** A header field, or 0 if the header is too short for it. */
  const field = (offset: number) => (offset + 4 <= headerBytes ? file.readUInt32LE(FILE_HEADER_BYTES + offset) : 0);

  const width = isCore ? file.readUInt16LE(18) : file.readInt32LE(18);
  const signedHeight = isCore ? file.readUInt16LE(20) : file.readInt32LE(22);
  const height = Math.abs(signedHeight);
  const bitsPerPixel = file.readUInt16LE(isCore ? 24 : 28);
  if (width < 1 || height < 1) throw damaged(`The BMP's header gives a size of ${width} × ${signedHeight}.`);

  const compression = isCore ? BMP_COMPRESSION.none : field(16);
  checkCompression(compression, headerBytes, bitsPerPixel, signedHeight < 0);
  const masks = masksOf(file, compression, bitsPerPixel);
  const masksBytes = masks && headerBytes < MASKS_HEADER_BYTES ? masks.length * 4 : 0;
  const colors = bitsPerPixel > 8 ? 0 : field(32) || 2 ** bitsPerPixel;
  const palette = { offset: headerEnd, colors, entryBytes: isCore ? 3 : 4 } as const;
  if (headerEnd + Math.min(colors, MAX_COLORS) * palette.entryBytes > file.length)
    throw damaged("The BMP is cut off in its palette.");
  const pixelsOffset = usedPixelsOffset(file, palette, masksBytes);
  const rowBytes = Math.ceil((width * bitsPerPixel) / 32) * 4;
  if (pixelsOffset + (isRunLength({ compression }) ? 0 : rowBytes * height) > file.length)
    throw damaged("The BMP is cut off: a part of its pixels is missing.");
  return {
    format: "bmp",
    name: "BMP",
    width,
    height,
    orientation: UPRIGHT,
    headerBytes,
    isTopDown: signedHeight < 0,
    bitsPerPixel,
    compression,
    ...(masks && { masks }),
    palette,
    pixelsOffset,
    rowBytes,
  };
}

export function isRunLength({ compression }: Pick<BmpHeader, "compression">): boolean {
  return compression === BMP_COMPRESSION.rle8 || compression === BMP_COMPRESSION.rle4;
}

const PIXELS_OFFSET_FIELD = 10;

/** The offset of the pixels that the file gives. */
export function readPixelsOffset(file: Buffer): number {
  return file.readUInt32LE(PIXELS_OFFSET_FIELD);
}

/** The actual offset of the pixels. @param masksBytes Length of the masks between header and palette. */
function usedPixelsOffset(
  file: Buffer,
  { offset, colors, entryBytes }: BmpHeader["palette"],
  masksBytes: number,
): number {
  const given = readPixelsOffset(file);
  // Some writers give 0, or the offset of the palette. Browsers and others then read the pixels after the palette.
  if (given === 0 || given === offset) return offset + masksBytes + colors * entryBytes;
  if (given < offset + masksBytes) throw damaged("The BMP's pixels begin inside its header.");
  return given;
}

/** A copy of the file with this offset of its pixels. */
export function withPixelsOffset(file: Buffer, offset: number): Buffer {
  const copy = Buffer.from(file);
  copy.writeUInt32LE(offset, PIXELS_OFFSET_FIELD);
  return copy;
}

function checkCompression(compression: number, headerBytes: number, bitsPerPixel: number, isTopDown: boolean): void {
  const isOs2 = headerBytes < INFO_HEADER_BYTES || headerBytes === OS2_HEADER_BYTES.most;
  const other = (isOs2 ? OTHER_OS2_COMPRESSIONS[compression] : undefined) ?? OTHER_COMPRESSIONS[compression];
  if (other) throw unsupported(other);
  const { none, rle8, rle4, masks, alphaMasks } = BMP_COMPRESSION;
  const depths: Readonly<Record<number, readonly number[]>> = {
    [none]: [1, 2, 4, 8, 16, 24, 32],
    [rle8]: [8],
    [rle4]: [4],
    [masks]: [16, 32],
    [alphaMasks]: [16, 32],
  };
  if (!depths[compression]) throw damaged(`The BMP's header gives compression ${compression}.`);
  if (!depths[compression].includes(bitsPerPixel))
    throw damaged(`The BMP's header gives ${bitsPerPixel} bits a pixel with compression ${compression}.`);
  if (isTopDown && isRunLength({ compression }))
    throw damaged("The BMP has run lengths from top to bottom, which the format forbids.");
}

/** @throws UNDECODABLE_IMAGE if the masks overlap, have gaps, exceed a pixel or are all empty. */
function masksOf(file: Buffer, compression: number, bitsPerPixel: number): [number, number, number] | undefined {
  if (compression !== BMP_COMPRESSION.masks && compression !== BMP_COMPRESSION.alphaMasks) return undefined;
  // The offset is the same whether the masks are header fields or follow the header.
  const masks: [number, number, number] = [
    file.readUInt32LE(MASKS_OFFSET),
    file.readUInt32LE(MASKS_OFFSET + 4),
    file.readUInt32LE(MASKS_OFFSET + 8),
  ];
  let used = 0n;
  for (const mask of masks) {
    const bits = BigInt(mask);
    const shifted = bits === 0n ? 0n : bits / (bits & -bits);
    if ((used & bits) !== 0n || (shifted & (shifted + 1n)) !== 0n || bits >> BigInt(bitsPerPixel) !== 0n)
      throw damaged("The BMP's masks of red, green and blue cannot be used.");
    used |= bits;
  }
  if (used === 0n) throw damaged("The BMP's masks of red, green and blue are empty.");
  return masks;
}
