/**
 * TIFF and BigTIFF, read like libtiff as used by OpenCV: from the first directory, the fields that determine the
 * image's size, the memory for decoding, and whether its kind is decoded correctly.
 * Sources: TIFF 6.0; libtiff 4.5's tif_dirread.c and tif_getimage.c.
 */
import { failure } from "../../errors.ts";
import { orientationIn } from "./exif.ts";
import { damaged, type ImageHeader, UPRIGHT, unsupported } from "./header.ts";
import { type Field, FLOAT, SHORT, TiffDirectory } from "./tiff-directory.ts";
import { JpegWork } from "./tiff-jpeg.ts";
import { type Layout, layoutOf, piecesOf } from "./tiff-pieces.ts";
import { TAG } from "./tiff-tags.ts";
import { webpPieceBytes } from "./tiff-webp.ts";
import { WebpWork } from "./webp-work.ts";

const UNCOMPRESSED = 1;
const JPEG = 7;
const WEBP = 50001;
const MAX_SAMPLES = 4;
const ASSOCIATED_ALPHA = 1;
const UNASSOCIATED_ALPHA = 2;
const PALETTE = 3;
const YCBCR = 6;
const CIELAB = 8;
/** Not in `TAG`, because the file's value does not matter. */
const WHITE_POINT = 318;
/** Chromaticity of D65, the white of sRGB. */
const D65 = [0.3127, 0.329];

/** Compressions that libtiff decodes and that are in use; obsolete ones are refused. */
const COMPRESSIONS = new Set([1, 2, 3, 4, 5, 7, 8, 32773, 32946, 34925, 50000, 50001]);

const OTHER_COMPRESSIONS: Readonly<Record<number, string>> = {
  6: "old-style JPEG",
  9: "JBIG",
  10: "JBIG",
  32766: "NeXT",
  32809: "ThunderScan",
  33003: "JPEG 2000",
  33005: "JPEG 2000",
  34661: "JBIG",
  34712: "JPEG 2000",
  34676: "SGI LogLuv",
  34677: "SGI LogLuv",
  34887: "LERC",
  34892: "lossy JPEG of DNG",
  34933: "PNG",
  34934: "JPEG XR",
  50002: "JPEG XL",
  52546: "JPEG XL",
};

const OTHER_SAMPLE_FORMATS: Readonly<Record<number, string>> = {
  2: "signed samples",
  3: "floating-point samples",
  4: "samples of no declared format",
  5: "complex integer samples",
  6: "complex floating-point samples",
};

/** Decoded colour kinds and their bits per sample. */
const SAMPLE_BITS: Readonly<Record<number, readonly number[]>> = {
  0: [1, 8, 16], // grey, 0 is white
  1: [1, 8, 16], // grey, 0 is black
  2: [8, 16], // RGB
  [PALETTE]: [1, 8],
  5: [8], // CMYK
  [YCBCR]: [8],
  [CIELAB]: [8, 16],
};

const COLOR_NAMES: Readonly<Record<number, string>> = {
  2: " of RGB",
  [PALETTE]: " of a palette",
  5: " of CMYK",
  [YCBCR]: " of YCbCr",
};

const OTHER_PHOTOMETRICS: Readonly<Record<number, string>> = {
  4: "a TIFF that is a transparency mask",
  9: "a TIFF in ICC L*a*b*",
  10: "a TIFF in ITU L*a*b*",
  32803: "a camera's raw file",
  32844: "a TIFF in LogL",
  32845: "a TIFF in LogLuv",
  34892: "a camera's raw file",
};

/** Marks of raw files of Canon (CR2) and Phase One (IIQ), which follow the TIFF header. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: a signature is bytes, not text.
const RAW_MARK = /^(?:CR\x02\0|IIII[\s\S]waR|MMMMRaw)/;

/**
 * Photometric kinds with one channel: grey and palette. In tiles that reach beyond the right edge, libtiff assumes one
 * byte for each pixel outside the image, and so shears pixels of more bytes.
 */
const ONE_CHANNEL = new Set([0, 1, 3]);

/**
 * Maximum bytes of the values of all tags, in multiples of the file's size. libtiff copies each value, whether it knows
 * the tag or not.
 */
const MAX_SHARED_VALUES = 2;

