import { describe, expect, it } from "vitest";
import { toPlainBmp } from "../../../lib/vision/headers/bmp-pixels.ts";
import { readHeader } from "../../../lib/vision/headers/image-header.ts";
import { encoded, failureOf, HEIGHT, WIDTH } from "../../support/header-samples.ts";
import { cv } from "../../support/opencv.ts";

interface Parts {
  headerBytes?: number;
  width?: number;
  height?: number;
  bits?: number;
  compression?: number;
  /** Masks of red, green, blue and alpha. */
  masks?: readonly number[];
  /** Entries of blue, green and red. */
  palette?: readonly (readonly [number, number, number])[];
  pixels: Buffer;
}

/** A BMP as the parts say; what its header is too short for is left out. */
function bmp({
  headerBytes = 40,
  width = 2,
  height = 1,
  bits = 24,
  compression = 0,
  masks = [],
  palette = [],
  pixels,
}: Parts): Buffer {
  const header = Buffer.alloc(Math.max(headerBytes, 124));
  header.writeUInt32LE(headerBytes, 0);
  if (headerBytes === 12) {
    for (const [index, value] of [width, height, 1, bits].entries()) header.writeUInt16LE(value, 4 + index * 2);
  } else {
    header.writeInt32LE(width, 4);
    header.writeInt32LE(height, 8);
    header.writeUInt16LE(1, 12);
    header.writeUInt16LE(bits, 14);
    header.writeUInt32LE(compression, 16);
    header.writeUInt32LE(palette.length, 32);
  }
  const maskBytes = Buffer.alloc(masks.length * 4);
  for (const [index, mask] of masks.entries()) maskBytes.writeUInt32LE(mask, index * 4);
  if (headerBytes > 40) maskBytes.copy(header, 40);
  const colors = palette.map((color) => Buffer.from(headerBytes === 12 ? color : [...color, 0]));
  const before = Buffer.concat([
    header.subarray(0, headerBytes),
    headerBytes === 40 ? maskBytes : Buffer.alloc(0),
    ...colors,
  ]);
  const fileHeader = Buffer.alloc(14);
  fileHeader.write("BM");
  fileHeader.writeUInt32LE(14 + before.length + pixels.length, 2);
  fileHeader.writeUInt32LE(14 + before.length, 10);
  return Buffer.concat([fileHeader, before, pixels]);
}

function pixels16(...values: number[]): Buffer {
  const pixels = Buffer.alloc(Math.ceil(values.length / 2) * 4);
  for (const [index, value] of values.entries()) pixels.writeUInt16LE(value, index * 2);
  return pixels;
}

function pixels32(...values: number[]): Buffer {
  const pixels = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) pixels.writeUInt32LE(value, index * 4);
  return pixels;
}

/** The pixels of the first row as a service would decode them: blue, green, red. */
function decoded(file: Buffer): number[][] | undefined {
  const image = cv.imdecode(toPlainBmp(file) ?? file, cv.IMREAD_COLOR);
  return (image.getDataAsArray() as unknown as number[][][])[0];
}

const type = (file: Buffer) => failureOf(() => readHeader(file))?.type;
const message = (file: Buffer) => failureOf(() => readHeader(file))?.message;
const [BLACK, WHITE, RED, BLUE] = [
  [0, 0, 0],
  [255, 255, 255],
  [0, 0, 255],
  [255, 0, 0],
] as const;

const RGB444 = [0xf00, 0xf0, 0xf];

