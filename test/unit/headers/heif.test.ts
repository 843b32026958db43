import { describe, expect, it } from "vitest";
import { checkHeader, mediaTypeOf, readHeader } from "../../../lib/vision/headers/image-header.ts";
import { memoryNeed } from "../../../lib/vision/memory-need.ts";
import { failureOf, formatSample } from "../../support/header-samples.ts";
import {
  av1C,
  bits,
  box,
  clap,
  frame,
  ftyp,
  full,
  gridOf,
  heif,
  hvcC,
  type Item,
  imir,
  info,
  irot,
  ispe,
  obu,
  one,
  prefixed,
  sequence,
  sps,
  uint,
  withItems,
} from "../../support/heif-file.ts";

const size = (file: Buffer) => {
  const { width, height } = readHeader(file);
  return [width, height];
};
const damaged = (file: Buffer) => failureOf(() => readHeader(file))?.type === "UNDECODABLE_IMAGE";
const message = (file: Buffer) => failureOf(() => readHeader(file))?.message;

describe("the header of a HEIF file", () => {
  it("tells HEIC from AVIF", () => {
    const stored = { format: "heif", width: 67, height: 45, orientation: 1 };
    expect(readHeader(formatSample("image.heic"))).toMatchObject({ ...stored, name: "HEIC" });
    expect(readHeader(formatSample("image.avif"))).toMatchObject({ ...stored, name: "AVIF" });
    expect(mediaTypeOf(formatSample("image.heic"))).toBe("image/heic");
    expect(mediaTypeOf(formatSample("image.avif"))).toBe("image/avif");
  });

  it("tells them by the primary image where the brands leave it open", () => {
    const general = heif([ispe(9, 8)], [{ type: "av01", properties: [1] }], { brands: ["mif1"] });
    expect(readHeader(general)).toMatchObject({ name: "AVIF", width: 9, height: 8 });
  });

  it("is the size after the file's own transformations, in their order", () => {
    // As libheif decodes them.
    expect(size(formatSample("rotated.avif"))).toEqual([45, 67]);
    expect(size(formatSample("cropped-turned.heic"))).toEqual([20, 40]);
    expect(size(one(ispe(90, 50)))).toEqual([90, 50]);
    for (const quarters of [0, 1, 2, 3])
      expect(size(one(ispe(90, 50), irot(quarters), imir))).toEqual(quarters % 2 ? [50, 90] : [90, 50]);
    expect(size(one(ispe(90, 50), clap(80, 30)))).toEqual([80, 30]);
    expect(size(one(ispe(90, 50), clap(80, 30), irot(1)))).toEqual([30, 80]);
    expect(size(one(ispe(90, 50), irot(1), clap(40, 70)))).toEqual([40, 70]);
    // A crop reaches no further than the image.
    expect(size(one(ispe(90, 50), clap(1000, 1000)))).toEqual([90, 50]);
    expect(damaged(one(ispe(9, 8), irot(1), box("clap", uint(32, 9, 1, 8, 1, 1000, 1, 0, 1))))).toBe(true);
  });

  it("is limited before a crop, which takes place after decoding", () => {
    const cropped = one(ispe(900, 500), clap(8, 3));
    expect(checkHeader(cropped, 450_000)).toMatchObject({ width: 8, height: 3 });
    expect(failureOf(() => checkHeader(cropped, 449_999))?.type).toBe("TOO_MANY_PIXELS");
    expect(memoryNeed(readHeader(one(ispe(6000, 4000), clap(8, 3))), false)).toBeGreaterThan(24_000_000);
    expect(failureOf(() => checkHeader(one(ispe(2 ** 21, 1), clap(8, 1)), 2 ** 30))?.type).toBe("TOO_MANY_PIXELS");
  });

  it("is that of the primary item, with short and long numbers", () => {
    const properties = [ispe(9, 8), ispe(90, 50), irot(1)];
    const items = [
      { type: "hvc1", properties: [1] },
      { type: "hvc1", properties: [2, 3] },
    ];
    for (const isLong of [false, true]) {
      expect(size(heif(properties, items, { isLong, primary: 1 }))).toEqual([9, 8]);
      expect(size(heif(properties, items, { isLong, primary: 2 }))).toEqual([50, 90]);
      expect(damaged(heif(properties, items, { isLong, primary: 3 }))).toBe(true);
    }
  });

  it("is that of a grid, whose tiles are bounded", () => {
    const grid = (width: number, height: number, tiles: number) => {
      const items: Item[] = [{ type: "grid", properties: [1], data: gridOf(1, 1, width, height) }];
      for (let tile = 0; tile < tiles; tile++) items.push({ type: "hvc1", properties: [2] });
      const inputs = Array.from({ length: tiles }, (_, index) => index + 2);
      const references = full("iref", 0, 0, box("dimg", uint(16, 1, tiles, ...inputs)));
      return heif([ispe(width, height), ispe(512, 512)], items, { references });
    };
    expect(size(formatSample("grid.heic"))).toEqual([130, 90]);
    expect(size(grid(4032, 3024, 48))).toEqual([4032, 3024]);
    expect(damaged(grid(100, 100, 0))).toBe(true);
    expect(failureOf(() => readHeader(grid(100, 100, 100)))?.type).toBe("IMAGE_TOO_COMPLEX");
  });

  it("is that which a grid gives itself, by which the decoder allocates it", () => {
    const grid = (data: Buffer) =>
      heif(
        [ispe(90, 50)],
        [
          { type: "grid", properties: [1], data },
          { type: "hvc1", properties: [1] },
        ],
        {
          references: full("iref", 0, 0, box("dimg", uint(16, 1, 1, 2))),
        },
      );
    for (const isLong of [false, true]) {
      expect(size(grid(gridOf(1, 1, 90, 50, isLong)))).toEqual([90, 50]);
      expect(message(grid(gridOf(1, 1, 65_535, 50, isLong)))).toMatch("header says 90 × 50, its grid 65535 × 50.");
      expect(damaged(grid(gridOf(1, 1, 90, 50, isLong).subarray(0, -1)))).toBe(true);
    }
    expect(damaged(grid(gridOf(1, 1, 90, 2 ** 20, true)))).toBe(true);
  });

  it("is not smaller than what is coded, wherever that says its size", () => {
    const hevc = (configuration: Buffer, data: Buffer) =>
      heif([ispe(90, 50), configuration], [{ type: "hvc1", properties: [1, 2], data }]);
    const av1 = (configuration: Buffer, data: Buffer) =>
      heif([ispe(90, 50), configuration], [{ type: "av01", properties: [1, 2], data }]);
    const none = Buffer.alloc(0);
    const big = { width: 60_000, height: 50, sideBits: 16 };
    const unreduced = { isReduced: false };
    // Timing with a decoder's model, for one operating point.
    const timing = `1 ${"0".repeat(64)} 1 00101 1 00111 ${"0".repeat(37)} 00000 1 00000 ${"0".repeat(12)} 00000 1 ${"0".repeat(17)} 1 0000`;

    const fitting = [
      hevc(hvcC(sps(96, 64)), none),
      // As encoders with a least size code it.
      hevc(hvcC(sps(160, 64)), none),
      hevc(hvcC(sps(96, 64, { subLayers: 3, chroma: 3 })), prefixed(sps(96, 64), Buffer.from("slice"))),
      // Images of other layers are not decoded.
      hevc(hvcC(sps(96, 64), sps(9000, 64, { layer: 1 })), none),
      av1(av1C(sequence(90, 50)), none),
      av1(av1C(), Buffer.concat([sequence(90, 50, unreduced), frame()])),
      av1(
        av1C(),
        Buffer.concat([sequence(90, 50, { isReduced: false, timing }), obu(6, bits("0 00 1 0 1 0 10101 0 1111"))]),
      ),
      av1(av1C(), Buffer.concat([sequence(90, 50, unreduced), frame({ width: 45, height: 25, sideBits: 16 })])),
    ];
    for (const file of fitting) expect(size(file)).toEqual([90, 50]);

    const oversized: [string, Buffer][] = [
      ["96 × 9000", hevc(hvcC(sps(96, 9000)), none)],
      ["16384 × 16384", hevc(hvcC(sps(16384, 16384, { subLayers: 2, chroma: 3 })), none)],
      ["9000 × 64", hevc(hvcC(sps(96, 64), sps(9000, 64)), none)],
      // The decoder also takes parameters from the data.
      ["9000 × 64", hevc(hvcC(sps(96, 64)), prefixed(Buffer.from("slice"), sps(9000, 64)))],
      ["16384 × 16384", av1(av1C(sequence(16384, 16384)), none)],
      [
        "90 × 9000",
        av1(
          av1C(sequence(90, 50)),
          Buffer.concat([obu(2, none, { hasExtension: true }), sequence(90, 9000, unreduced)]),
        ),
      ],
      ["90 × 9000", av1(av1C(), sequence(90, 9000, { isReduced: false, timing }))],
      ["60000 × 50", av1(av1C(), Buffer.concat([sequence(90, 50, unreduced), frame(big)]))],
      // Not read, so that it counts as what it could be.
      ["65536 × 65536", av1(av1C(), Buffer.concat([sequence(90, 50, unreduced), frame(big, "11")]))],
    ];
    for (const [coded, file] of oversized)
      expect(message(file)).toMatch(`header says 90 × 50, its coded data ${coded}.`);
    expect(damaged(hevc(hvcC(sps(96, 64)), prefixed(Buffer.from("slice")).subarray(0, -1)))).toBe(true);
  });

  it.each([
    ["a size that is not a multiple of the smallest coding block", sps(90, 64)],
    ["one that is not a multiple of a larger one", sps(96, 64, { blocks: [3, 0, 0, 0, 0, 0] })],
    ["transform blocks that are larger than coding blocks", sps(96, 64, { blocks: [0, 1, 2, 0, 0, 0] })],
    ["transform blocks that are larger than a tree", sps(96, 64, { blocks: [0, 0, 0, 2, 0, 0] })],
    ["transform blocks of 64", sps(96, 64, { blocks: [0, 3, 0, 4, 0, 0] })],
    ["transforms that are too deep", sps(96, 64, { blocks: [0, 0, 0, 0, 2, 0] })],
    ["samples of 17 bits", sps(96, 64, { depth: 17 })],
  ])("is refused if the parameters of a HEIC give %s, which libde265 would log", (_what, parameters) => {
    const file = heif([ispe(90, 50), hvcC(parameters)], [{ type: "hvc1", properties: [1, 2] }]);
    expect(message(file)).toBe("The HEIC's parameters do not fit together.");
  });

  it("holds for tiles and the alpha channel too", () => {
    const alphaType = full("auxC", 0, 0, Buffer.from("urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0"));
    const depthType = full("auxC", 0, 0, Buffer.from("urn:mpeg:hevc:2015:auxid:2\0"));
    const auxiliary = (...pairs: [number, number][]) =>
      full("iref", 0, 0, ...pairs.map(([from, to]) => box("auxl", uint(16, from, 1, to))));
    const properties = [ispe(90, 50), hvcC(sps(96, 64)), hvcC(sps(9000, 64)), alphaType, depthType];
    const image = { type: "hvc1", properties: [1, 2] };
    const withAuxiliary = (type: number, configuration: number) =>
      heif(properties, [image, { type: "hvc1", properties: [1, configuration, type] }], {
        references: auxiliary([2, 1]),
      });
    expect(size(withAuxiliary(4, 2))).toEqual([90, 50]);
    expect(message(withAuxiliary(4, 3))).toContain("its coded data 9000 × 64");
    // Not decoded.
    expect(size(withAuxiliary(5, 3))).toEqual([90, 50]);
    const alpha = { type: "hvc1", properties: [1, 2, 4] };
    expect(damaged(heif(properties, [alpha, alpha], { references: auxiliary([2, 1], [1, 2]) }))).toBe(true);

    // It is decoded whole, however small its image is.
    const largeAlpha = (...images: Item[]) =>
      heif([...properties, ispe(5000, 5000)], [...images, { type: "hvc1", properties: [6, 2, 4] }], {
        references: full(
          "iref",
          0,
          0,
          box("dimg", uint(16, 1, 1, 2)),
          box("auxl", uint(16, images.length + 1, 1, images.length)),
        ),
      });
    expect(failureOf(() => readHeader(largeAlpha(image)))?.type).toBe("IMAGE_TOO_COMPLEX");
    const tiled = { type: "grid", properties: [1], data: gridOf(1, 1, 90, 50) };
    expect(failureOf(() => readHeader(largeAlpha(tiled, image)))?.type).toBe("IMAGE_TOO_COMPLEX");

    const tiles = (configuration: number, ...more: Buffer[]) =>
      heif(
        properties,
        [
          { type: "grid", properties: [1], data: gridOf(2, 1, 90, 50) },
          image,
          { type: "hvc1", properties: [1, configuration] },
        ],
        {
          references: full("iref", 0, 0, box("dimg", uint(16, 1, 2, 2, 3)), ...more),
        },
      );
    expect(size(tiles(2))).toEqual([90, 50]);
    expect(message(tiles(3))).toContain("its coded data 9000 × 64");
    const nested = [{ type: "grid", properties: [1], data: gridOf(1, 1, 90, 50) }];
    expect(damaged(heif(properties, nested, { references: full("iref", 0, 0, box("dimg", uint(16, 1, 1, 1))) }))).toBe(
      true,
    );
  });

  it("is read once, however often the kinds of auxiliary images are referred to", () => {
    // Comparing each anew would take minutes.
    const references = full("iref", 0, 0, ...Array.from({ length: 9000 }, () => box("auxl", uint(16, 2, 1, 1))));
    const auxiliary = { type: "hvc1", properties: Array.from({ length: 250 }, () => 2) };
    const long = full("auxC", 0, 0, Buffer.alloc(250_000, "a"));
    expect(size(heif([ispe(9, 8), long], [{ type: "hvc1", properties: [1] }, auxiliary], { references }))).toEqual([
      9, 8,
    ]);
  });

  it("is refused if its data are used over and over, or overlap", () => {
    const data = prefixed(Buffer.alloc(5000, 1));
    const items: Item[] = [
      { type: "grid", properties: [1], data: gridOf(8, 8, 512, 512) },
      { type: "hvc1", properties: [2], data },
    ];
    const grid = (tiles: number) => {
      const inputs = Array.from({ length: tiles }, () => 2);
      return heif([ispe(512, 512), ispe(64, 64)], items, {
        references: full("iref", 0, 0, box("dimg", uint(16, 1, tiles, ...inputs))),
      });
    };
    expect(size(grid(4))).toEqual([512, 512]);
    expect(failureOf(() => readHeader(grid(64)))?.type).toBe("IMAGE_TOO_COMPLEX");

    // The decoder's configuration is given to it once more for each tile.
    const configured = (bytes: number) =>
      heif(
        [ispe(512, 512), box("hvcC", hvcC().subarray(8), Buffer.alloc(bytes))],
        [
          { type: "grid", properties: [1], data: gridOf(8, 8, 512, 512) },
          { type: "hvc1", properties: [1, 2] },
        ],
        { references: full("iref", 0, 0, box("dimg", uint(16, 1, 8, 2, 2, 2, 2, 2, 2, 2, 2))) },
      );
    expect(size(configured(10))).toEqual([512, 512]);
    expect(failureOf(() => readHeader(configured(5000)))?.type).toBe("IMAGE_TOO_COMPLEX");

    const file = heif([ispe(9, 8)], [{ type: "hvc1", properties: [1], data }]);
    const iloc = file.indexOf("iloc");
    const start = Buffer.from(file);
    start.writeUInt32BE(9000, iloc + 4 + 4 + 2 + 2 + 8);
    expect(damaged(start)).toBe(true);
  });

  it("is refused if its tiles have alpha channels over and over, which have no data", () => {
    // Checking each of the 36 million would take minutes.
    const alphaType = full("auxC", 0, 0, Buffer.from("urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0"));
    const tiles = Array.from({ length: 4096 }, () => 2);
    const alphas = Array.from({ length: 9000 }, () => box("auxl", uint(16, 3, 1, 2)));
    const items = [
      { type: "grid", properties: [1], data: gridOf(64, 64, 512, 512) },
      { type: "av01", properties: [2, 3] },
      { type: "av01", properties: [2, 3, 4] },
    ];
    const file = heif([ispe(512, 512), ispe(8, 8), box("av1C"), alphaType], items, {
      brands: ["avif", "mif1"],
      references: full("iref", 0, 0, box("dimg", uint(16, 1, tiles.length, ...tiles)), ...alphas),
    });
    const refusal = failureOf(() => readHeader(file));
    expect([refusal?.type, refusal?.message]).toEqual([
      "IMAGE_TOO_COMPLEX",
      "The AVIF has more than 10000 tiles and alpha channels.",
    ]);
  });

  it("is refused if many items have the same data, which the decoder copies for each", () => {
    const data = Buffer.alloc(100_000);
    const described = (items: number) =>
      withItems(
        formatSample("image.avif"),
        Array.from({ length: items }, (_, index) => info(index + 2, "Exif")),
        Array.from({ length: items }, () => data.length),
        data,
      );
    expect(size(described(4))).toEqual([67, 45]);
    expect(failureOf(() => readHeader(described(5)))?.type).toBe("IMAGE_TOO_COMPLEX");
    // What lies beyond the file is not copied.
    const beyond = withItems(formatSample("image.avif"), [info(2, "Exif")], [1_000_000], data);
    expect(size(beyond)).toEqual([67, 45]);
  });

  it("is refused if it lists far more places than the decoder reads, which need take no bytes", () => {
    // Each item has so many places, the lengths of whose fields are 0.
    const located = (items: number, places: number) => {
      const file = one(ispe(9, 8));
      const [meta, start] = [file.indexOf("meta") - 4, file.indexOf("iloc") - 4];
      const end = start + file.readUInt32BE(start);
      const entries = Array.from({ length: items }, (_, index) => uint(16, index + 1, 0, places));
      const iloc = full("iloc", 0, 0, uint(8, 0, 0), uint(16, items), ...entries);
      file.writeUInt32BE(file.readUInt32BE(meta) - (end - start) + iloc.length, meta);
      return Buffer.concat([file.subarray(0, start), iloc, file.subarray(end)]);
    };
    const isTooComplex = (file: Buffer) => failureOf(() => readHeader(file))?.type === "IMAGE_TOO_COMPLEX";
    expect(size(located(1, 32))).toEqual([9, 8]);
    expect(isTooComplex(located(1, 33))).toBe(true);
    expect(size(located(10_000, 1))).toEqual([9, 8]);
    expect(isTooComplex(located(10_001, 1))).toBe(true);
  });

  it("is refused if it lists the properties of far more items than it can have", () => {
    const associated = (items: number) => {
      const file = one(ispe(9, 8));
      const [meta, iprp] = [file.indexOf("meta") - 4, file.indexOf("iprp") - 4];
      const end = iprp + file.readUInt32BE(iprp);
      // Beside that of the image, whose number is 1.
      const entries = Array.from({ length: items - 1 }, (_, index) => Buffer.concat([uint(16, index + 2), uint(8, 0)]));
      const more = full("ipma", 0, 0, uint(32, items - 1), ...entries);
      for (const box of [meta, iprp]) file.writeUInt32BE(file.readUInt32BE(box) + more.length, box);
      return Buffer.concat([file.subarray(0, end), more, file.subarray(end)]);
    };
    expect(size(associated(10_000))).toEqual([9, 8]);
    expect(failureOf(() => readHeader(associated(10_001)))?.type).toBe("IMAGE_TOO_COMPLEX");
  });

  it.each([
    ["HEIC", "hvc1", Buffer.alloc(4)],
    ["AVIF", "av01", obu(15, Buffer.alloc(0))],
  ])("is refused if the %s has far more units than an image needs, which need take few bytes", (_name, type, unit) => {
    const coded = (units: number) =>
      heif([ispe(9, 8)], [{ type, properties: [1], data: Buffer.alloc(units * unit.length, unit) }]);
    expect(size(coded(100_000))).toEqual([9, 8]);
    expect(failureOf(() => readHeader(coded(100_001)))?.type).toBe("IMAGE_TOO_COMPLEX");
  });

  it("is refused if the HEIC has more slices than its size allows", () => {
    // A slice that goes on with an image, and units that have no pixels: other layers, and messages.
    const decoded = prefixed(uint(8, 0x28, 1, 0));
    const others = prefixed(uint(8, 0x28, 9, 0x80), uint(8, 0x4e, 1, 0x80));
    const coded = (width: number, height: number, count: number) =>
      heif(
        [ispe(width, height)],
        [{ type: "hvc1", properties: [1], data: Buffer.alloc(count * decoded.length, decoded) }],
      );
    // 2^31 pixels of the images that they are of.
    expect(size(coded(2048, 2048, 512))).toEqual([2048, 2048]);
    const refusal = failureOf(() => readHeader(coded(2048, 2048, 513)));
    expect(refusal?.type).toBe("IMAGE_TOO_COMPLEX");
    expect(refusal?.message).toBe("The HEIC's image data have too many frames or slices for its size.");
    expect(size(coded(100, 100, 90_000))).toEqual([100, 100]);

    const data = Buffer.alloc(600 * others.length, others);
    expect(size(heif([ispe(2048, 2048)], [{ type: "hvc1", properties: [1], data }]))).toEqual([2048, 2048]);
  });

  it.each([
    ["HEIC", "hvc1", prefixed(uint(8, 0x28, 1, 0x80), uint(8, 0x28, 1, 0))],
    ["AVIF", "av01", Buffer.concat([obu(6, uint(8, 0x10)), obu(2, Buffer.alloc(0)), obu(5, Buffer.alloc(9))])],
  ])(
    "counts the memory of the %s's images that are not shown, and is refused if they are many",
    (name, type, image) => {
      const brands = [name === "HEIC" ? "heic" : "avif", "mif1"];
      const read = (images: number) => {
        const data = Buffer.alloc(images * image.length, image);
        return readHeader(heif([ispe(1000, 900)], [{ type, properties: [1], data }], { brands }));
      };
      expect(memoryNeed(read(2), false)).toBe(0);
      // Three with 1.5 bytes for each pixel, and one for what is noted of its block.
      const bytes = (images: number) => read(images).extraBytes ?? 0;
      expect(bytes(4) - bytes(1)).toBe(3 * 900_000 * 2.5 + 3 * image.length);
      expect(failureOf(() => read(5))?.type).toBe("IMAGE_TOO_COMPLEX");
      expect(failureOf(() => read(5))?.message).toBe(
        `The ${name} has 5 images in the data of one; at most 4 are allowed.`,
      );
    },
  );

  it("counts more memory where its samples have more bits, or are as many of chroma as of luma", () => {
    // Of a pixel, without the decoder's own and what the file's data are less than a byte of.
    const extraBytes = (name: string, own: number) => {
      const file = formatSample(name);
      return Math.floor(((readHeader(file).extraBytes ?? 0) - own) / (67 * 45));
    };
    expect(extraBytes("image.avif", 2_000_000)).toBe(0);
    expect(extraBytes("image.heic", 0)).toBe(0);
    expect(extraBytes("deep-444.avif", 2_000_000)).toBe(12);
    expect(extraBytes("deep-420.avif", 2_000_000)).toBe(6);
    expect(extraBytes("full-444.heic", 0)).toBe(0);
  });

  it.each([
    ["HEIC", "hvc1", 0],
    ["AVIF", "av01", 2_000_000],
  ])("counts the longest data of a coded image of the %s, of which the decoder makes a copy", (_name, type, own) => {
    const unit = (bytes: number) => (type === "hvc1" ? prefixed(Buffer.alloc(bytes)) : Buffer.alloc(bytes));
    const data = [30_000_000, 5, 20_000_000].map(unit);
    const items: Item[] = [
      { type: "grid", properties: [1], data: gridOf(3, 1, 1500, 500) },
      ...data.map((of) => ({ type, properties: [2], data: of })),
    ];
    const references = full("iref", 0, 0, box("dimg", uint(16, 1, 3, 2, 3, 4)));
    const header = readHeader(heif([ispe(1500, 500), ispe(500, 500)], items, { references }));
    expect(Math.round((header.extraBytes ?? 0) / 1000)).toBe((30_000_000 + own) / 1000);
    // Although it has few pixels.
    expect(memoryNeed(header, false)).toBeGreaterThan(30_000_000);
  });

  it.each([
    ["a HEIC", "hvc1", hvcC(sps(1000, 1000)), 0, 5],
    ["a HEIC of 10 bits", "hvc1", hvcC(sps(1000, 1000, { depth: 10 })), 7, 10],
    ["a HEIC of 10 bits with all chroma", "hvc1", hvcC(sps(1000, 1000, { chroma: 3, depth: 10 })), 7, 10],
    ["an AVIF", "av01", av1C(sequence(1000, 1000)), 2, 6],
  ])("counts the memory of the alpha channel of %s", (_name, type, configuration, without, withAlpha) => {
    const alphaType = full("auxC", 0, 0, Buffer.from("urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0"));
    const items = [
      { type, properties: [1, 2] },
      { type, properties: [1, 2, 3] },
    ];
    const references = full("iref", 0, 0, box("auxl", uint(16, 2, 1, 1)));
    const millions = (file: Buffer) => Math.round((readHeader(file).extraBytes ?? 0) / 10_000) / 100;
    const properties = [ispe(1000, 1000), configuration, alphaType];
    const brands = [type === "hvc1" ? "heic" : "avif", "mif1"];
    expect(millions(heif(properties, items, { brands }))).toBe(without);
    expect(millions(heif(properties, items, { brands, references }))).toBe(withAlpha);
  });

  it("is refused if a unit of the AVIF's data ends behind them", () => {
    const file = formatSample("image.avif");
    // Behind a temporal delimiter of two bytes, and a sequence header of eleven: the frame's header of one byte.
    const length = file.indexOf("mdat") + 4 + 2 + 11 + 1;
    for (const early of [0x80, 0x81, 0xff]) {
      file[length] = early;
      expect(message(file)).toBe("A unit of the AVIF's image data ends behind them.");
      expect(damaged(file)).toBe(true);
    }
  });

  it("is refused if it has far more boxes than an image needs, also behind its metadata", () => {
    const followed = (boxes: number) => Buffer.concat([one(ispe(9, 8)), Buffer.alloc(boxes * 8, box("free"))]);
    expect(size(followed(9000))).toEqual([9, 8]);
    expect(failureOf(() => readHeader(followed(10_000)))?.type).toBe("IMAGE_TOO_COMPLEX");
    const nested = heif([ispe(9, 8)], [{ type: "hvc1", properties: [1] }], {
      references: box("dinf", Buffer.alloc(10_001 * 8, box("free"))),
    });
    expect(failureOf(() => readHeader(nested))?.type).toBe("IMAGE_TOO_COMPLEX");
  });

  it("is refused if it has a list where the decoder would read it, and no image needs it", () => {
    // 60 kB, for which the decoder takes 15 MB.
    const places = Array.from({ length: 10_000 }, (_, index) => uint(16, index + 1, 0, 32));
    const iloc = full("iloc", 0, 0, uint(8, 0, 0), uint(16, places.length), ...places);
    const inMeta = (more: Buffer) => heif([ispe(9, 8)], [{ type: "hvc1", properties: [1] }], { references: more });
    for (const parts of [[iloc], [iloc, iloc]])
      expect(message(Buffer.concat([one(ispe(9, 8)), ...parts]))).toContain("a box iloc where it does not belong");
    expect(message(inMeta(iloc))).toContain("more than one box iloc");
    expect(message(inMeta(box("dinf", iloc)))).toContain("a box iloc where it does not belong");
    expect(message(Buffer.concat([one(ispe(9, 8)), full("meta", 0, 0, iloc)]))).toContain("more than one box meta");
    for (const type of ["dinf", "iinf", "iref", "grpl", "iprp", "ipco", "ipma", "hvcC"])
      expect(message(Buffer.concat([one(ispe(9, 8)), box(type, Buffer.alloc(8))])), type).toContain("does not belong");
    // Data at the end that are no boxes are read by nobody.
    for (const tail of ["0000", "0000000261626364", "0000000161626364", "00".repeat(64)])
      expect(size(Buffer.concat([one(ispe(9, 8)), Buffer.from(tail, "hex")]))).toEqual([9, 8]);
  });

  it("is refused if it has far more references than an image needs", () => {
    const referring = (counts: number[]) =>
      heif([ispe(9, 8)], [{ type: "hvc1", properties: [1] }], {
        references: full(
          "iref",
          0,
          0,
          ...counts.map((count) => box("cdsc", uint(16, 1, count), Buffer.alloc(2 * count))),
        ),
      });
    expect(size(referring([50_000, 50_000]))).toEqual([9, 8]);
    expect(failureOf(() => readHeader(referring([50_000, 50_001])))?.type).toBe("IMAGE_TOO_COMPLEX");
  });

  it("is refused if a configuration that no item has is far longer than an image needs", () => {
    const units = (count: number) =>
      box(
        "hvcC",
        Buffer.alloc(22),
        uint(8, 2),
        uint(8, 0x21),
        uint(16, 50_000),
        Buffer.alloc(100_000),
        uint(8, 0x22),
        uint(16, count - 50_000),
        Buffer.alloc(2 * (count - 50_000)),
      );
    const file = (count: number) => heif([ispe(9, 8), units(count)], [{ type: "hvc1", properties: [1] }]);
    expect(size(file(100_000))).toEqual([9, 8]);
    expect(failureOf(() => readHeader(file(100_001)))?.type).toBe("IMAGE_TOO_COMPLEX");
  });

  it("fails without what it needs, for sizes of 0 and crops to nothing", () => {
    expect(damaged(ftyp("heic", "mif1"))).toBe(true);
    expect(damaged(heif([], [{ type: "hvc1", properties: [] }]))).toBe(true);
    expect(damaged(heif([ispe(9, 8)], [{ type: "what", properties: [1] }]))).toBe(true);
    expect(damaged(one(ispe(0, 8)))).toBe(true);
    expect(damaged(one(ispe(9, 8), clap(0, 1)))).toBe(true);
    expect(damaged(one(ispe(9, 8), box("clap", Buffer.alloc(32))))).toBe(true);
    for (const name of ["iloc", "hvcC"]) {
      const without = Buffer.from(formatSample("image.heic"));
      without.write("none", without.indexOf(name));
      expect(damaged(without), name).toBe(true);
    }
    const file = formatSample("image.heic");
    const end = file.indexOf("mdat");
    for (let length = 16; length < end - 8; length++) expect(damaged(file.subarray(0, length))).toBe(true);
  });

  it("names what is not supported", () => {
    const coded = (type: string) => message(heif([ispe(9, 8)], [{ type, properties: [1] }]));
    expect(coded("j2k1")).toContain("a HEIF image coded as JPEG 2000");
    expect(coded("iovl")).toContain("a HEIF image overlaid from others");
    expect(message(Buffer.concat([ftyp("hevc", "msf1"), box("moov")]))).toContain("a sequence of HEIC images");
    expect(message(Buffer.concat([ftyp("avis", "msf1"), box("moov")]))).toContain("a sequence of AVIF images");
    expect(message(ftyp("crx ", "isom"))).toContain("a camera's raw file");
    expect(message(ftyp("isom", "mp42"))).toContain("a video");
  });
});
