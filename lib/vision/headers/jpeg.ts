/**
 * JPEG, read like libjpeg-turbo: from the start of image through all segments and scans to the first end of image.
 * Sources: ITU-T T.81, annex B; libjpeg's jdmarker.c for files that violate it.
 */
import { failure, isFailure } from "../../errors.ts";
import { exifOrientation, startsExif } from "./exif.ts";
import { damaged, type ImageHeader, UPRIGHT, unsupported } from "./header.ts";

const TEM = 0x01;
const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const APP1 = 0xe1;

/**
 * Each scan of a progressive JPEG, however short, is a pass over all blocks: 0.2 s for 64 megapixels. Encoders write
 * about ten scans, size optimizers at most some twenty. The limit allows more than one scan for each of the 64
 * coefficients, more than any ordinary file needs.
 */
export const MAX_SCANS = 100;
/**
 * Up to this number of scans the pixel limit suffices; beyond it, large images are allowed fewer scans. Four-component
 * files written by libjpeg have 18.
 */
export const FEW_SCANS = 24;
export const MAX_SCANNED_PIXELS = 2 ** 30;

/** Maximum segments. Profiles and metadata take a few hundred at most. */
const MAX_SEGMENTS = 10_000;

/** Distance up to which a loop is not slower than a search. */
const NEAR_BYTES = 32;

/** Frame types that libjpeg decodes: baseline, extended and progressive, each with Huffman or arithmetic coding. */
const DECODED_FRAMES = new Set([0xc0, 0xc1, 0xc2, 0xc9, 0xca]);
const PROGRESSIVE_FRAMES = new Set([0xc2, 0xca]);

/** Other frame types. `C4`, `C8` and `CC` are not frames. */
const OTHER_FRAMES: Readonly<Record<number, string>> = {
  195: "a lossless JPEG (SOF3)",
  197: "a hierarchical JPEG (SOF5)",
  198: "a hierarchical JPEG (SOF6)",
  199: "a hierarchical JPEG (SOF7)",
  203: "a lossless JPEG (SOF11)",
  205: "a hierarchical JPEG (SOF13)",
  206: "a hierarchical JPEG (SOF14)",
  207: "a hierarchical JPEG (SOF15)",
  222: "a hierarchical JPEG (DHP)",
  247: "a JPEG-LS image",
};

interface Frame {
  readonly size: Pick<ImageHeader, "width" | "height">;
  readonly isProgressive: boolean;
  /** The identifiers of its components. */
  readonly components: readonly number[];
}

/** @throws UNSUPPORTED_MEDIA_TYPE, UNDECODABLE_IMAGE, IMAGE_TOO_COMPLEX; RangeError if the file is truncated. */
export function readJpeg(file: Buffer): ImageHeader {
  let frame: Frame | undefined;
  let orientation: number | undefined;
  let scans = 0;
  /** The components that have a scan with their first coefficient, by their places in the frame. */
  const begun = new Set<number>();
  for (const { marker, content } of segmentsOf(file)) {
    if (OTHER_FRAMES[marker]) throw unsupported(OTHER_FRAMES[marker]);
    if (DECODED_FRAMES.has(marker)) {
      if (frame) throw damaged("The JPEG has two frame headers.");
      frame = readFrame(content, PROGRESSIVE_FRAMES.has(marker));
    } else if (marker === APP1 && startsExif(content)) {
      orientation ??= exifOrientation(content);
    } else if (marker === SOS) {
      if (!frame) throw damaged("The JPEG has a scan before its frame header.");
      scans += 1;
      checkScans(scans, frame.size);
      for (const component of componentsBegun(content, frame)) begun.add(component);
    }
  }
  if (!frame || scans === 0) throw damaged("The JPEG has no scan: there is no image in it.");
  // libjpeg would decode the image without its brightness or its colours.
  if (begun.size < frame.components.length) throw damaged("The JPEG lacks the scan of a component.");
  return { format: "jpeg", name: "JPEG", ...frame.size, orientation: orientation ?? UPRIGHT };
}

/** The number of scans up to the end of the image, or up to damage that libjpeg does not read beyond either. */
export function countScans(file: Buffer): number {
  let scans = 0;
  try {
    for (const { marker } of segmentsOf(file)) if (marker === SOS) scans += 1;
  } catch (error) {
    if (!isFailure(error) || error.type !== "UNDECODABLE_IMAGE") throw error;
  }
  return scans;
}

interface Segment {
  readonly marker: number;
  readonly content: Buffer;
}

/** Segments up to the end of the image. The entropy-coded data after the header of a scan is skipped. */
function* segmentsOf(file: Buffer): Generator<Segment, void, void> {
  let segments = 0;
  let offset = 2;
  for (;;) {
    offset = nextMarker(file, offset);
    const marker = file[offset - 1] as number;
    if (marker === EOI) return;
    if (hasNoContent(marker)) continue;
    if (marker === SOI) throw damaged("The JPEG is cut off: another image begins before its end.");
    segments += 1;
    if (segments > MAX_SEGMENTS) throw failure("IMAGE_TOO_COMPLEX", `The JPEG has more than ${MAX_SEGMENTS} segments.`);
    const { content, end } = segmentAt(file, offset, marker);
    yield { marker, content };
    offset = marker === SOS ? endOfScan(file, end) : end;
  }
}