/** @throws UNSUPPORTED_MEDIA_TYPE, UNDECODABLE_IMAGE, IMAGE_TOO_COMPLEX; RangeError if the file is truncated. */
export function readTiff(file: Buffer): ImageHeader {
  const directory = new TiffDirectory(file);
  if (directory.hasTooManyEntries) throw damaged("The TIFF's directory has more entries than any reader accepts.");
  for (const tag of Object.values(TAG))
    if (directory.isRepeated(tag)) throw damaged(`The TIFF's directory has the tag ${tag} more than once.`);
  if (directory.valueBytes > MAX_SHARED_VALUES * file.length)
    throw failure(
      "IMAGE_TOO_COMPLEX",
      "The TIFF's directory has the same values for many tags, far more than the file.",
    );
  checkNoRaw(file, directory);
  const width = required(directory, TAG.width, "width");
  const height = required(directory, TAG.length, "height");
  if (width === 0 || height === 0) throw damaged(`The TIFF's directory gives a size of ${width} × ${height}.`);
  const samples = directory.value(TAG.samplesPerPixel) ?? 1;
  const bits = bitsPerSample(directory, samples);
  const compression = directory.value(TAG.compression) ?? UNCOMPRESSED;
  checkSamples(directory, bits);
  const photometric = required(directory, TAG.photometric, "kind of colours");
  checkKind({ bits, compression, photometric });
  const isPlanar = directory.value(TAG.planarConfiguration) === 2 && samples > 1;
  // libtiff would use the palette's indexes as grey values.
  if (photometric === PALETTE && directory.count(TAG.colorMap) !== 3 * 2 ** bits)
    throw damaged(`The TIFF's palette has ${directory.count(TAG.colorMap)} values; ${3 * 2 ** bits} were expected.`);
  if (photometric === CIELAB && (isPlanar || samples !== 3))
    throw unsupported(
      `a TIFF in L*a*b* with ${isPlanar ? "a plane for each channel" : `${samples} instead of 3 samples a pixel`}`,
    );
  // libtiff reads the first layer of a volume, but fails where such a tile has more bytes than one layer.
  const layers = directory.value(TAG.tileDepth) ?? 1;
  if (compression === UNCOMPRESSED && layers > 1)
    throw unsupported(`a TIFF with uncompressed tiles of ${layers} layers`);
  const layout = layoutOf(directory, width, height);
  if (photometric === YCBCR && compression !== JPEG && !layout.isTiled) checkSubsampling(directory, width);
  // The size of an uncompressed piece is known, except for YCbCr, which may be subsampled.
  const rowBytes =
    compression === UNCOMPRESSED && photometric !== YCBCR
      ? Math.ceil((layout.width * bits * (isPlanar ? 1 : samples)) / 8)
      : undefined;
  let extraBytes = 0;
  const webpWork = new WebpWork();
  const jpegWork = new JpegWork(width * height);
  for (const { offset, bytes } of piecesOf(file, directory, layout, { planes: isPlanar ? samples : 1, rowBytes }))
    if (compression === WEBP)
      extraBytes = Math.max(extraBytes, webpPieceBytes(file.subarray(offset), layout.width * layout.height, webpWork));
    else if (compression === JPEG)
      jpegWork.count(file.subarray(offset, offset + (bytes || restOf(file, layout))), layout);
  const pixelBits = bits * (isPlanar ? 1 : samples);
  if (layout.isTiled && ONE_CHANNEL.has(photometric) && pixelBits > 8 && width % layout.width !== 0)
    throw unsupported(`a TIFF with tiles of ${pixelBits} bits a pixel that reach beyond its grey or palette image`);
  const orientation = orientationIn(directory) ?? UPRIGHT;
  return {
    format: "tiff",
    name: directory.isBig ? "BigTIFF" : "TIFF",
    width,
    height,
    orientation,
    ...(extraBytes > 0 && { extraBytes }),
  };
}

/**
 * Replaces tags that OpenCV and libtiff handle in an unwanted way. OpenCV applies the orientation itself, but for tiled
 * images with horizontal mirroring (2, 3, 6 and 7) it mirrors each tile separately, and libtiff reports an error for an
 * orientation outside 1 to 8. libtiff multiplies colours by an unassociated alpha channel, but leaves them unchanged
 * with an associated one. It converts L*a*b* to sRGB without adapting the colours to another white than that of sRGB:
 * with D50, its default and that of most files, white becomes yellow.
 * @returns a copy of the file with orientation 1, without unassociated alpha and with the white of sRGB; undefined if
 *   the file needs no change.
 * @throws as `readTiff` does, which must be called first.
 */
