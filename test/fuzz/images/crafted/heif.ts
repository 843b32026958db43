/** HEIC and AVIF put together from boxes that lie, around the coded image of a sample or bytes at random. */

import { formatSample } from "../../../support/header-samples.ts";
import type { Random } from "../../../support/random.ts";
import { layouts, type Piece } from "../pieces.ts";
import { field, oddNumber, oddSide, randomBytes, shuffled } from "../values.ts";

const uint16 = (value: number) => field(value, 2, false);
const uint32 = (value: number) => field(value, 4, false);

function box(type: string, ...content: Buffer[]): Buffer {
  const body = Buffer.concat(content);
  return Buffer.concat([uint32(body.length + 8), Buffer.from(type, "latin1"), body]);
}

const fullBox = (type: string, version: number, ...content: Buffer[]) =>
  box(type, Buffer.from([version, 0, 0, 0]), ...content);

/** What a sample's image is decoded with: its decoder's configuration and its data. */
function coded(name: string, itemType: string, configuration: string) {
  const pieces = layouts.heif?.split(formatSample(name)) as Piece[];
  const find = (type: string) => pieces.find((piece) => piece.type.endsWith(type))?.content as Buffer;
  return {
    itemType,
    configuration: box(configuration, find(configuration)),
    data: find("mdat"),
    width: 67,
    height: 45,
  };
}

const CODED = [coded("image.heic", "hvc1", "hvcC"), coded("image.avif", "av01", "av1C")];

function properties(random: Random, { configuration, width, height }: (typeof CODED)[number]): Buffer[] {
  const isRight = random.chance(0.6);
  const size = isRight ? [width, height] : [oddSide(random), oddSide(random)];
  const clap = Array.from({ length: 8 }, () => uint32(random.chance(0.6) ? random.integer(1, 60) : oddNumber(random)));
  const others = [
    box("irot", Buffer.from([random.integer(0, 255)])),
    box("imir", Buffer.from([random.integer(0, 255)])),
    box("clap", ...clap),
    fullBox("pixi", 0, Buffer.from([3, 8, 8, random.integer(0, 255)])),
    box("colr", Buffer.from(random.pick(["nclx", "prof", "rICC", "abcd"])), randomBytes(random, random.integer(0, 40))),
    fullBox("auxC", 0, randomBytes(random, random.integer(0, 40))),
    box("pasp", uint32(oddNumber(random)), uint32(oddNumber(random))),
  ];
  const config = random.chance(0.9) ? configuration : random.pick(CODED).configuration;
  return [fullBox("ispe", 0, ...size.map(uint32)), config, ...shuffled(random, others).slice(0, random.integer(0, 3))];
}

function derived(random: Random, kind: string): Buffer {
  if (kind === "grid")
    return Buffer.concat([
      Buffer.from([0, 0, random.integer(0, 3), random.integer(0, 3)]),
      uint16(oddSide(random)),
      uint16(oddSide(random)),
    ]);
  return Buffer.concat([Buffer.from([0, 0]), randomBytes(random, random.integer(0, 40))]);
}

export function craftHeif(random: Random): Buffer {
  const sample = random.pick(CODED);
  const kind = random.chance(0.6)
    ? sample.itemType
    : random.pick(["grid", "iovl", "iden", "hvc1", "av01", "jpeg", "Exif"]);
  const isDerived = ["grid", "iovl", "iden"].includes(kind);
  // Item 1 is the primary one; where it is derived, it consists of the others.
  const items = [kind, ...Array.from({ length: isDerived ? random.integer(0, 6) : 0 }, () => sample.itemType)];
  const data = items.map((type) => {
    if (isDerived && type === kind) return derived(random, kind);
    return random.chance(0.8) ? sample.data : randomBytes(random, random.integer(0, 500));
  });
  const odd = (value: number, probability = 0.03) => (random.chance(probability) ? oddNumber(random) : value);
  const itemProperties = properties(random, sample);
  const association = Buffer.from([
    itemProperties.length,
    ...itemProperties.map((_, index) => odd(index + 1) | (random.chance(0.5) ? 0x80 : 0)),
  ]);
  const ftyp = box(
    "ftyp",
    Buffer.from(random.pick(["heic", "mif1", "avif", "heix", "msf1"])),
    uint32(0),
    Buffer.from("mif1heic"),
  );
  const references = items.slice(1).map((_, index) => uint16(odd(random.chance(0.95) ? index + 2 : 1)));

  /** The offsets of the items depend on the length of what stands before them, which does not depend on them. */
  const meta = (dataAt: number) => {
    let at = dataAt;
    const locations = data.map(({ length }, index) => {
      const location = Buffer.concat([uint16(index + 1), uint16(0), uint16(1), uint32(odd(at)), uint32(odd(length))]);
      at += length;
      return location;
    });
    return locations;
  };
  const parts = [
    fullBox("hdlr", 0, uint32(0), Buffer.from("pict"), Buffer.alloc(13)),
    fullBox("pitm", 0, uint16(odd(1))),
    fullBox(
      "iinf",
      0,
      uint16(odd(items.length)),
      ...items.map((type, index) =>
        fullBox(
          "infe",
          random.chance(0.97) ? 2 : random.integer(0, 4),
          uint16(odd(index + 1)),
          uint16(0),
          Buffer.from(`${type}\0`),
        ),
      ),
    ),
    ...(isDerived
      ? [fullBox("iref", 0, box("dimg", uint16(odd(1)), uint16(odd(references.length)), ...references))]
      : []),
    box(
      "iprp",
      box("ipco", ...itemProperties),
      fullBox("ipma", 0, uint32(odd(items.length)), ...items.flatMap((_, index) => [uint16(index + 1), association])),
    ),
  ];
  const withoutLocations = ftyp.length + 12 + Buffer.concat(parts).length;
  const locationBytes = 16 + items.length * 14;
  const iloc = fullBox(
    "iloc",
    0,
    Buffer.from([odd(0x44) & 0xff, 0]),
    uint16(odd(items.length)),
    ...meta(withoutLocations + locationBytes + 8),
  );
  const inner = random.chance(0.9) ? [...parts, iloc] : shuffled(random, [...parts, iloc]);
  const mdat = Buffer.concat([
    uint32(random.chance(0.95) ? Buffer.concat(data).length + 8 : oddNumber(random)),
    Buffer.from("mdat"),
    ...data,
  ]);
  return Buffer.concat([ftyp, fullBox("meta", 0, ...inner), mdat]);
}
