/**
 * Reads the image sizes that AV1 headers announce, by which a decoder allocates its images, and the frames. Source: AV1
 * Bitstream & Decoding Process Specification, sections 5.3, 5.5 and 5.9.
 */
import type { Size } from "../size.ts";
import { Bits } from "./bits.ts";
import type { CodedUnit } from "./coded-unit.ts";
import { damaged } from "./header.ts";

const [SEQUENCE_HEADER, FRAME_HEADER, FRAME, REDUNDANT_FRAME_HEADER] = [1, 3, 6, 7];
const FRAME_HEADERS: readonly number[] = [FRAME_HEADER, FRAME, REDUNDANT_FRAME_HEADER];
/** Bytes that are read of a unit. The header of an open bitstream unit is far shorter. */
const MAX_HEAD_BYTES = 512;
/** Profiles of AV1. Main excludes 4:4:4; Professional includes every subsampling. */
const [MAIN, PROFESSIONAL] = [0, 2];
const [KEY_FRAME, SWITCH_FRAME] = [0, 3];
/** Value of `seq_force_…` that leaves the choice to the frame. */
const BY_FRAME = 2;

interface Sequence {
  readonly size: Size;
  readonly pixelBytes: number;
  readonly sampleBytes: number;
  readonly widthBits: number;
  readonly heightBits: number;
  /** Whether every frame has the sequence's size. */
  readonly isReduced: boolean;
  /** Bits of `frame_presentation_time` if frames have one. */
  readonly presentationBits: number | undefined;
  readonly hasDecoderModel: boolean;
  /** Bits of `current_frame_id`; 0 if there are no ids. */
  readonly idBits: number;
  readonly forcesScreenContent: number;
  readonly forcesIntegerMotion: number;
  readonly orderBits: number;
}

/**
 * @param configuration The content of the av1C box.
 * @param data The item's data.
 * @throws UNDECODABLE_IMAGE; RangeError if something is truncated.
 */
export function* av1Units(configuration: Buffer, data: Buffer): Generator<CodedUnit> {
  let sequence: Sequence | undefined;
  for (const { type, content } of unitsOf(configuration, data)) {
    const bits = new Bits(content.subarray(0, MAX_HEAD_BYTES));
    if (type === SEQUENCE_HEADER) {
      sequence = readSequence(bits);
      const { size, pixelBytes, sampleBytes } = sequence;
      yield { size, pixelBytes, sampleBytes, isDecoded: false, beginsImage: false };
    } else {
      const size = sequence && FRAME_HEADERS.includes(type) ? ownSize(bits, sequence) : undefined;
      const isDecoded = type === FRAME_HEADER || type === FRAME;
      yield { size, isDecoded, beginsImage: isDecoded };
    }
  }
}

/**
 * Whether the values of an image without colours are from 16 to 235 instead of 0 to 255 (for 8 bits).
 *
 * @param configuration The content of the av1C box.
 * @param data The item's data.
 * @throws UNDECODABLE_IMAGE; RangeError if something is truncated.
 */
export function isGreyInLimitedRange(configuration: Buffer, data: Buffer): boolean {
  for (const { type, content } of unitsOf(configuration, data)) {
    if (type !== SEQUENCE_HEADER) continue;
    const bits = new Bits(content.subarray(0, MAX_HEAD_BYTES));
    readSequence(bits);
    bits.skip(1); // mono_chrome
    const isDescribed = bits.readFlag();
    if (isDescribed) bits.skip(3 * 8);
    const isFullRange = bits.readFlag();
    return !isFullRange;
  }
  return false;
}

/**
 * The units of the configuration and the data, which the decoder gets as one stream. The decoder shows an image before
 * it reads the unit after it. If a damaged length makes an image end too early, the following bytes are hardly ever a
 * unit.
 * @throws UNDECODABLE_IMAGE
 */
function* unitsOf(configuration: Buffer, itemData: Buffer): Generator<{ type: number; content: Buffer }> {
  const data = Buffer.concat([configuration.subarray(4), itemData]);
  for (let offset = 0; offset < data.length; ) {
    const header = data.readUInt8(offset);
    offset += (header & 4) === 0 ? 1 : 2;
    let length = Math.max(0, data.length - offset);
    if ((header & 2) !== 0) ({ value: length, end: offset } = readLeb128(data, offset));
    if (offset + length > data.length) throw damaged("A unit of the AVIF's image data ends behind them.");
    yield { type: (header >>> 3) & 15, content: data.subarray(offset, offset + length) };
    offset += length;
  }
}

function readLeb128(data: Buffer, start: number): { value: number; end: number } {
  let value = 0;
  for (let index = 0; ; index++) {
    const byte = data.readUInt8(start + index);
    value += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80 || index === 7) return { value, end: start + index + 1 };
  }
}