export function withoutMisreadTags(file: Buffer): Buffer | undefined {
  const directory = new TiffDirectory(file);
  const changes: Field[] = [];
  if (directory.has(TAG.orientation) && orientationIn(directory) !== UPRIGHT)
    changes.push({ tag: TAG.orientation, type: SHORT, values: [UPRIGHT] });
  if (directory.count(TAG.extraSamples) === 1 && directory.value(TAG.extraSamples) === UNASSOCIATED_ALPHA)
    changes.push({ tag: TAG.extraSamples, type: SHORT, values: [ASSOCIATED_ALPHA] });
  if (directory.value(TAG.photometric) === CIELAB) changes.push({ tag: WHITE_POINT, type: FLOAT, values: D65 });
  return changes.length > 0 ? directory.withFields(changes) : undefined;
}

/** Bytes of a strip or tile that gives none: libtiff takes the rest of the file if it is the only one, or fails. */
function restOf(file: Buffer, { count }: Layout): number {
  return count === 1 ? file.length : 0;
}

/**
 * Checks chroma subsampling. libtiff computes the bytes of a strip from those of a row of pixels, rounded down. If
 * blocks are 4 pixels high and a row has an odd number of them, it leaves the last blocks of each strip undecoded,
 * without an error.
 */
function checkSubsampling(directory: TiffDirectory, width: number): void {
  const [across, down] = [directory.value(TAG.subsampling) ?? 2, directory.value(TAG.subsampling, 1) ?? 2];
  if (down === 4 && Math.ceil(width / across) % 2 === 1)
    throw unsupported(`a TIFF with YCbCr in rows of an odd number of blocks of ${across} × ${down} pixels`);
}

function required(directory: TiffDirectory, tag: number, name: string): number {
  const value = directory.value(tag);
  if (value === undefined) throw damaged(`The TIFF's directory does not give the image's ${name}.`);
  return value;
}

function bitsPerSample(directory: TiffDirectory, samples: number): number {
  if (samples < 1 || samples > MAX_SAMPLES) throw unsupported(`a TIFF with ${samples} samples a pixel`);
  const bits = directory.value(TAG.bitsPerSample) ?? 1;
  const given = Math.min(directory.count(TAG.bitsPerSample), samples);
  for (let sample = 1; sample < given; sample++)
    if (directory.value(TAG.bitsPerSample, sample) !== bits)
      throw unsupported("a TIFF with samples of several lengths");
  return bits;
}

/**
 * The first directory of a camera's raw file is often a small preview, which is not the image that the sender means.
 */
function checkNoRaw(file: Buffer, directory: TiffDirectory): void {
  const isMarked = RAW_MARK.test(file.toString("latin1", 8, 16));
  const isReduced = ((directory.value(TAG.newSubfileType) ?? 0) & 1) === 1;
  if (isMarked || directory.count(TAG.dngVersion) > 0 || (isReduced && directory.count(TAG.subDirectories) > 0))
    throw unsupported("a camera's raw file");
}

function checkSamples(directory: TiffDirectory, bits: number): void {
  const sampleFormat = OTHER_SAMPLE_FORMATS[directory.value(TAG.sampleFormat) ?? 1];
  if (sampleFormat) throw unsupported(`a TIFF with ${bits}-bit ${sampleFormat}`);
}

function checkKind({ bits, compression, photometric }: Record<"bits" | "compression" | "photometric", number>): void {
  const colors = OTHER_PHOTOMETRICS[photometric];
  if (colors) throw unsupported(colors);
  const decoded = SAMPLE_BITS[photometric];
  if (!decoded) throw damaged(`The TIFF's directory gives colours of kind ${photometric}.`);
  if (!decoded.includes(bits)) throw unsupported(`a TIFF with ${bits}-bit samples${COLOR_NAMES[photometric] ?? ""}`);
  const name = OTHER_COMPRESSIONS[compression] ?? `kind ${compression}`;
  if (!COMPRESSIONS.has(compression)) throw unsupported(`a TIFF with compression of ${name}`);
}