/**
 * The offset after the next marker. Like libjpeg, skips bytes outside segments and allows repeated 0xff before a
 * marker.
 */
function nextMarker(file: Buffer, from: number): number {
  let offset = from;
  for (;;) {
    // A search call costs much more than a loop for near bytes, and a file may have millions of markers with few bytes
    // between them.
    let start = offset;
    const lookedAt = offset + NEAR_BYTES;
    while (start < lookedAt && file[start] !== 0xff) start += 1;
    if (start === lookedAt) start = file.indexOf(0xff, start);
    if (start < 0) throw cutOff();
    offset = start + 1;
    while (file[offset] === 0xff) offset += 1;
    if (offset >= file.length) throw cutOff();
    offset += 1;
    if (file[offset - 1] !== 0) return offset;
  }
}

/**
 * The offset of the marker that ends entropy-coded data: 0xff 0x00 is a data byte, restart markers are part of the
 * data.
 */
function endOfScan(file: Buffer, from: number): number {
  let offset = from;
  for (;;) {
    const start = nextMarker(file, offset) - 2;
    if (!isRestart(file[start + 1] as number)) return start;
    offset = start + 2;
  }
}

function segmentAt(file: Buffer, offset: number, marker: number): { content: Buffer; end: number } {
  if (!isKnown(marker)) throw damaged(`The JPEG has an unknown marker (0x${marker.toString(16)}).`);
  if (offset + 2 > file.length) throw cutOff();
  // The length includes its own two bytes, so 0 and 1 are invalid; libjpeg treats them as 2.
  const end = offset + Math.max(2, file.readUInt16BE(offset));
  if (end > file.length) throw cutOff();
  return { content: file.subarray(offset + 2, end), end };
}

function checkScans(scans: number, { width, height }: Frame["size"]): void {
  const maxScans = Math.min(MAX_SCANS, Math.max(FEW_SCANS, Math.floor(MAX_SCANNED_PIXELS / (width * height))));
  if (scans > maxScans)
    throw failure("IMAGE_TOO_COMPLEX", `The JPEG has more than ${maxScans} scans, too many for its size.`, {
      maxScans,
    });
}

/**
 * The components in a scan that has their first coefficient, by their places in the frame. Like libjpeg, tells
 * components with the same identifier apart by their order.
 * @param content The header of the scan.
 */
function componentsBegun(content: Buffer, { isProgressive, components }: Frame): Set<number> {
  const count = content.readUInt8(0);
  const inScan = new Set<number>();
  for (let index = 0; index < count; index++) {
    const id = content.readUInt8(1 + 2 * index);
    const component = components.findIndex((other, place) => other === id && !inScan.has(place));
    if (component >= 0) inScan.add(component);
  }
  // Only progressive scans begin at other coefficients than the first one.
  return isProgressive && content.readUInt8(1 + 2 * count) > 0 ? new Set() : inScan;
}

function readFrame(content: Buffer, isProgressive: boolean): Frame {
  const precision = content.readUInt8(0);
  const height = content.readUInt16BE(1);
  const width = content.readUInt16BE(3);
  const components = content.readUInt8(5);
  if (content.length !== 6 + 3 * components) throw damaged("The JPEG's frame header has a wrong length.");
  if (precision !== 8) throw unsupported(`a JPEG with ${precision} bits a sample`);
  if (![1, 3, 4].includes(components)) throw unsupported(`a JPEG with ${components} components`);
  if (height === 0) throw unsupported("a JPEG whose height stands behind its first scan (DNL)");
  if (width === 0) throw damaged("The JPEG's width is 0.");
  for (let component = 0; component < components; component++) {
    const sampling = content.readUInt8(7 + 3 * component);
    const [horizontal, vertical] = [sampling >> 4, sampling & 15];
    if (horizontal < 1 || horizontal > 4 || vertical < 1 || vertical > 4)
      throw damaged("The JPEG's sampling factors are out of bounds.");
  }
  const ids = Array.from({ length: components }, (_, component) => content.readUInt8(6 + 3 * component));
  return { size: { width, height }, isProgressive, components: ids };
}

function hasNoContent(marker: number): boolean {
  return marker === TEM || isRestart(marker);
}

function isRestart(marker: number): boolean {
  return marker >= 0xd0 && marker <= 0xd7;
}

/** Markers that libjpeg reads or skips; it fails on all others. */
function isKnown(marker: number): boolean {
  return (
    OTHER_FRAMES[marker] !== undefined ||
    (marker >= 0xc0 && marker <= 0xef && marker !== 0xc8 && marker !== 0xdf) ||
    marker === 0xfe
  );
}

function cutOff() {
  return damaged("The JPEG has no end: a part of the file is missing.");
}
