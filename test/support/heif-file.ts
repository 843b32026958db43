/** HEIF files that are put together from boxes, and headers of HEVC and AV1. */

export function box(type: string, ...content: Buffer[]): Buffer {
  const bytes = Buffer.concat(content);
  return Buffer.concat([uint(32, bytes.length + 8), Buffer.from(type, "latin1"), bytes]);
}

export const uint = (bits: 8 | 16 | 32, ...values: number[]) => {
  const bytes = Buffer.alloc((values.length * bits) / 8);
  for (const [index, value] of values.entries()) bytes.writeUIntBE(value, (index * bits) / 8, bits / 8);
  return bytes;
};

export const full = (type: string, version: number, flags: number, ...content: Buffer[]) =>
  box(type, uint(8, version), uint(8, 0, 0, flags), ...content);

export const ftyp = (...brands: string[]) =>
  box("ftyp", Buffer.from(brands[0] as string), uint(32, 0), Buffer.from(brands.join("")));

/** Bits given as text, in which blanks are ignored, filled up with zeros. */
export function bits(...parts: string[]): Buffer {
  const digits = parts.join("").replaceAll(" ", "");
  return Buffer.from((digits.match(/.{1,8}/g) ?? []).map((byte) => Number.parseInt(byte.padEnd(8, "0"), 2)));
}

const binary = (value: number, length: number) => value.toString(2).padStart(length, "0");

/** An Exp-Golomb code. */
function golomb(value: number): string {
  const code = (value + 1).toString(2);
  return "0".repeat(code.length - 1) + code;
}

/** Smallest and further sizes of coding blocks and transform blocks, and depths of transforms, all least. */
const LEAST_BLOCKS = [0, 0, 0, 0, 0, 0];

/** An HEVC sequence parameter set, up to the sizes of blocks. */
export function sps(
  width: number,
  height: number,
  { subLayers = 0, chroma = 1, depth = 8, layer = 0, blocks = LEAST_BLOCKS } = {},
): Buffer {
  // The first sub-layer has a profile and a level, the others only a level.
  const flags = Array.from({ length: subLayers }, (_, index) => (index === 0 ? "11" : "01")).join("");
  const unit = bits(
    `0 100001 ${binary(layer, 6)} 001`,
    `0000 ${binary(subLayers, 3)} 1`,
    "0".repeat(96),
    subLayers > 0 ? flags + "00".repeat(8 - subLayers) + "0".repeat(96 + 8 * (subLayers - 1)) : "",
    golomb(0) + golomb(chroma) + (chroma === 3 ? "0" : ""),
    golomb(width) + golomb(height),
    `1 ${golomb(0).repeat(4)}`,
    golomb(depth - 8).repeat(2),
    `${golomb(0)} 1 ${golomb(0).repeat(3 * (subLayers + 1))}`,
    blocks.map(golomb).join(""),
    "1".repeat(33),
  );
  // Emulation prevention: a 3 between two zeros and a byte up to 3.
  const bytes: number[] = [];
  for (const byte of unit) {
    if (byte <= 3 && bytes.at(-1) === 0 && bytes.at(-2) === 0) bytes.push(3);
    bytes.push(byte);
  }
  return Buffer.from(bytes);
}

export function hvcC(...units: Buffer[]): Buffer {
  const arrays = units.map((unit) => Buffer.concat([uint(8, 0x21), uint(16, 1, unit.length), unit]));
  return box("hvcC", Buffer.alloc(22), uint(8, units.length), ...arrays);
}

/** HEVC units with their lengths, as in an item. */
export const prefixed = (...units: Buffer[]) => Buffer.concat(units.flatMap((unit) => [uint(32, unit.length), unit]));

export function av1C(...units: Buffer[]): Buffer {
  return box("av1C", Buffer.alloc(4), ...units);
}

/** An AV1 open bitstream unit. Without its length it reaches to the end. */
export function obu(type: number, content: Buffer, { hasLength = true, hasExtension = false } = {}): Buffer {
  const header = bits(`0 ${binary(type, 4)} ${Number(hasExtension)} ${Number(hasLength)} 0`);
  const length =
    content.length < 128 ? uint(8, content.length) : uint(8, (content.length & 127) | 128, content.length >> 7);
  return Buffer.concat([header, Buffer.alloc(Number(hasExtension)), hasLength ? length : Buffer.alloc(0), content]);
}

/** An AV1 sequence header: that of a still image, or one with everything that can precede the size. */
export function sequence(width: number, height: number, { isReduced = true, sideBits = 16, timing = "" } = {}): Buffer {
  const size = binary(sideBits - 1, 4).repeat(2) + binary(width - 1, sideBits) + binary(height - 1, sideBits);
  // Tools: ids of 5 bits, order hints of 3 bits, everything else left to the frame.
  const tools = `1 0000 010 ${"0".repeat(7)} 1 00 1 1 010`;
  const points = timing === "" ? `0 0 00000 ${"0".repeat(12)} 01000 1` : timing;
  return obu(1, bits("000 1", isReduced ? "1 00000" : `0 ${points}`, size, isReduced ? "" : tools, "0".repeat(40)));
}

/** An AV1 frame: shown, of type KEY, with or without its own size. */
export function frame(own?: { width: number; height: number; sideBits: number }, type = "00"): Buffer {
  const start = `0 ${type} 1 ${type === "00" ? "" : "0"} 0 1 0 10101 ${own && type !== "11" ? "1" : ""} 111`;
  const size = own ? binary(own.width - 1, own.sideBits) + binary(own.height - 1, own.sideBits) : "";
  return obu(6, bits(own ? start : start.replace("10101", "10101 0"), size, "0".repeat(40)), { hasLength: false });
}

