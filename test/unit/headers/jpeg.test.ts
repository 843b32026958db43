import { describe, expect, it } from "vitest";
import { readHeader } from "../../../lib/vision/headers/image-header.ts";
import { MAX_SCANS } from "../../../lib/vision/headers/jpeg.ts";
import { encoded, exifBlock, failureOf, formatSample, HEIGHT, segment, WIDTH } from "../../support/header-samples.ts";
import { sample } from "../../support/images.ts";

const file = encoded(".jpg");
const START = file.subarray(0, 2);
const rest = file.subarray(2);
const END = Buffer.from([0xff, 0xd9]);
const frameAt = file.indexOf(Buffer.from([0xff, 0xc0]));
const scanAt = file.indexOf(Buffer.from([0xff, 0xda]));
const size = { width: WIDTH, height: HEIGHT };

const read = (...parts: Buffer[]) => readHeader(Buffer.concat(parts));
const failure = (...parts: Buffer[]) => failureOf(() => read(...parts));
const damaged = (...parts: Buffer[]) => failure(...parts)?.type === "UNDECODABLE_IMAGE";

/** The file with one byte of its frame header changed: 4 is the precision, 5 the height, 9 the number of components. */
function withFrameByte(offset: number, value: number): Buffer {
  const changed = Buffer.from(file);
  changed[frameAt + offset] = value;
  return changed;
}

/** The header of a scan of these components, which begins at the first coefficient or another one. */
function scanOf(components: readonly number[], first = 0): Buffer {
  const selectors = components.flatMap((component) => [component, 0]);
  return segment(0xda, Buffer.from([components.length, ...selectors, first, 63, 0]));
}

function withExif(...blocks: Buffer[]): Buffer {
  const app1 = blocks.map((block) => segment(0xe1, Buffer.concat([Buffer.from("Exif\0\0", "latin1"), block])));
  return Buffer.concat([START, ...app1, rest]);
}

