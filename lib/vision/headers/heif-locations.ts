/** Finds the data of the items of a HEIF file. Source: ISO/IEC 14496-12, section 8.11.3 (iloc). */
import { failure } from "../../errors.ts";
import { damaged } from "./header.ts";
import { fullBox } from "./heif-boxes.ts";

/** Maximum items, extents and associations. They may take few bytes in the file or none, but each takes memory here. */
export const MAX_ITEMS = 10_000;
/**
 * Maximum size of the data of all items, in multiples of the file's size. libheif copies all metadata of an image,
 * whether it is needed or not, and items may share their data.
 */
const MAX_SHARING = 4;
/** Maximum extents of an item, as in libheif. */
const MAX_EXTENTS = 32;

const [IN_FILE, IN_META_BOX] = [0, 1];

interface Extent {
  readonly offset: number;
  readonly length: number;
}

interface Location {
  readonly method: number;
  readonly extents: readonly Extent[];
}

/**
 * @param iloc The box of locations.
 * @param idat Data inside the meta box.
 * @returns a function that reads an item's data. It throws UNDECODABLE_IMAGE.
 * @throws IMAGE_TOO_COMPLEX; RangeError if the box of locations is truncated.
 */
export function itemData(iloc: Buffer, idat: Buffer | undefined, file: Buffer): (item: number) => Buffer {
  const locations = readLocations(iloc);
  checkSharing(locations, file.length);
  return (item) => {
    const location = locations.get(item);
    if (!location) throw damaged("The HEIF file does not say where its image data are.");
    const { method, extents } = location;
    const source = method === IN_FILE ? file : idat;
    if (method > IN_META_BOX || !source) throw damaged("The HEIF file's image data are in an unknown place.");
    const total = extents.reduce((sum, { length }) => sum + length, 0);
    // The decoder joins the extents, so overlapping ones could take many times the file's memory.
    if (total > source.length || extents.some(({ offset, length }) => offset + length > source.length))
      throw damaged("The HEIF file's image data are cut off.");
    const parts = extents.map(({ offset, length }) => source.subarray(offset, offset + length));
    return parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts);
  };
}

function checkSharing(locations: ReadonlyMap<number, Location>, fileBytes: number): void {
  let bytes = 0;
  // Only data in the file counts, because nothing else is copied.
  for (const { extents } of locations.values())
    for (const { offset, length } of extents) if (offset + length <= fileBytes) bytes += length;
  if (bytes > MAX_SHARING * fileBytes)
    throw failure("IMAGE_TOO_COMPLEX", "The HEIF file has the same data in many of its items.");
}

function readLocations(iloc: Buffer): Map<number, Location> {
  const { version, content } = fullBox(iloc);
  let at = 0;
  const read = (bytes: number) => {
    const value = bytes === 0 ? 0 : bytes === 8 ? Number(content.readBigUInt64BE(at)) : content.readUIntBE(at, bytes);
    at += bytes;
    return value;
  };
  // Lengths of the fields in bytes. A field of another length reads as nothing.
  const [sizes, more] = [read(1), read(1)];
  const bytesOf = (size: number) => (size === 4 || size === 8 ? size : 0);
  const [offsetBytes, lengthBytes, baseBytes] = [bytesOf(sizes >>> 4), bytesOf(sizes & 15), bytesOf(more >>> 4)];
  const indexBytes = version > 1 ? bytesOf(more & 15) : 0;
  const idBytes = version < 2 ? 2 : 4;
  const locations = new Map<number, Location>();
  for (let items = atMost(MAX_ITEMS, read(idBytes)); items > 0; items--) {
    const item = read(idBytes);
    const method = version >= 1 ? read(2) & 15 : IN_FILE;
    read(2); // data_reference_index
    const base = read(baseBytes);
    const extents: Extent[] = [];
    for (let left = atMost(MAX_EXTENTS, read(2)); left > 0; left--) {
      read(indexBytes);
      const offset = base + read(offsetBytes);
      extents.push({ offset, length: read(lengthBytes) });
    }
    if (locations.has(item)) throw damaged("The HEIF file says twice where an item is.");
    locations.set(item, { method, extents });
  }
  return locations;
}

function atMost(most: number, count: number): number {
  if (count > most) throw failure("IMAGE_TOO_COMPLEX", `The HEIF file lists more than ${most} places of data.`);
  return count;
}