/** The data of a grid of tiles: their number, and the size of the image. */
export const gridOf = (columns: number, rows: number, width: number, height: number, isLong = false) =>
  Buffer.concat([uint(8, 0, isLong ? 1 : 0, rows - 1, columns - 1), uint(isLong ? 32 : 16, width, height)]);

export const ispe = (width: number, height: number) => full("ispe", 0, 0, uint(32, width, height));
export const irot = (quarters: number) => box("irot", uint(8, quarters));
export const imir = box("imir", uint(8, 1));
/** A crop to a size around the centre of the image. */
export const clap = (width: number, height: number) => box("clap", uint(32, width, 1, height, 1, 0, 1, 0, 1));

export interface Item {
  readonly type: string;
  /** Numbers of the item's properties, from 1 on. */
  readonly properties: readonly number[];
  readonly data?: Buffer;
}

interface Form {
  readonly brands?: readonly string[];
  /** Whether numbers of items and properties have twice the length. */
  readonly isLong?: boolean;
  readonly references?: Buffer;
  readonly primary?: number;
}

/** Decoder configurations without parameters, which each item gets besides its own properties. */
const configurations = [hvcC(), av1C()];

/** A box with the locations of the items' data in the idat box. */
function locations(items: readonly Item[], isLong: boolean): Buffer {
  let at = 0;
  const entries = items.map(({ data = Buffer.alloc(0) }, index) => {
    const id = uint(isLong ? 32 : 16, index + 1);
    const start = at;
    at += data.length;
    return Buffer.concat([id, uint(16, 1, 0, 1), uint(32, start, data.length)]);
  });
  return full("iloc", isLong ? 2 : 1, 0, uint(8, 0x44, 0), uint(isLong ? 32 : 16, items.length), ...entries);
}

/** A HEIF file with only its meta box. Items are numbered from 1 on. */
export function heif(own: readonly Buffer[], ownItems: readonly Item[], form: Form = {}): Buffer {
  const { brands = ["heic", "mif1"], isLong = false, references, primary = 1 } = form;
  const properties = [...own, ...configurations];
  const items = ownItems.map((item) => ({ ...item, properties: [...item.properties, own.length + 1, own.length + 2] }));
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
    full("hdlr", 0, 0, uint(32, 0), Buffer.from("pict"), uint(32, 0, 0, 0), uint(8, 0)),
    full("pitm", isLong ? 1 : 0, 0, id(primary)),
    full("iinf", isLong ? 1 : 0, 0, id(items.length), ...infos),
    locations(items, isLong),
    box("idat", ...items.map(({ data = Buffer.alloc(0) }) => data)),
    references ?? Buffer.alloc(0),
    box(
      "iprp",
      box("ipco", ...properties),
      full("ipma", isLong ? 1 : 0, isLong ? 1 : 0, uint(32, items.length), ...associations),
    ),
  );
  return Buffer.concat([ftyp(...brands), box("free", Buffer.alloc(5)), meta]);
}

/** A file with one image that has all the given properties. */
export const one = (...properties: Buffer[]) =>
  heif(properties, [{ type: "hvc1", properties: properties.map((_, index) => index + 1) }]);

/** A description of an item: its type and, for the type `mime`, more texts. */
export const info = (item: number, ...texts: string[]) =>
  full("infe", 2, 0, uint(16, item, 0), Buffer.from(texts.map((text) => `${text}\0`).join(""), "latin1"));

/**
 * A file with more items, numbered from 2 on. Their data is the beginning of a box after it.
 * @param file A file with one item, and places of data in the form of libavif.
 * @param lengths Lengths of the items' data.
 */
export function withItems(file: Buffer, infos: readonly Buffer[], lengths: readonly number[], data: Buffer): Buffer {
  const content = (type: string) => {
    const at = file.indexOf(type, 0, "latin1");
    return file.subarray(at + 4, at - 4 + file.readUInt32BE(at - 4));
  };
  const [places, descriptions] = [content("iloc"), content("iinf")];
  const COUNT = { iloc: 6, iinf: 4 };
  const OFFSET = 8 + 6;
  const listed = (type: "iloc" | "iinf", of: Buffer, more: readonly Buffer[]) =>
    box(type, of.subarray(0, COUNT[type]), uint(16, 1 + more.length), of.subarray(COUNT[type] + 2), ...more);
  const rebuilt = (shift: number): Buffer => {
    const own = Buffer.from(places);
    own.writeUInt32BE(own.readUInt32BE(OFFSET) + shift, OFFSET);
    const more = lengths.map((length, index) =>
      Buffer.concat([uint(16, index + 2, 0, 1), uint(32, file.length + shift + 8, length)]),
    );
    const replaced = [
      [box("iloc", places), listed("iloc", own, more)],
      [box("iinf", descriptions), listed("iinf", descriptions, infos)],
    ] as const;
    const parts = replaced.reduce((bytes, [from, to]) => {
      const at = bytes.indexOf(from);
      return Buffer.concat([bytes.subarray(0, at), to, bytes.subarray(at + from.length)]);
    }, content("meta"));
    const start = file.indexOf("meta", 0, "latin1") - 4;
    const end = start + file.readUInt32BE(start);
    return Buffer.concat([file.subarray(0, start), box("meta", parts), file.subarray(end), box("mdat", data)]);
  };
  return rebuilt(rebuilt(0).length - file.length - data.length - 8);
}