describe("the header of a JPEG", () => {
  it("is read whatever the coding: baseline, progressive, arithmetic, with restart markers", () => {
    expect(readHeader(file)).toEqual({ format: "jpeg", name: "JPEG", ...size, orientation: 1 });
    for (const name of ["progressive.jpg", "arithmetic.jpg", "restart-markers.jpg"])
      expect(readHeader(formatSample(name)), name).toMatchObject({ width: 67, height: 45 });
  });

  it.each([1, 31, 32, 33, 1000])("is found behind %i bytes that belong to no segment", (bytes) => {
    expect(read(START, segment(0xfe, "x"), Buffer.alloc(bytes), rest)).toMatchObject(size);
    expect(damaged(START, segment(0xfe, "x"), Buffer.alloc(bytes))).toBe(true);
  });

  it("is found behind bytes that belong to no segment, fill bytes and markers without content", () => {
    const junk = Buffer.from([0x00, 0x12, 0xff, 0x00, 0x34]);
    expect(read(START, Buffer.from([0xff, 0xe0, 0, 4, 1, 2]), junk, rest)).toMatchObject(size);
    expect(read(START, Buffer.alloc(70_000, 0xff), rest)).toMatchObject(size);
    expect(read(START, Buffer.from([0xff, 0x01, 0xff, 0xd3]), rest)).toMatchObject(size);
    expect(read(file.subarray(0, scanAt), junk, file.subarray(scanAt))).toMatchObject(size);
  });

  it("is found where the frame header is the first segment, and lengths of 0 are read as 2", () => {
    const tables = file.subarray(2, frameAt);
    const frame = file.subarray(frameAt, scanAt);
    const frameBytes = 2 + frame.readUInt16BE(2);
    expect(
      read(START, frame.subarray(0, frameBytes), tables, frame.subarray(frameBytes), file.subarray(scanAt)),
    ).toMatchObject(size);
    expect(read(START, Buffer.from([0xff, 0xfe, 0, 0]), rest)).toMatchObject(size);
  });

  it("is read with four components, and with segments of applications and comments", () => {
    const components = [1, 2, 3, 4].flatMap((component) => [component, 0x11, 0]);
    const frame = segment(0xc0, Buffer.from([8, 0, HEIGHT, 0, WIDTH, 4, ...components]));
    expect(read(START, frame, scanOf([1, 2, 3, 4]), END)).toMatchObject(size);
    for (const marker of [0xe0, 0xef, 0xfe]) expect(read(START, segment(marker, "x"), rest)).toMatchObject(size);
  });

  it("names what is not supported", () => {
    const named = (changed: Buffer) => failure(changed);
    const lossless = withFrameByte(1, 0xc3);
    expect(named(lossless)).toEqual({
      type: "UNSUPPORTED_MEDIA_TYPE",
      message: expect.stringContaining("a lossless JPEG (SOF3)"),
    });
    for (const marker of [0xc5, 0xc6, 0xc7, 0xcd, 0xce, 0xcf])
      expect(named(withFrameByte(1, marker))?.message).toContain("a hierarchical JPEG");
    expect(named(withFrameByte(1, 0xf7))?.message).toContain("a JPEG-LS image");
    expect(named(withFrameByte(4, 12))?.message).toContain("a JPEG with 12 bits a sample");
    const noHeight = withFrameByte(5, 0);
    noHeight[frameAt + 6] = 0;
    expect(named(noHeight)?.message).toContain("(DNL)");
    const twoComponents = segment(0xc0, Buffer.from([8, 0, 9, 0, 9, 2, 1, 0x11, 0, 2, 0x11, 0]));
    expect(failure(START, twoComponents, rest)?.message).toContain("a JPEG with 2 components");
  });

  it("fails where libjpeg does: two frames, two images in one, no frame before the scan, unknown markers", () => {
    const frame = file.subarray(frameAt, scanAt);
    expect(failure(START, frame, rest)?.message).toContain("two frame headers");
    expect(damaged(START, START, rest)).toBe(true);
    expect(damaged(START, file.subarray(scanAt))).toBe(true);
    expect(damaged(file.subarray(0, scanAt), Buffer.from([0xff, 0xd9]))).toBe(true);
    for (const marker of [0x42, 0xc8, 0xdf, 0xf0]) expect(damaged(START, segment(marker, "x"), rest)).toBe(true);
    expect(damaged(withFrameByte(9, 4))).toBe(true); // components that do not fit in its length
    for (const sampling of [0x51, 0x15, 0x01, 0x10]) expect(damaged(withFrameByte(11, sampling))).toBe(true);
    const noWidth = Buffer.from(file);
    noWidth.writeUInt16BE(0, frameAt + 7);
    expect(damaged(noWidth)).toBe(true);
  });

  it("fails where a part is missing, wherever it was cut off, and not for bytes behind the end", () => {
    const rocket = sample("rocket.jpg");
    for (let length = 3; length < rocket.length; length += 997) expect(damaged(rocket.subarray(0, length))).toBe(true);
    expect(read(file, Buffer.from("trailing bytes"), file.subarray(0, 100))).toMatchObject(size);
  });

  it("fails where a component has no scan with its first coefficient", () => {
    const frameOf = (marker: number, ...ids: number[]) =>
      segment(marker, Buffer.from([8, 0, HEIGHT, 0, WIDTH, ids.length, ...ids.flatMap((id) => [id, 0x11, 0])]));
    const [sequential, progressive] = [frameOf(0xc0, 1, 2, 3), frameOf(0xc2, 1, 2, 3)];
    const scans = [1, 2, 3].map((component) => scanOf([component]));
    for (const frame of [sequential, progressive]) {
      expect(read(START, frame, ...scans, END)).toMatchObject(size);
      for (const lacking of scans) {
        const others = scans.filter((scan) => scan !== lacking);
        expect(failure(START, frame, ...others, END)?.message).toContain("lacks the scan of a component");
      }
    }
    expect(damaged(START, progressive, scanOf([1, 2, 3], 1), END)).toBe(true);
    expect(read(START, progressive, scanOf([1, 2, 3]), scanOf([1], 1), END)).toMatchObject(size);
    // Some writers give a wrong first coefficient, or all components the same identifier.
    expect(read(START, sequential, scanOf([1, 2, 3], 1), END)).toMatchObject(size);
    expect(read(START, frameOf(0xc0, 1, 1, 1), scanOf([1, 1, 1]), END)).toMatchObject(size);
  });

  it("fails for an image that is cut off and followed by a whole one", () => {
    for (const length of [2, frameAt, scanAt + 20, file.length - 2])
      expect(damaged(file.subarray(0, length), file)).toBe(true);
  });

  it("is not misled by the end marker of a thumbnail", () => {
    const thumbnail = segment(0xe1, Buffer.concat([Buffer.from("Exif\0\0", "latin1"), file]));
    expect(read(START, thumbnail, rest)).toMatchObject(size);
    expect(damaged(START, thumbnail, rest.subarray(0, -2))).toBe(true);
  });

  it("bounds the number of segments", () => {
    const comments = (count: number) => new Array<Buffer>(count).fill(segment(0xfe, ""));
    expect(read(START, ...comments(9_900), rest)).toMatchObject(size);
    expect(failure(START, ...comments(10_000), rest)?.type).toBe("IMAGE_TOO_COMPLEX");
  });

  it("bounds the number of scans, more narrowly where the image is large", () => {
    const scan = segment(0xda, Buffer.from([1, 1, 0, 1, 5, 0]));
    const scans = (first: Buffer, more: number) => [
      first.subarray(0, -2),
      ...new Array<Buffer>(more).fill(scan),
      first.subarray(-2),
    ];
    expect(read(...scans(file, MAX_SCANS - 1))).toMatchObject(size);
    expect(failure(...scans(file, MAX_SCANS))?.type).toBe("IMAGE_TOO_COMPLEX");
    const large = Buffer.from(file);
    large.writeUInt16BE(8000, frameAt + 5);
    large.writeUInt16BE(8000, frameAt + 7);
    expect(read(...scans(large, 23))).toMatchObject({ width: 8000, height: 8000 });
    expect(failure(...scans(large, 24))?.type).toBe("IMAGE_TOO_COMPLEX");
  });
});

