/**
 * Reads the image sizes that HEVC parameter sets announce, by which a decoder allocates its images, and the slices.
 * Sources: ITU-T H.265, sections 7.3.1 to 7.3.3 and 9.2; ISO/IEC 14496-15, section 8.3.3.1 (hvcC).
 */
import type { Size } from "../size.ts";
import { Bits } from "./bits.ts";
import type { CodedUnit } from "./coded-unit.ts";
import { damaged } from "./header.ts";

const SEQUENCE_PARAMETER_SET = 33;
/** Last unit type of slices. Types of slices, including reserved ones, come first. */
const LAST_OF_SLICES = 31;
/** Bytes of a unit's length. Like libheif, ignores the length that the configuration gives. */
const LENGTH_BYTES = 4;
/** Bytes that are read of a sequence parameter set, far more than precede the size. */
const MAX_HEAD_BYTES = 256;

/**
 * @param configuration The content of the hvcC box.
 * @param data The item's data, which can have parameter sets too.
 * @throws UNDECODABLE_IMAGE; RangeError if something is truncated.
 */
export function* hevcUnits(configuration: Buffer, data: Buffer): Generator<CodedUnit> {
  for (const units of [configured(configuration), lengthPrefixed(data)])
    for (const unit of units) {
      const type = typeOf(unit);
      const sequence = type === SEQUENCE_PARAMETER_SET ? readSequence(unit) : undefined;
      const isDecoded = type !== undefined && type <= LAST_OF_SLICES;
      // first_slice_segment_in_pic_flag
      const beginsImage = isDecoded && (unit.readUInt8(2) & 0x80) !== 0;
      yield { size: undefined, ...sequence, isDecoded, beginsImage };
    }
}

/**
 * The type of a unit; undefined for units of layers other than the first, which are not decoded and have another
 * syntax.
 */
function typeOf(unit: Buffer): number | undefined {
  if (unit.length <= 2) return undefined;
  const header = unit.readUInt16BE(0);
  return ((header >>> 3) & 0x3f) === 0 ? (header >>> 9) & 0x3f : undefined;
}

function* configured(configuration: Buffer): Generator<Buffer> {
  let offset = 23;
  for (let arrays = configuration.readUInt8(22); arrays > 0; arrays--) {
    let count = configuration.readUInt16BE(offset + 1);
    for (offset += 3; count > 0; count--) {
      const length = configuration.readUInt16BE(offset);
      yield slice(configuration, offset + 2, length);
      offset += 2 + length;
    }
  }
}

function* lengthPrefixed(data: Buffer): Generator<Buffer> {
  for (let offset = 0; offset < data.length; ) {
    const length = data.readUInt32BE(offset);
    yield slice(data, offset + LENGTH_BYTES, length);
    offset += LENGTH_BYTES + length;
  }
}

function slice(buffer: Buffer, start: number, length: number): Buffer {
  if (start + length > buffer.length) throw damaged("The HEIC's image data are cut off.");
  return buffer.subarray(start, start + length);
}

/** Samples of luma and chroma per pixel, by `chroma_format_idc`. */
const SAMPLES_PER_PIXEL = [1, 1.5, 2, 3];

/** Reads `pic_width_in_luma_samples` and `pic_height_in_luma_samples`, the allocated size before cropping. */
function readSequence(unit: Buffer): Required<Pick<CodedUnit, "size" | "pixelBytes" | "sampleBytes">> {
  const bits = new Bits(withoutEmulationPrevention(unit.subarray(2, MAX_HEAD_BYTES)));
  bits.skip(4);
  const subLayers = bits.read(3);
  bits.skip(1);
  skipProfileTierLevel(bits, subLayers);
  readGolomb(bits); // seq_parameter_set_id
  const chromaFormat = readGolomb(bits);
  if (chromaFormat === 3) bits.skip(1); // separate_colour_plane_flag
  const size = { width: readGolomb(bits), height: readGolomb(bits) };
  const isCropped = bits.readFlag();
  for (let side = 0; isCropped && side < 4; side++) readGolomb(bits);
  const [extraBitsOfLuma, extraBitsOfChroma] = [readGolomb(bits), readGolomb(bits)];
  const sampleBytes = Math.max(extraBitsOfLuma, extraBitsOfChroma) > 0 ? 2 : 1;
  if (Math.max(extraBitsOfLuma, extraBitsOfChroma) > MAX_EXTRA_BITS) throw wrongParameters();
  skipOrdering(bits, subLayers);
  checkBlocks(bits, size);
  return { size, pixelBytes: (SAMPLES_PER_PIXEL[chromaFormat] ?? 3) * sampleBytes, sampleBytes };
}

/** Bits of a sample beyond 8. */
const MAX_EXTRA_BITS = 8;

/** Skips the fields between the depths of the samples and the sizes of the blocks. */
function skipOrdering(bits: Bits, subLayers: number): void {
  readGolomb(bits); // log2_max_pic_order_cnt_lsb_minus4
  const isForEach = bits.readFlag();
  for (let field = isForEach ? 3 * (subLayers + 1) : 3; field > 0; field--) readGolomb(bits);
}

/**
 * Checks the sizes of blocks. Where they do not fit together, libde265 would write a line to standard error, and a file
 * may have 100,000 sets of parameters.
 * @throws UNDECODABLE_IMAGE
 */
function checkBlocks(bits: Bits, { width, height }: Size): void {
  const leastCoding = readGolomb(bits) + 3;
  const mostCoding = leastCoding + readGolomb(bits);
  const leastTransform = readGolomb(bits) + 2;
  const mostTransform = leastTransform + readGolomb(bits);
  const depth = Math.max(readGolomb(bits), readGolomb(bits));
  const isAligned = width % 2 ** leastCoding === 0 && height % 2 ** leastCoding === 0;
  const isPossible =
    leastTransform <= leastCoding && mostTransform <= Math.min(mostCoding, 5) && depth <= mostCoding - leastTransform;
  if (!isAligned || !isPossible) throw wrongParameters();
}

function wrongParameters() {
  return damaged("The HEIC's parameters do not fit together.");
}

const [PROFILE_BITS, LEVEL_BITS] = [88, 8];

/** @param subLayers `sps_max_sub_layers_minus1` */
function skipProfileTierLevel(bits: Bits, subLayers: number): void {
  bits.skip(PROFILE_BITS + LEVEL_BITS);
  let skipped = 0;
  for (let layer = 0; layer < subLayers; layer++) {
    if (bits.readFlag()) skipped += PROFILE_BITS;
    if (bits.readFlag()) skipped += LEVEL_BITS;
  }
  if (subLayers > 0) bits.skip(2 * (8 - subLayers));
  bits.skip(skipped);
}

function readGolomb(bits: Bits): number {
  const zeros = bits.readZeros();
  if (zeros > 31) throw damaged("The HEIC's parameters have a number that is too large.");
  return 2 ** zeros - 1 + bits.read(zeros);
}

/** The unit without the 3 of each 0, 0, 3. It uses a loop because a file may have 100,000 of them. */
function withoutEmulationPrevention(unit: Buffer): Buffer {
  const kept = Buffer.allocUnsafe(unit.length);
  let length = 0;
  let zeros = 0;
  for (let index = 0; index < unit.length; index++) {
    const byte = unit[index] as number;
    if (byte === 3 && zeros >= 2) {
      zeros = 0;
      continue;
    }
    zeros = byte === 0 ? zeros + 1 : 0;
    kept[length] = byte;
    length += 1;
  }
  return kept.subarray(0, length);
}