describe("the header of a BMP", () => {
  it("is read in every length", () => {
    expect(readHeader(encoded(".bmp"))).toMatchObject({ format: "bmp", name: "BMP", width: WIDTH, height: HEIGHT });
    for (const headerBytes of [12, 16, 20, 36, 40, 52, 56, 64, 108, 124])
      expect(readHeader(bmp({ headerBytes, pixels: Buffer.alloc(8) })), `${headerBytes}`).toMatchObject({
        width: 2,
        height: 1,
      });
    for (const headerBytes of [0, 11, 13, 15, 125, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1]) {
      const file = bmp({ pixels: Buffer.alloc(200) });
      file.writeUInt32LE(headerBytes, 14);
      expect(failureOf(() => readHeader(file))).toEqual({
        type: "UNDECODABLE_IMAGE",
        message: expect.stringContaining(`its own length as ${headerBytes} bytes`),
      });
    }
  });

  it("has sides of 16 bits in OS/2's first form", () => {
    const file = bmp({
      headerBytes: 12,
      width: 40_000,
      height: 2,
      bits: 1,
      palette: [BLACK, WHITE],
      pixels: Buffer.alloc(10_000),
    });
    expect(readHeader(file)).toMatchObject({ width: 40_000, height: 2 });
  });

  it("has a negative height where its rows go from top to bottom", () => {
    expect(readHeader(bmp({ height: -1, pixels: Buffer.alloc(8) }))).toMatchObject({ width: 2, height: 1 });
    expect(type(bmp({ height: 0, pixels: Buffer.alloc(8) }))).toBe("UNDECODABLE_IMAGE");
    expect(type(bmp({ width: -2, pixels: Buffer.alloc(8) }))).toBe("UNDECODABLE_IMAGE");
    expect(type(bmp({ height: -(2 ** 31), pixels: Buffer.alloc(8) }))).toBe("UNDECODABLE_IMAGE");
  });

  it("fails where pixels are missing or begin inside the header", () => {
    const file = encoded(".bmp");
    for (let length = 2; length < file.length; length += 7)
      expect(type(file.subarray(0, length))).toBe("UNDECODABLE_IMAGE");
    const early = Buffer.from(file);
    early.writeUInt32LE(20, 10);
    expect(type(early)).toBe("UNDECODABLE_IMAGE");
    const masks = [0xf00, 0xf0, 0xf];
    const inMasks = bmp({ bits: 16, compression: 3, masks, pixels: pixels16(1, 2) });
    inMasks.writeUInt32LE(14 + 40 + 8, 10);
    expect(message(inMasks)).toContain("begin inside its header");
  });

  it("has a compression in OS/2's second form as soon as it is long enough for it", () => {
    expect(message(bmp({ headerBytes: 20, compression: 7, pixels: Buffer.alloc(8) }))).toContain("compression 7");
    expect(readHeader(bmp({ headerBytes: 16, compression: 7, pixels: Buffer.alloc(8) }))).toMatchObject({ width: 2 });
  });

  it("may declare more colours than there are, not fewer than its pixels need", () => {
    const palette = new Array(256).fill(RED);
    const file = bmp({ bits: 8, palette, pixels: Buffer.alloc(4) });
    file.writeUInt32LE(100_000, 14 + 32);
    expect(readHeader(file)).toMatchObject({ width: 2, height: 1 });
    expect(message(file.subarray(0, 14 + 40 + 256 * 4 - 1))).toContain("cut off in its palette");
  });

  it("names what is not supported", () => {
    const named = (parts: Partial<Parts>) => message(bmp({ pixels: Buffer.alloc(64), ...parts }));
    expect(named({ compression: 4, bits: 0 })).toContain("a BMP with a JPEG inside");
    expect(named({ compression: 5, bits: 0 })).toContain("a BMP with a PNG inside");
    expect(named({ headerBytes: 64, compression: 3, bits: 1 })).toContain("a BMP with Huffman coding");
    expect(named({ headerBytes: 64, compression: 4 })).toContain("a BMP with 24-bit run lengths");
  });

  it("fails for compressions and depths that do not go together", () => {
    for (const [compression, bits] of [
      [0, 0],
      [0, 7],
      [0, 64],
      [1, 4],
      [2, 8],
      [3, 24],
      [6, 8],
      [11, 24],
      [2 ** 31, 24],
    ] as const)
      expect(
        type(bmp({ compression, bits, masks: [1, 2, 4], pixels: Buffer.alloc(64) })),
        `${compression}, ${bits}`,
      ).toBe("UNDECODABLE_IMAGE");
    expect(type(bmp({ compression: 1, bits: 8, height: -1, pixels: Buffer.alloc(64) }))).toBe("UNDECODABLE_IMAGE");
  });

  it("fails for masks that make no sense", () => {
    const bad = [
      [0xff0000, 0xff00, 0xffff], // overlapping
      [0xf0f000, 0xf00, 0xff], // with a hole
      [0, 0, 0],
    ];
    for (const masks of bad)
      for (const headerBytes of [40, 56, 108])
        expect(type(bmp({ headerBytes, bits: 32, compression: 3, masks, pixels: pixels32(1, 2) }))).toBe(
          "UNDECODABLE_IMAGE",
        );
    expect(type(bmp({ bits: 16, compression: 3, masks: [0xff0000, 0xff00, 0xff], pixels: pixels16(1, 2) }))).toBe(
      "UNDECODABLE_IMAGE",
    );
  });
});