describe("the Exif orientation of a JPEG", () => {
  it("is read in either byte order, as a SHORT or a LONG, wherever the directory begins", () => {
    for (const isLittleEndian of [true, false])
      for (const isLong of [true, false])
        for (const directoryAt of [8, 9, 500])
          for (let orientation = 1; orientation <= 8; orientation++) {
            const block = exifBlock(orientation, { isLittleEndian, isLong, directoryAt });
            expect(readHeader(withExif(block)).orientation).toBe(orientation);
          }
  });

  it("is read as a signed number, as some editors write it", () => {
    const [SBYTE, SSHORT, SLONG] = [6, 8, 9];
    for (const type of [SBYTE, SSHORT, SLONG]) {
      const block = exifBlock(6, { isLong: type === SLONG });
      block.writeUInt16BE(type, 12);
      if (type === SBYTE) block.writeUInt16BE(6 << 8, 18);
      expect(readHeader(withExif(block)).orientation, `type ${type}`).toBe(6);
    }
  });

  it("is found behind XMP, whose block is of the same kind, and other segments", () => {
    const xmp = segment(0xe1, "http://ns.adobe.com/xap/1.0/\0<x:xmpmeta/>");
    const exif = withExif(exifBlock(6)).subarray(2);
    expect(read(START, xmp, segment(0xe2, "ICC_PROFILE\0"), exif).orientation).toBe(6);
    expect(read(withExif(exifBlock(6), exifBlock(3))).orientation).toBe(6);
  });

  it("is read from a directory that is cut off behind it, or gives too many entries", () => {
    for (const isLittleEndian of [true, false])
      for (const entries of [2, 100, 65_535]) {
        const block = exifBlock(6, { isLittleEndian });
        if (isLittleEndian) block.writeUInt16LE(entries, 8);
        else block.writeUInt16BE(entries, 8);
        for (const bytes of [22, 24, 26])
          expect(readHeader(withExif(block.subarray(0, bytes))).orientation, `${entries}, ${bytes}`).toBe(6);
      }
  });

  it("is none where the block is damaged, which fails nothing", () => {
    for (const orientation of [0, 9, 65535]) expect(readHeader(withExif(exifBlock(orientation))).orientation).toBe(1);
    const block = exifBlock(6);
    for (let length = 0; length < block.length - 4; length++)
      expect([1, 6]).toContain(readHeader(withExif(block.subarray(0, length))).orientation);
    const far = Buffer.from(block);
    far.writeUInt32BE(0xffffffff, 4);
    expect(readHeader(withExif(far)).orientation).toBe(1);
  });
});
