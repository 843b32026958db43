import { deflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { readHeader } from "../../../lib/vision/headers/image-header.ts";
import { withoutMisreadTags } from "../../../lib/vision/headers/tiff.ts";
import { InputImage } from "../../../lib/vision/input-image.ts";
import { memoryNeed } from "../../../lib/vision/memory-need.ts";
import {
  encoded,
  failureOf,
  HEIGHT,
  riff,
  type TiffEntry,
  tiff,
  WIDTH,
  webpChunk,
} from "../../support/header-samples.ts";
import { cv } from "../../support/opencv.ts";
import { lossless, squareOfGroups, squareWithoutBits } from "../../support/vp8l-file.ts";

const [W, H] = [6, 4];
const START = 8;
const short = (tag: number, ...values: number[]): TiffEntry => ({ tag, type: 3, values });
const long = (tag: number, ...values: number[]): TiffEntry => ({ tag, type: 4, values });

/** The entries of an uncompressed grey image of 6 × 4 in one strip, with some of them replaced or added. */
function entries(...changes: TiffEntry[]): TiffEntry[] {
  const plain = [
    short(256, W),
    short(257, H),
    short(258, 8),
    short(259, 1),
    short(262, 1),
    long(273, START),
    short(277, 1),
    short(278, H),
    long(279, W * H),
  ];
  const changed = new Set(changes.map(({ tag }) => tag));
  return [...plain.filter(({ tag }) => !changed.has(tag)), ...changes].sort((one, other) => one.tag - other.tag);
}

const PIXELS = Buffer.from(Array.from({ length: W * H }, (_, index) => index * 10));
const file = (...changes: TiffEntry[]) => tiff(entries(...changes), PIXELS);
const type = (bytes: Buffer) => failureOf(() => readHeader(bytes))?.type;
const message = (bytes: Buffer) => failureOf(() => readHeader(bytes))?.message;

describe("the header of a TIFF", () => {
  it("is read in either byte order, with entries in any order and sizes of any integer type", () => {
    const expected = { format: "tiff", name: "TIFF", width: W, height: H, orientation: 1 };
    expect(readHeader(file())).toEqual(expected);
    expect(readHeader(tiff(entries().reverse(), PIXELS))).toEqual(expected);
    expect(readHeader(file(long(256, W), long(257, H)))).toEqual(expected);
    const big = Buffer.from(encoded(".tif"));
    expect(readHeader(big)).toMatchObject({ width: WIDTH, height: HEIGHT });
  });

  it("is read of a BigTIFF, which OpenCV decodes", () => {
    const big = tiff(entries(long(273, 16), { tag: 279, type: 16, values: [W * H] }), PIXELS, true);
    expect(readHeader(big)).toEqual({ format: "tiff", name: "BigTIFF", width: W, height: H, orientation: 1 });
    const decoded = cv.imdecode(big, cv.IMREAD_GRAYSCALE);
    expect(decoded.getDataAsArray().flat()).toEqual([...PIXELS]);
  });

  it("fails where a tag that decides is there twice", () => {
    for (const tag of [256, 257, 274, 322]) {
      const twice = [...entries(short(274, 1)), short(tag, 2), short(tag, 3)].filter(Boolean);
      expect(type(tiff(twice, PIXELS)), `${tag}`).toBe("UNDECODABLE_IMAGE");
    }
  });

  it("fails without a size, for one of 0 and for values that are no integers", () => {
    for (const tag of [256, 257, 262, 273]) {
      expect(
        type(
          tiff(
            entries().filter((entry) => entry.tag !== tag),
            PIXELS,
          ),
        ),
      ).toBe("UNDECODABLE_IMAGE");
      expect(type(file({ tag, type: 3, values: [] }))).toBe("UNDECODABLE_IMAGE");
    }
    expect(type(file(short(256, 0)))).toBe("UNDECODABLE_IMAGE");
    expect(type(file(short(257, 0)))).toBe("UNDECODABLE_IMAGE");
  });

  it("fails where strips or tiles are missing or reach beyond the file", () => {
    expect(type(file(short(278, 1)))).toBe("UNDECODABLE_IMAGE"); // four strips, one offset
    expect(type(file(short(257, 5000)))).toBe("UNDECODABLE_IMAGE");
    expect(type(file(long(273, 2 ** 32 - 1)))).toBe("UNDECODABLE_IMAGE");
    expect(type(file(short(277, 3), short(258, 8, 8, 8), short(284, 2), short(262, 2)))).toBe("UNDECODABLE_IMAGE");
    expect(type(file(short(322, 16), short(323, 16)))).toBe("UNDECODABLE_IMAGE");
  });

  it("bounds the entries of a directory and the size of tiles", () => {
    const many = Array.from({ length: 5000 }, (_, index) => short(1000 + index, 1));
    expect(type(tiff([...entries(), ...many], PIXELS))).toBe("UNDECODABLE_IMAGE");
    const tiles = (side: number) => [
      short(322, side),
      short(323, side),
      long(324, START),
      long(325, W * H),
      short(259, 5),
    ];
    expect(type(file(...tiles(4096)))).toBe("IMAGE_TOO_COMPLEX");
    expect(readHeader(file(...tiles(2048)))).toMatchObject({ width: W, height: H });
    expect(type(file(...tiles(0)))).toBe("UNDECODABLE_IMAGE");
  });

  it("bounds the strips or tiles, and reads the bits of as many samples as a pixel can have", () => {
    const strips = (count: number) =>
      tiff(
        entries(long(257, count), long(278, 1), { tag: 273, type: 4, values: Array(count).fill(START) }, short(259, 5)),
        PIXELS,
      );
    expect(readHeader(strips(2 ** 18))).toMatchObject({ width: W, height: 2 ** 18 });
    expect(type(strips(2 ** 18 + 1))).toBe("IMAGE_TOO_COMPLEX");
    expect(message(file(short(258, 8, 8, 8, 8, 16), short(277, 5)))).toContain("a TIFF with 5 samples a pixel");
  });

  it("bounds the values that tags share, which the decoder copies for each", () => {
    const bytes = 100_000;
    const pixels = Buffer.alloc(bytes);
    /** Of these types, whose values have so many bytes; only places as long as an offset are written by `tiff`. */
    const shared = (...types: readonly (readonly [number, number])[]) => {
      const tags = types.map(([type], index) => long(40_000 + index, type));
      const made = Buffer.from(tiff(entries(...tags), pixels));
      for (const [index, [type, size]] of types.entries()) {
        const field = Buffer.alloc(4);
        field.writeUInt16LE(40_000 + index);
        field.writeUInt16LE(4, 2);
        const at = made.lastIndexOf(field);
        made.writeUInt16LE(type, at + 2);
        made.writeUInt32LE(bytes / size, at + 4);
        made.writeUInt32LE(START, at + 8);
      }
      return made;
    };
    expect(readHeader(shared([7, 1], [12, 8]))).toMatchObject({ width: W, height: H });
    for (const more of [
      [2, 1],
      [5, 8],
      [3, 2],
      [11, 4],
    ] as const)
      expect(type(shared([7, 1], [12, 8], more)), `${more[0]}`).toBe("IMAGE_TOO_COMPLEX");
    // Of a type that there is not.
    expect(readHeader(shared([7, 1], [12, 8], [99, 1]))).toMatchObject({ width: W, height: H });
  });

  it("bounds the compressed bytes that strips or tiles share, each of which may read all", () => {
    const tiles = (bytes: number) => {
      const all = (value: number) => Array<number>(1024).fill(value);
      const shape = [short(256, 512), short(257, 512), short(322, 16), short(323, 16), short(259, 8)];
      return tiff(entries(...shape, long(324, ...all(START)), long(325, ...all(bytes))), Buffer.alloc(bytes));
    };
    expect(readHeader(tiles(2 ** 16))).toMatchObject({ width: 512, height: 512 });
    expect(type(tiles(2 ** 16 + 1))).toBe("IMAGE_TOO_COMPLEX");
    expect(message(tiles(2 ** 16 + 1))).toContain("The TIFF's tiles have the same data over and over");
  });

  it("names what is not supported", () => {
    expect(message(file(short(258, 32), short(339, 3)))).toContain("a TIFF with 32-bit floating-point samples");
    // Without a photometric interpretation, as some scientific software writes it.
    const unnamed = entries(short(258, 32), short(339, 3)).filter(({ tag }) => tag !== 262);
    expect(message(tiff(unnamed, PIXELS))).toContain("a TIFF with 32-bit floating-point samples");
    expect(message(file(short(339, 2)))).toContain("a TIFF with 8-bit signed samples");
    expect(message(file(short(258, 64), short(339, 6)))).toContain("a TIFF with 64-bit complex floating-point samples");
    expect(message(file(short(258, 12)))).toContain("a TIFF with 12-bit samples");
    expect(message(file(short(258, 4)))).toContain("a TIFF with 4-bit samples");
    expect(message(file(short(262, 32803)))).toContain("a camera's raw file");
    expect(message(file(long(254, 1), long(330, 8)))).toContain("a camera's raw file");
    for (const mark of ["CR\x02\0", "IIII\x01waR"]) {
      const raw = tiff(
        entries().filter(({ tag }) => tag !== 262),
        Buffer.concat([Buffer.from(mark), PIXELS]),
      );
      expect(message(raw)).toContain("a camera's raw file");
    }
    expect(message(file(short(259, 34712)))).toContain("compression of JPEG 2000");
    expect(message(file(short(259, 6)))).toContain("compression of old-style JPEG");
    expect(message(file(short(259, 12345)))).toContain("compression of kind 12345");
    expect(message(file(short(277, 5)))).toContain("a TIFF with 5 samples a pixel");
    expect(message(file(short(32998, 8)))).toContain("a TIFF with uncompressed tiles of 8 layers");
    expect(message(file(short(258, 8, 8, 16), short(277, 3), short(262, 2)))).toContain("samples of several lengths");
  });

  it("fails and ends for a directory that begins nowhere", () => {
    for (const offset of [0, 1, 7, 2 ** 31, 2 ** 32 - 1]) {
      const changed = Buffer.from(file());
      changed.writeUInt32LE(offset, 4);
      expect(type(changed), `${offset}`).toMatch(/UNDECODABLE_IMAGE/);
    }
  });
});

describe("the orientation of a TIFF", () => {
  const tag = 274;

  it("is read as an integer of any type, and ignored where it is none", () => {
    for (let orientation = 1; orientation <= 8; orientation++) {
      expect(readHeader(file(short(tag, orientation))).orientation).toBe(orientation);
      expect(readHeader(file(long(tag, orientation))).orientation).toBe(orientation);
      for (const type of [1, 6, 8, 9] as const)
        expect(readHeader(file({ tag, type, values: [orientation] })).orientation).toBe(orientation);
    }
    for (const orientation of [0, 9, 65535]) expect(readHeader(file(short(tag, orientation))).orientation).toBe(1);
  });

  it("is none where it is no orientation: the image is decoded as it is stored", () => {
    for (const entry of [
      short(tag, 0),
      short(tag, 9),
      short(tag, 65535),
      { tag, type: 9, values: [2 ** 32 - 6] } as const,
      // Of more values than fit into the entry, whose place is beyond the end.
      { tag, type: 3, values: [1, 2, 3], place: 2 ** 31 } as const,
    ])
      expect(new InputImage(cv, file(entry), 1e6).color.getData()).toEqual(
        new InputImage(cv, file(), 1e6).color.getData(),
      );
  });

  it("is taken out of the file, of whatever type and in a BigTIFF", () => {
    expect(withoutMisreadTags(file())).toBeUndefined();
    expect(withoutMisreadTags(file(short(tag, 1)))).toBeUndefined();
    for (const entry of [
      short(tag, 6),
      long(tag, 6),
      ...([9, 16] as const).map((type) => ({ tag, type, values: [6] })),
    ])
      for (const isBig of [false, true]) {
        const turned = tiff(entries(long(273, isBig ? 16 : 8), entry), PIXELS, isBig);
        expect(readHeader(turned).orientation).toBe(6);
        const upright = withoutMisreadTags(turned) as Buffer<ArrayBuffer>;
        expect(readHeader(upright)).toMatchObject({ width: W, height: H, orientation: 1 });
        expect(cv.imdecode(upright, cv.IMREAD_GRAYSCALE).getDataAsArray().flat()).toEqual([...PIXELS]);
      }
  });

  it("is applied to strips and to tiles alike", () => {
    const plain = cv.imdecode(encoded(".bmp"), cv.IMREAD_COLOR);
    const rgb = plain.cvtColor(cv.COLOR_BGR2RGB);
    // A tile of 64 × 32 whose right and lower edges are not of the image.
    const tile = rgb.copyMakeBorder(0, 32 - HEIGHT, 0, 64 - WIDTH, cv.BORDER_CONSTANT);
    const colors = [short(256, WIDTH), short(257, HEIGHT), short(258, 8, 8, 8), short(262, 2), short(277, 3)];
    // Two tiles of 32 × 32.
    const tiles = [0, 32].map((x) =>
      tile
        .getRegion(new cv.Rect(x, 0, 32, 32))
        .copy()
        .getData(),
    );
    const tileBytes = 32 * 32 * 3;
    const shapes: Record<string, [TiffEntry[], Buffer]> = {
      strips: [[long(273, START), short(278, HEIGHT), long(279, WIDTH * HEIGHT * 3)], rgb.getData()],
      tiles: [
        [short(322, 32), short(323, 32), long(324, START, START + tileBytes), long(325, tileBytes, tileBytes)],
        Buffer.concat(tiles),
      ],
    };
    const upright = [
      plain,
      plain.flip(1),
      plain.flip(-1),
      plain.flip(0),
      plain.transpose(),
      plain.transpose().flip(1),
      plain.transpose().flip(-1),
      plain.transpose().flip(0),
    ];
    for (const [name, [shape, pixels]] of Object.entries(shapes))
      for (const [index, expected] of upright.entries()) {
        const turned = tiff(
          [...colors, short(259, 1), short(tag, index + 1), ...shape].sort((a, b) => a.tag - b.tag),
          pixels,
        );
        const decoded = new InputImage(cv, turned, 1e6).color;
        expect(decoded.getData().equals(expected.getData()), `${name}, ${index + 1}`).toBe(true);
      }
  });
});

describe("the alpha channel of a TIFF", () => {
  it("changes no colour, associated or not, with 8 and 16 bits", () => {
    const samples = [40, 80, 120, 0, 50, 90, 130, 255, 60, 100, 140, 7, 70, 110, 150, 128];
    const size = [short(256, 4), short(257, 1), short(262, 2), short(277, 4), short(278, 1)];
    for (const kind of [0, 1, 2])
      for (const isBig of [false, true])
        for (const bits of [8, 16]) {
          const pixels = Buffer.from(bits === 8 ? samples : samples.flatMap((sample) => [sample, sample]));
          const shape = [long(273, isBig ? 16 : 8), long(279, pixels.length), short(258, bits, bits, bits, bits)];
          const image = tiff(entries(...size, ...shape, short(338, kind)), pixels, isBig);
          const colors = [120, 80, 40, 130, 90, 50, 140, 100, 60, 150, 110, 70];
          expect([...new InputImage(cv, image, 1e6).color.getData()], `${kind}, ${bits} bits`).toEqual(colors);
        }
  });
});

it("a TIFF with a palette of another length than its pixels need is damaged, not grey", () => {
  const palette = Array.from({ length: 769 }, (_, index) => (index % 256) * 257);
  const decoded = new InputImage(cv, file(short(262, 3), short(320, ...palette.slice(0, 768))), 1e6).color;
  expect([...decoded.getData()]).toEqual([...PIXELS].flatMap((value) => [value, value, value]));
  for (const values of [3, 767, 769])
    expect(message(file(short(262, 3), short(320, ...palette.slice(0, values))))).toContain(
      `palette has ${values} values; 768`,
    );
  expect(message(file(short(262, 3)))).toContain("palette has 0 values; 768");
});

it("a TIFF with YCbCr in blocks of 4 × 4 pixels is decoded whole, or refused where libtiff leaves some out", () => {
  const ycbcr = (blocks: number) => {
    // Grey, by its position.
    const pixels = Buffer.concat(
      Array.from({ length: blocks }, (_, block) => Buffer.from([...new Array<number>(16).fill(block * 40), 128, 128])),
    );
    const size = [short(256, blocks * 4), short(257, 4), short(258, 8, 8, 8), short(277, 3), short(278, 4)];
    const reference = { tag: 532, type: 4, values: [0, 255, 128, 255, 128, 255] } as const;
    return tiff(entries(...size, short(262, 6), short(530, 4, 4), long(279, pixels.length), reference), pixels);
  };
  const row = [0, 40, 80, 120].flatMap((grey) => new Array<number>(4).fill(grey));
  expect([...new InputImage(cv, ycbcr(4), 1e6).decodeGrey().getData()]).toEqual([...row, ...row, ...row, ...row]);
  expect(message(ycbcr(5))).toContain("an odd number of blocks of 4 × 4 pixels");
});

describe("the colours of a TIFF in L*a*b*", () => {
  // Black, grey, white, a red and a blue of sRGB, (192, 64, 64) and (64, 64, 192), and two dark greys.
  const lab = [
    [0, 0, 0],
    [53.59, 0, 0],
    [100, 0, 0],
    [45.97, 51.09, 28.67],
    [35.13, 40.24, -66.97],
    [8.99, 0, 0],
    [5.46, 0, 0],
  ] as const;
  const rgb = [0, 0, 0, 128, 128, 128, 255, 255, 255, 192, 64, 64, 64, 64, 192, 25, 25, 25, 18, 18, 18];

  it.each([
    [8, false],
    [16, false],
    [8, true],
    [16, true],
  ] as const)("are those of sRGB, whatever its white is: %d bits, BigTIFF %s", (bits, isBig) => {
    const pixels = Buffer.alloc((lab.length * 3 * bits) / 8);
    for (const [index, [lightness, a, b]] of lab.entries()) {
      const at = (index * 3 * bits) / 8;
      const unit = bits === 8 ? 1 : 256;
      const step = bits / 8;
      pixels.writeUIntLE(Math.round((lightness / 100) * (2 ** bits - 1)), at, step);
      pixels.writeIntLE(Math.round(a * unit), at + step, step);
      pixels.writeIntLE(Math.round(b * unit), at + 2 * step, step);
    }
    const size = [short(256, lab.length), short(257, 1), short(278, 1), short(262, 8), short(277, 3)];
    const shape = [short(258, bits, bits, bits), long(273, isBig ? 16 : 8), long(279, pixels.length)];
    const image = tiff(entries(...size, ...shape), pixels, isBig);
    const decoded = [...new InputImage(cv, image, 1e6).color.getData()];
    const differences = decoded.map((value, index) =>
      Math.abs(value - (rgb[index - (index % 3) + 2 - (index % 3)] as number)),
    );
    // libtiff reads the curve of brightness from a table, whose steps are 2 levels where it is dark.
    expect(Math.max(...differences)).toBeLessThanOrEqual(3);
  });

  it("are refused by name where libtiff does not read them", () => {
    const shape = [short(262, 8), short(258, 8, 8, 8, 8)];
    expect(message(file(...shape, short(277, 4)))).toContain("a TIFF in L*a*b* with 4 instead of 3 samples");
    expect(message(file(...shape, short(277, 1)))).toContain("a TIFF in L*a*b* with 1 instead of 3 samples");
    expect(message(file(...shape, short(277, 3), short(284, 2)))).toContain("L*a*b* with a plane for each channel");
  });
});

describe("a strip of a TIFF that ends before its rows", () => {
  const decoded = (file: Buffer) => new InputImage(cv, file, 1e6).decodeGrey().getData();

  it("is damage with the codings of fax", () => {
    // In group 4, a bit of 1 is a whole row as the one above it; the first is white.
    const fax = (rows: number) =>
      tiff(
        entries(
          ...[short(256, 8), short(257, rows), short(278, rows), short(258, 1)],
          ...[short(259, 4), short(262, 0), long(279, 2)],
        ),
        Buffer.from([255, 255]),
      );
    expect([...decoded(fax(16))]).toEqual(new Array(8 * 16).fill(255));
    expect(failureOf(() => decoded(fax(24)))?.type).toBe("UNDECODABLE_IMAGE");
  });

  it("is damage in a JPEG", () => {
    const jpeg = encoded(".jpg", true);
    const strip = (bytes: number) =>
      tiff(entries(short(256, WIDTH), short(257, HEIGHT), short(278, HEIGHT), short(259, 7), long(279, bytes)), jpeg);
    expect(decoded(strip(jpeg.length)).equals(decoded(jpeg))).toBe(true);
    expect(failureOf(() => decoded(strip(jpeg.length >> 1)))?.type).toBe("UNDECODABLE_IMAGE");
    // All of the image, without the marker that ends it.
    expect(decoded(strip(jpeg.length - 2)).equals(decoded(jpeg))).toBe(true);
  });
});

it("a TIFF of several layers is decoded to the first one, if its tiles are compressed", () => {
  const SIDE = 16;
  const layers = Buffer.alloc(2 * SIDE * SIDE, 200).fill(100, 0, SIDE * SIDE);
  const volume = (compression: number, data: Buffer) => {
    const sides = [short(256, SIDE), short(257, SIDE), short(322, SIDE), short(323, SIDE)];
    const depth = [short(32997, 2), short(32998, 2)];
    const tile = [short(259, compression), long(324, START), long(325, data.length)];
    const ofStrips = new Set([273, 278, 279]);
    return tiff(
      entries(...sides, ...depth, ...tile).filter(({ tag }) => !ofStrips.has(tag)),
      data,
    );
  };
  const image = new InputImage(cv, volume(8, deflateSync(layers)), 1e6);
  expect([...image.decodeGrey().getData()]).toEqual(new Array(SIDE * SIDE).fill(100));
  expect(type(volume(1, layers))).toBe("UNSUPPORTED_MEDIA_TYPE");
});

describe("a TIFF of JPEG", () => {
  const END = Buffer.from([0xff, 0xd9]);
  const jpeg = encoded(".jpg", true);
  const scan = jpeg.subarray(jpeg.indexOf(Buffer.from([0xff, 0xda])), -END.length);
  const repeated = (scans: number) =>
    Buffer.concat([jpeg.subarray(0, -END.length), ...Array<Buffer>(scans - 1).fill(scan), END]);
  /** Its strips share one JPEG, as the strips of one colour do. */
  const of = (
    piece: Buffer,
    { width, strips, rows }: Record<"width" | "strips" | "rows", number>,
    bytes = piece.length,
  ) => {
    const all = (value: number) => Array<number>(strips).fill(value);
    const shape = [short(256, width), short(257, strips * rows), short(278, rows), short(259, 7)];
    return tiff(entries(...shape, long(273, ...all(START)), long(279, ...all(bytes))), piece);
  };

  it("may have as many scans as a JPEG, in all its strips together", () => {
    const large = { width: 8000, strips: 10, rows: 800 };
    expect(readHeader(of(repeated(24), large))).toMatchObject({ width: 8000, height: 8000 });
    expect(type(of(repeated(25), large))).toBe("IMAGE_TOO_COMPLEX");
    expect(message(of(repeated(25), large))).toBe("The JPEGs in the TIFF have too many scans for its size.");
    const small = { width: WIDTH, strips: 1, rows: HEIGHT };
    expect(readHeader(of(repeated(100), small))).toMatchObject({ width: WIDTH, height: HEIGHT });
    expect(type(of(repeated(101), small))).toBe("IMAGE_TOO_COMPLEX");
    // A strip that does not say how many bytes it has.
    expect(type(of(repeated(101), small, 0))).toBe("IMAGE_TOO_COMPLEX");
  });

  it("may have fewer scans if its strips are a row high, since they are decoded in blocks", () => {
    const rows = { width: 8000, strips: 8000, rows: 1 };
    expect(readHeader(of(repeated(1), rows))).toMatchObject({ width: 8000, height: 8000 });
    expect(type(of(repeated(2), rows))).toBe("IMAGE_TOO_COMPLEX");
  });
});

describe("the tiles of a TIFF", () => {
  const SIDE = 32;
  /** Two tiles side by side, whose grey is the number of their column; other channels are 255. */
  function tiled(width: number, bits: number, samples: number): Buffer<ArrayBuffer> {
    const tiles = [0, SIDE].map((left) =>
      Buffer.from(
        Array.from({ length: SIDE * SIDE }, (_, index) => [
          ...new Array<number>(bits / 8).fill(left + (index % SIDE)),
          ...new Array<number>((bits / 8) * (samples - 1)).fill(255),
        ]).flat(),
      ),
    );
    const bytes = (SIDE * SIDE * bits * samples) / 8;
    const shape = [short(322, SIDE), short(323, SIDE), long(324, START, START + bytes), long(325, bytes, bytes)];
    const size = [short(256, width), short(257, SIDE), short(258, ...new Array<number>(samples).fill(bits))];
    const alpha = samples > 1 ? [short(338, 1)] : [];
    return tiff(entries(...size, short(277, samples), ...shape, ...alpha), Buffer.concat(tiles));
  }

  it("are decoded where they are uncompressed, whatever their size", () => {
    // Four of 256 bytes, each of a grey of its own, which libtiff would not read from anything but memory.
    const greys = [10, 80, 150, 220];
    const offsets = greys.map((_, index) => START + index * 256);
    const tiles = [long(324, ...offsets), long(325, ...greys.map(() => 256))];
    const shape = [short(256, 32), short(257, 32), short(322, 16), short(323, 16), ...tiles];
    const file = tiff(entries(...shape), Buffer.concat(greys.map((grey) => Buffer.alloc(256, grey))));
    const decoded = new InputImage(cv, file, 1e6).decodeGrey().getData();
    const expected = Array.from({ length: 32 * 32 }, (_, pixel) => greys[2 * (pixel >> 9) + ((pixel >> 4) & 1)]);
    expect([...decoded]).toEqual(expected);
  });

  it("are decoded where they reach beyond the image, or are refused where libtiff shears them", () => {
    const columns = (width: number) => Array.from({ length: width * SIDE }, (_, index) => index % width);
    for (const [width, bits, samples] of [
      [2 * SIDE, 8, 1],
      [2 * SIDE, 16, 1],
      [2 * SIDE, 8, 2],
      [40, 8, 1],
    ] as const)
      expect(
        [...new InputImage(cv, tiled(width, bits, samples), 1e6).decodeGrey().getData()],
        `${[width, bits, samples]}`,
      ).toEqual(columns(width));
    for (const [bits, samples] of [
      [16, 1],
      [8, 2],
      [16, 2],
    ] as const)
      expect(message(tiled(40, bits, samples))).toContain(
        `a TIFF with tiles of ${bits * samples} bits a pixel that reach beyond`,
      );
  });
});

describe("a TIFF of WebP", () => {
  const SIDE = 404;
  const webp = (groups: number) => riff(webpChunk("VP8L", lossless(SIDE, squareOfGroups(SIDE, groups))));
  const own = [short(258, 8, 8, 8), short(259, 50001), short(262, 2), short(277, 3)];
  /** In one strip. */
  const of = (piece: Buffer, { side = SIDE, bytes = [piece.length] } = {}) =>
    tiff(entries(...own, short(256, side), short(257, side), short(278, side), long(279, ...bytes)), piece);

  /** In so many strips, all of them the same bytes. */
  const shared = (strips: number, side: number, piece: Buffer) => {
    const [offsets, lengths] = [START, 1].map((value) => new Array<number>(strips).fill(value)) as [number[], number[]];
    const size = [short(256, side), long(257, side * strips), short(278, side)];
    return tiff(entries(...own, ...size, long(273, ...offsets), long(279, ...lengths)), piece);
  };

  it("counts the memory of the groups of its prefix codes, also where it does not say how many bytes there are", () => {
    for (const file of [of(webp(5000)), of(webp(5000), { bytes: [] }), of(webp(5000), { bytes: [0] })]) {
      const header = readHeader(file);
      expect(header.extraBytes).toBe(5000 * 12_416);
      expect(memoryNeed(header, false)).toBeGreaterThan(5000 * 12_416);
    }
    const { size, color } = new InputImage(cv, of(webp(5000)), 1e6);
    expect(size).toEqual({ width: SIDE, height: SIDE });
    expect([color.cols, color.rows]).toEqual([SIDE, SIDE]);
    expect(readHeader(of(webp(1000))).extraBytes).toBe(1000 * 12_416);
    expect(memoryNeed(readHeader(of(webp(1000))), false)).toBe(0);
  });

  it("is refused where they are too many, or it is larger than its strip", () => {
    expect(type(of(webp(10_001)))).toBe("IMAGE_TOO_COMPLEX");
    expect(type(of(webp(5000), { side: SIDE - 1 }))).toBe("UNDECODABLE_IMAGE");
    expect(message(of(webp(5000), { side: SIDE - 1 }))).toBe(
      "The TIFF has a WebP of 404 × 404 in a smaller strip or tile.",
    );
  });

  it("is refused if its strips share one whose images inside take many pixels, but no bits", () => {
    const side = 16_384;
    const square = Buffer.concat([squareWithoutBits(), Buffer.alloc(2600)]);
    const piece = riff(webpChunk("VP8L", lossless(side, square)));
    expect(readHeader(shared(1, side, piece))).toMatchObject({ width: side, height: side });
    expect(type(shared(2, side, piece))).toBe("IMAGE_TOO_COMPLEX");
    // Would take an hour.
    expect(type(shared(65_536, side, piece))).toBe("IMAGE_TOO_COMPLEX");
  });

  it("is refused if its strips share one of many chunks", () => {
    const chunks = new Array<Buffer>(9000).fill(webpChunk("ABCD", Buffer.alloc(0)));
    const header = Buffer.alloc(10);
    header.writeUIntLE(SIDE - 1, 4, 3);
    header.writeUIntLE(SIDE - 1, 7, 3);
    const image = webpChunk("VP8L", lossless(SIDE, squareOfGroups(SIDE, 1)));
    const piece = riff(webpChunk("VP8X", header), ...chunks, image);
    expect(readHeader(shared(1, SIDE, piece))).toMatchObject({ width: SIDE, height: SIDE });
    expect(type(shared(65_536, SIDE, piece))).toBe("IMAGE_TOO_COMPLEX");
  });

  it("is damaged where a strip is a bitstream without a file around it, which libwebp would decode", () => {
    expect(type(of(lossless(SIDE, squareOfGroups(SIDE, 5000))))).toBe("UNDECODABLE_IMAGE");
  });
});