describe("a BMP that OpenCV reads wrongly", () => {
  const cases: [string, Omit<Parts, "pixels">, number, number, number][] = [
    // what it is, and a pixel that is all red, all blue and all white
    ["444", { bits: 16, masks: [0xf00, 0xf0, 0xf] }, 0xf00, 0xf, 0xfff],
    ["555", { bits: 16, masks: [0x7c00, 0x3e0, 0x1f] }, 0x7c00, 0x1f, 0x7fff],
    ["565", { bits: 16, masks: [0xf800, 0x7e0, 0x1f] }, 0xf800, 0x1f, 0xffff],
    ["565 from blue to red", { bits: 16, masks: [0x1f, 0x7e0, 0xf800] }, 0x1f, 0xf800, 0xffff],
    ["3-10-3", { bits: 16, masks: [0xe000, 0x1ff8, 0x7] }, 0xe000, 7, 0xffff],
    ["BGRX", { bits: 32, masks: [0xff0000, 0xff00, 0xff] }, 0xff0000, 0xff, 0xffffff],
    ["RGBX", { bits: 32, masks: [0xff, 0xff00, 0xff0000] }, 0xff, 0xff0000, 0xffffff],
    ["XBGR", { bits: 32, masks: [0xff000000, 0xff0000, 0xff00] }, 0xff000000, 0xff00, 0xffffff00],
    ["10-10-10", { bits: 32, masks: [0x3ff00000, 0xffc00, 0x3ff] }, 0x3ff00000, 0x3ff, 0x3fffffff],
    ["1-1-1", { bits: 32, masks: [0x80000000, 0x8, 0x1] }, 0x80000000, 1, 0x80000009],
  ];
  for (const [name, parts, red, blue, white] of cases)
    it(`is decoded by its masks: ${name}`, () => {
      const pixels = parts.bits === 16 ? pixels16(red, blue, white, 0) : pixels32(red, blue, white, 0);
      for (const [headerBytes, compression] of [
        [40, 3],
        [52, 3],
        [56, 3],
        [108, 3],
        [124, 3],
        [40, 6],
        [56, 6],
      ] as const) {
        const masks = [...(parts.masks ?? []), ...(compression === 6 || headerBytes > 52 ? [0] : [])];
        const file = bmp({ ...parts, masks, headerBytes, compression, width: 4, pixels });
        expect(decoded(file), `${headerBytes}, ${compression}`).toEqual([RED, BLUE, WHITE, BLACK]);
      }
    });

  it("has 5 bits for each channel of 16-bit pixels without masks", () => {
    const file = bmp({ bits: 16, width: 4, pixels: pixels16(0x7c00, 0x1f, 0x7fff, 0) });
    expect(decoded(file)).toEqual([RED, BLUE, WHITE, BLACK]);
  });

  it("scales each channel to 255", () => {
    const file = bmp({ bits: 16, compression: 3, masks: [0xf00, 0xf0, 0xf], pixels: pixels16(0x123, 0xfed) });
    expect(decoded(file)).toEqual([
      [51, 34, 17],
      [221, 238, 255],
    ]);
  });

  it("keeps the order of its rows", () => {
    const parts = {
      bits: 32,
      compression: 3,
      masks: [0xff, 0xff00, 0xff0000],
      width: 1,
      pixels: pixels32(0xff, 0xff0000),
    };
    expect(decoded(bmp({ ...parts, height: -2 }))).toEqual([RED]);
    expect(decoded(bmp({ ...parts, height: 2 }))).toEqual([BLUE]);
  });

  it("is left alone where OpenCV reads it rightly", () => {
    expect(toPlainBmp(encoded(".bmp"))).toBeUndefined();
    expect(toPlainBmp(encoded(".bmp", true))).toBeUndefined();
    const palette = [BLACK, RED, BLUE, WHITE].map((color) => [...color] as [number, number, number]);
    const indexed = bmp({ bits: 4, palette, width: 4, pixels: Buffer.from([0x12, 0x30, 0, 0]) });
    expect(toPlainBmp(indexed)).toBeUndefined();
    expect(decoded(indexed)).toEqual([RED, BLUE, WHITE, BLACK]);
  });

  it("may have a short OS/2 header, 2 bits a pixel or too many colours", () => {
    const palette = [BLACK, RED, BLUE, WHITE].map((color) => [...color] as [number, number, number]);
    const two = bmp({ bits: 2, palette, width: 4, pixels: Buffer.from([0b01101100, 0, 0, 0]) });
    expect(decoded(two)).toEqual([RED, BLUE, WHITE, BLACK]);
    const many = [...palette, ...new Array<[number, number, number]>(300).fill([1, 2, 3])];
    expect(decoded(bmp({ bits: 8, palette: many, width: 4, pixels: Buffer.from([1, 2, 3, 0]) }))).toEqual([
      RED,
      BLUE,
      WHITE,
      BLACK,
    ]);
    // A header that ends before the number of colours has as many as the pixels can tell.
    const all = [...palette, ...new Array<[number, number, number]>(252).fill([0, 0, 0])];
    expect(
      decoded(bmp({ headerBytes: 16, bits: 8, palette: all, width: 4, pixels: Buffer.from([1, 2, 3, 0]) })),
    ).toEqual([RED, BLUE, WHITE, BLACK]);
    expect(decoded(bmp({ headerBytes: 16, width: 1, pixels: Buffer.from([0, 0, 255, 0]) }))).toEqual([RED]);
  });

  it("may say that its pixels are where its palette begins, or not where they are", () => {
    const palette = [BLACK, RED, BLUE, WHITE].map((color) => [...color] as [number, number, number]);
    const all = [...palette, ...new Array<[number, number, number]>(252).fill([0, 0, 0])];
    const parts = { palette, width: 4 };
    for (const [name, file, headerBytes] of [
      ["8 bits", bmp({ ...parts, bits: 8, pixels: Buffer.from([1, 2, 3, 0]) }), 40],
      ["4 bits", bmp({ ...parts, bits: 4, pixels: Buffer.from([0x12, 0x30, 0, 0]) }), 40],
      ["2 bits", bmp({ ...parts, bits: 2, pixels: Buffer.from([0b01101100, 0, 0, 0]) }), 40],
      ["OS/2", bmp({ width: 4, palette: all, headerBytes: 12, bits: 8, pixels: Buffer.from([1, 2, 3, 0]) }), 12],
      ["RLE", bmp({ ...parts, bits: 8, compression: 1, pixels: Buffer.from([1, 1, 1, 2, 1, 3, 1, 0, 0, 1]) }), 40],
      ["24 bits", bmp({ width: 4, pixels: Buffer.from([RED, BLUE, WHITE, BLACK].flat()) }), 40],
      ["masks", bmp({ width: 4, bits: 16, compression: 3, masks: RGB444, pixels: pixels16(0xf00, 0xf, 0xfff, 0) }), 40],
    ] as const)
      for (const offset of [0, 14 + headerBytes]) {
        file.writeUInt32LE(offset, 10);
        expect(decoded(file), `${name}, ${offset}`).toEqual([RED, BLUE, WHITE, BLACK]);
        expect(type(file.subarray(0, -12)), `${name}, ${offset}`).toBe("UNDECODABLE_IMAGE");
      }
  });

  it("may have run lengths, of which only what is inside of the rows is shown", () => {
    const palette = [BLACK, RED, BLUE, WHITE].map((color) => [...color] as [number, number, number]);
    const [bits8, bits4] = [
      { bits: 8, compression: 1 },
      { bits: 4, compression: 2 },
    ];
    const END = [0, 1];
    const cases: [string, object, number[]][] = [
      ["runs", bits8, [2, 1, 1, 2, 1, 0, 0, 0, 1, 3, 3, 1, ...END]],
      ["a run beyond the row's end", bits8, [2, 1, 1, 2, 200, 0, 0, 0, 1, 3, 9, 1, 0, 0, ...END]],
      ["listed pixels beyond it", bits8, [0, 6, 1, 1, 2, 0, 3, 3, 0, 0, 0, 5, 3, 1, 1, 1, 2, 0, ...END]],
      ["an early end of a row", bits8, [2, 1, 1, 2, 0, 0, 1, 3, 3, 1, ...END]],
      ["no end", bits8, [2, 1, 1, 2, 1, 0, 0, 0, 1, 3, 3, 1]],
      ["moves", bits8, [2, 1, 1, 2, 0, 2, 200, 0, 9, 9, 0, 0, 1, 3, 3, 1, 0, 2, 0, 9]],
      ["runs of halves", bits4, [2, 0x11, 2, 0x20, 0, 0, 1, 0x33, 3, 0x11, ...END]],
      ["runs of halves beyond it", bits4, [2, 0x11, 9, 0x20, 1, 0x33, 0, 0, 1, 0x33, 9, 0x11, 0, 0, ...END]],
      ["listed halves", bits4, [0, 3, 0x11, 0x20, 0, 0, 0, 5, 0x31, 0x11, 0x20, 0, ...END]],
    ];
    for (const [name, parts, bytes] of cases) {
      const file = bmp({ ...parts, palette, width: 4, height: 2, pixels: Buffer.from(bytes) });
      const image = cv.imdecode(toPlainBmp(file) ?? file, cv.IMREAD_COLOR);
      expect(image.getDataAsArray(), name).toEqual([
        [WHITE, RED, RED, RED],
        [RED, RED, BLUE, BLACK],
      ]);
    }
  });

  it("takes no longer for long runs beyond the end of a row than for short ones", () => {
    const palette = [BLACK, RED].map((color) => [...color] as [number, number, number]);
    const cpuMsOf = (length: number) => {
      const runs = Buffer.alloc(2 ** 23, Buffer.from([length, 1]));
      const pixels = Buffer.concat([runs, Buffer.from([0, 0, 1, 0, 0, 1])]);
      const file = bmp({ bits: 8, compression: 1, palette, width: 1, height: 2, pixels });
      const before = process.cpuUsage();
      const plain = toPlainBmp(file);
      const { user } = process.cpuUsage(before);
      expect(cv.imdecode(plain ?? file, cv.IMREAD_COLOR).getDataAsArray()).toEqual([[BLACK], [RED]]);
      return user / 1000;
    };
    cpuMsOf(1);
    const short = cpuMsOf(1);
    // Counted one by one, pixels of runs of 255 take more than a hundred times as long.
    expect(cpuMsOf(255)).toBeLessThan(20 * short + 100);
  });

  it("fails where its run lengths end before the image", () => {
    const palette = [BLACK, RED].map((color) => [...color] as [number, number, number]);
    for (const bytes of [[], [4], [4, 1], [4, 1, 0], [4, 1, 0, 0, 3, 1], [0, 5, 1, 1, 1], [0, 2, 1]]) {
      const file = bmp({ bits: 8, compression: 1, palette, width: 4, height: 2, pixels: Buffer.from(bytes) });
      expect(failureOf(() => toPlainBmp(file))?.type, `${bytes}`).toBe("UNDECODABLE_IMAGE");
    }
  });
});
