/**
 * Items in a HEIF file's meta box: the primary item, their codings and properties.
 * Sources: ISO/IEC 14496-12, section 8.11 (pitm, iinf, iref); ISO/IEC 23008-12, section 9.3 (iprp, ipco, ipma).
 */
import { failure } from "../../errors.ts";
import { damaged } from "./header.ts";
import { type Box, boxesIn, findBox, fullBox } from "./heif-boxes.ts";
import { itemData, MAX_ITEMS } from "./heif-locations.ts";

/**
 * Maximum references between items, eight times as many as in a grid of the maximum tiles, each with an alpha channel
 * and its own Exif.
 */
const MAX_REFERENCES = 100_000;

export interface HeifItems {
  readonly primary: number;
  /** All properties, including those that no item has. */
  readonly properties: readonly Box[];
  /** The four-character type of an item; empty if there is no such item. */
  typeOf(item: number): string;
  /** Properties of an item in the order of application. */
  propertiesOf(item: number): readonly Box[];
  readonly references: readonly Reference[];
  /** The items from which an item is derived. */
  inputsOf(item: number): readonly number[];
  /** The items with the alpha channel of an item. */
  alphasOf(item: number): readonly number[];
  /** The data of an item. @throws UNDECODABLE_IMAGE; RangeError if the box of locations is truncated. */
  dataOf(item: number): Buffer;
}

/**
 * @param meta The boxes inside the meta box.
 * @throws UNDECODABLE_IMAGE, IMAGE_TOO_COMPLEX; RangeError if a box is truncated.
 */
export function readItems(meta: Buffer, file: Buffer): HeifItems {
  const boxes = new Map<string, Buffer>();
  for (const { type, content } of boxesIn(meta)) if (!boxes.has(type)) boxes.set(type, content);
  const required = (type: string) => {
    const content = boxes.get(type);
    if (!content) throw damaged(`The HEIF file has no ${type} box, so that it has no primary image.`);
    return content;
  };
  const types = itemTypes(required("iinf"));
  const all = boxesIn(findBox(required("iprp"), "ipco") ?? Buffer.alloc(0));
  const associations = itemProperties(required("iprp"), all);
  const references = boxes.has("iref") ? itemReferences(required("iref")) : [];
  const propertiesOf = (item: number) => associations.get(item) ?? [];
  const alphaTypes = new Set(all.filter(saysAlpha));
  const isAlpha = ({ type, from }: Reference) =>
    type === "auxl" && propertiesOf(from).some((property) => alphaTypes.has(property));
  const alphas = Map.groupBy(references.filter(isAlpha), ({ to }) => to[0]);
  const inputs = new Map(
    references
      .filter(({ type }) => type === "dimg")
      .toReversed()
      .map(({ from, to }) => [from, to]),
  );
  return {
    primary: primaryItem(required("pitm")),
    properties: all,
    typeOf: (item) => types.get(item) ?? "",
    propertiesOf,
    references,
    inputsOf: (item) => inputs.get(item) ?? [],
    alphasOf: (item) => (alphas.get(item) ?? []).map(({ from }) => from),
    dataOf: itemData(required("iloc"), boxes.get("idat"), file),
  };
}

function primaryItem(content: Buffer): number {
  const { version, content: box } = fullBox(content);
  return version === 0 ? box.readUInt16BE(0) : box.readUInt32BE(0);
}

function itemTypes(content: Buffer): Map<number, string> {
  const { version, content: box } = fullBox(content);
  const types = new Map<number, string>();
  for (const { type, content: entry } of boxesIn(box.subarray(version === 0 ? 2 : 4))) {
    if (type !== "infe") continue;
    const info = fullBox(entry);
    if (info.version < 2) continue;
    const idBytes = info.version === 2 ? 2 : 4;
    const item = info.content.readUIntBE(0, idBytes);
    if (!types.has(item)) types.set(item, info.content.toString("latin1", idBytes + 2, idBytes + 6));
  }
  return types;
}

function itemProperties(content: Buffer, all: readonly Box[]): Map<number, Box[]> {
  const properties = new Map<number, Box[]>();
  for (const { type, content: box } of boxesIn(content)) if (type === "ipma") associate(box, all, properties);
  return properties;
}

function associate(association: Buffer, all: readonly Box[], properties: Map<number, Box[]>): void {
  const { version, flags, content: box } = fullBox(association);
  const idBytes = version < 1 ? 2 : 4;
  const indexBytes = (flags & 1) === 1 ? 2 : 1;
  const indexMask = indexBytes === 2 ? 0x7fff : 0x7f;
  const entries = box.readUInt32BE(0);
  let offset = 4;
  for (let entry = 0; entry < entries; entry++) {
    const item = box.readUIntBE(offset, idBytes);
    const count = box.readUInt8(offset + idBytes);
    offset += idBytes + 1;
    if (properties.has(item)) throw damaged("The HEIF file lists the properties of an item twice.");
    const own: Box[] = [];
    for (let index = 0; index < count; index++) {
      const property = all[(box.readUIntBE(offset, indexBytes) & indexMask) - 1];
      if (property) own.push(property);
      offset += indexBytes;
    }
    properties.set(item, own);
    if (properties.size > MAX_ITEMS)
      throw failure("IMAGE_TOO_COMPLEX", `The HEIF file lists the properties of more than ${MAX_ITEMS} items.`);
  }
}

export interface Reference extends Box {
  readonly from: number;
  readonly to: readonly number[];
}

function itemReferences(content: Buffer): Reference[] {
  const { version, content: box } = fullBox(content);
  const idBytes = version === 0 ? 2 : 4;
  let left = MAX_REFERENCES;
  return boxesIn(box).map(({ type, content: reference }) => {
    const count = reference.readUInt16BE(idBytes);
    left -= count;
    if (left < 0)
      throw failure("IMAGE_TOO_COMPLEX", `The HEIF file has more than ${MAX_REFERENCES} references to its items.`);
    const to = Array.from({ length: count }, (_, index) =>
      reference.readUIntBE(idBytes + 2 + index * idBytes, idBytes),
    );
    return { type, content: reference, from: reference.readUIntBE(0, idBytes), to };
  });
}

const ALPHA_TYPES = new Set([
  "urn:mpeg:avc:2015:auxid:1",
  "urn:mpeg:hevc:2015:auxid:1",
  "urn:mpeg:mpegB:cicp:systems:auxiliary:alpha",
]);

/** Whether a property is the type (`auxC`) of an alpha channel. */
function saysAlpha({ type, content }: Box): boolean {
  if (type !== "auxC") return false;
  const [name = ""] = fullBox(content).content.toString("latin1").split("\0", 1);
  return ALPHA_TYPES.has(name);
}