/** Reads a sequence header up to the depth of the samples. */
function readSequence(bits: Bits): Sequence {
  const profile = bits.read(3);
  bits.skip(1); // still_picture
  const isReduced = bits.readFlag();
  const timing = isReduced ? readLevel(bits) : readTiming(bits);
  const widthBits = bits.read(4) + 1;
  const heightBits = bits.read(4) + 1;
  const size = { width: bits.read(widthBits) + 1, height: bits.read(heightBits) + 1 };
  const base = { size, widthBits, heightBits, isReduced, ...timing };
  const tools = isReduced ? readNoTools(bits) : readTools(bits);
  bits.skip(3); // enable_superres to enable_restoration
  const isDeep = bits.readFlag();
  if (isDeep && profile === PROFESSIONAL) bits.skip(1); // twelve_bit
  const sampleBytes = isDeep ? 2 : 1;
  return { ...base, ...tools, pixelBytes: (profile === MAIN ? 1.5 : 3) * sampleBytes, sampleBytes };
}

type Tools = Pick<Sequence, "idBits" | "forcesScreenContent" | "forcesIntegerMotion" | "orderBits">;

function readNoTools(bits: Bits): Tools {
  bits.skip(3); // use_128x128_superblock to enable_intra_edge_filter
  return { idBits: 0, forcesScreenContent: BY_FRAME, forcesIntegerMotion: BY_FRAME, orderBits: 0 };
}

function readTools(bits: Bits): Tools {
  const idBits = bits.readFlag() ? bits.read(4) + bits.read(3) + 3 : 0;
  bits.skip(3 + 4); // Skips the tools up to enable_dual_filter.
  const hasOrder = bits.readFlag();
  if (hasOrder) bits.skip(2);
  const forcesScreenContent = bits.readFlag() ? BY_FRAME : bits.read(1);
  const forcesIntegerMotion = forcesScreenContent === 0 || bits.readFlag() ? BY_FRAME : bits.read(1);
  return { idBits, forcesScreenContent, forcesIntegerMotion, orderBits: hasOrder ? bits.read(3) + 1 : 0 };
}

type Timing = Pick<Sequence, "presentationBits" | "hasDecoderModel">;

function readLevel(bits: Bits): Timing {
  bits.skip(5);
  return { presentationBits: undefined, hasDecoderModel: false };
}

function readTiming(bits: Bits): Timing {
  let delayBits = 0;
  let presentationBits: number | undefined;
  let hasDecoderModel = false;
  if (bits.readFlag()) {
    bits.skip(64);
    const hasEqualInterval = bits.readFlag();
    if (hasEqualInterval) bits.skip(bits.readZeros());
    hasDecoderModel = bits.readFlag();
    if (hasDecoderModel) {
      delayBits = bits.read(5) + 1;
      bits.skip(32 + 5);
      const length = bits.read(5) + 1;
      if (!hasEqualInterval) presentationBits = length;
    }
  }
  const hasDisplayDelay = bits.readFlag();
  for (let points = bits.read(5); points >= 0; points--) {
    bits.skip(12);
    if (bits.read(5) > 7) bits.skip(1);
    if (hasDecoderModel && bits.readFlag()) bits.skip(2 * delayBits + 1);
    if (hasDisplayDelay && bits.readFlag()) bits.skip(4);
  }
  return { presentationBits, hasDecoderModel };
}

/** The frame's own size, or the largest that it could have if the size is not read; undefined if it has none. */
function ownSize(bits: Bits, sequence: Sequence): Size | undefined {
  const { widthBits, heightBits, isReduced } = sequence;
  if (isReduced) return undefined;
  if (bits.readFlag()) return undefined; // The frame only shows one that was decoded before.
  const type = bits.read(2);
  const isShown = bits.readFlag();
  if (isShown) bits.skip(sequence.presentationBits ?? 0);
  else bits.skip(1);
  if (type !== SWITCH_FRAME && !(type === KEY_FRAME && isShown)) bits.skip(1);
  bits.skip(1);
  const hasScreenContent = sequence.forcesScreenContent === BY_FRAME ? bits.readFlag() : sequence.forcesScreenContent;
  if (hasScreenContent && sequence.forcesIntegerMotion === BY_FRAME) bits.skip(1);
  bits.skip(sequence.idBits);
  const hasOwnSize = type === SWITCH_FRAME || bits.readFlag();
  if (!hasOwnSize) return undefined;
  if (type !== KEY_FRAME || !isShown || sequence.hasDecoderModel)
    return { width: 2 ** widthBits, height: 2 ** heightBits };
  bits.skip(sequence.orderBits);
  return { width: bits.read(widthBits) + 1, height: bits.read(heightBits) + 1 };
}
