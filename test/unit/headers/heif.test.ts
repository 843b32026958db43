import { describe, expect, it } from "vitest";
import { mediaTypeOf, readHeader } from "../../../lib/vision/headers/image-header.ts";
import { failureOf, formatSample } from "../../support/header-samples.ts";

function box(type: string, ...content: Buffer[]): Buffer {
  const bytes = Buffer.concat(content);
  return Buffer.concat([uint(32, bytes.length + 8), Buffer.from(type, "latin1"), bytes]);
}

const uint = (bits: 8 | 16 | 32, ...values: number[]) => {
  const bytes = Buffer.alloc((values.length * bits) / 8);
  for (const [index, value] of values.entries()) bytes.writeUIntBE(value, (index * bits) / 8, bits / 8);
  return bytes;
};

const full = (type: string, version: number, flags: number, ...content: Buffer[]) =>
  box(type, uint(8, version), uint(8, 0, 0, flags), ...content);

const ftyp = (...brands: string[]) =>
  box("ftyp", Buffer.from(brands[0] as string), uint(32, 0), Buffer.from(brands.join("")));

const ispe = (width: number, height: number) => full("ispe", 0, 0, uint(32, width, height));
const irot = (quarters: number) => box("irot", uint(8, quarters));
const imir = box("imir", uint(8, 1));
/** A crop to a size, its centre that of the image. */
const clap = (width: number, height: number) => box("clap", uint(32, width, 1, height, 1, 0, 1, 0, 1));

interface Item {
  readonly type: string;
  /** Numbers of properties, from 1 on. */
  readonly properties: readonly number[];
}

interface Form {
  readonly brands?: readonly string[];
  /** Item and property numbers of twice the length. */
  readonly isLong?: boolean;
  readonly references?: Buffer;
  readonly primary?: number;
}

/** A HEIF file of nothing but its meta box; items are numbered from 1 on. */
function heif(properties: readonly Buffer[], items: readonly Item[], form: Form = {}): Buffer {
  const { brands = ["heic", "mif1"], isLong = false, references, primary = 1 } = form;
  const id = (item: number) => uint(isLong ? 32 : 16, item);
  const infos = items.map(({ type }, index) =>
    full("infe", isLong ? 3 : 2, 0, id(index + 1), uint(16, 0), Buffer.from(`${type}\0`)),
  );
  const associations = items.map((item, index) =>
    Buffer.concat([
      id(index + 1),
      uint(8, item.properties.length),
      uint(isLong ? 16 : 8, ...item.properties.map((property) => property + (isLong ? 0x8000 : 0x80))),
    ]),
  );
  const meta = full(
    "meta",
    0,
    0,
    full("hdlr", 0, 0, uint(32, 0), Buffer.from("pict")),
    full("pitm", isLong ? 1 : 0, 0, id(primary)),
    full("iinf", isLong ? 1 : 0, 0, id(items.length), ...infos),
    references ?? Buffer.alloc(0),
    box(
      "iprp",
      box("ipco", ...properties),
      full("ipma", isLong ? 1 : 0, isLong ? 1 : 0, uint(32, items.length), ...associations),
    ),
  );
  return Buffer.concat([ftyp(...brands), box("free", Buffer.alloc(5)), meta]);
}

/** A file with one image whose properties are all the given ones. */
const one = (...properties: Buffer[]) =>
  heif(properties, [{ type: "hvc1", properties: properties.map((_, index) => index + 1) }]);

const size = (file: Buffer) => {
  const { width, height } = readHeader(file);
  return [width, height];
};
const damaged = (file: Buffer) => failureOf(() => readHeader(file))?.type === "UNDECODABLE_IMAGE";
const message = (file: Buffer) => failureOf(() => readHeader(file))?.message;

describe("the header of a HEIF file", () => {
  it("tells HEIC from AVIF", () => {
    const stored = { format: "heif", width: 67, height: 45, orientation: 1 };
    expect(readHeader(formatSample("image.heic"))).toEqual({ ...stored, name: "HEIC" });
    expect(readHeader(formatSample("image.avif"))).toEqual({ ...stored, name: "AVIF" });
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
      const items = [{ type: "grid", properties: [1] }];
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

  it("fails without what it needs, for sizes of 0 and crops to nothing", () => {
    expect(damaged(ftyp("heic", "mif1"))).toBe(true);
    expect(damaged(heif([], [{ type: "hvc1", properties: [] }]))).toBe(true);
    expect(damaged(heif([ispe(9, 8)], [{ type: "what", properties: [1] }]))).toBe(true);
    expect(damaged(one(ispe(0, 8)))).toBe(true);
    expect(damaged(one(ispe(9, 8), clap(0, 1)))).toBe(true);
    expect(damaged(one(ispe(9, 8), box("clap", Buffer.alloc(32))))).toBe(true);
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
