/**
 * Limits the boxes of a HEIF file, including those that its image does not need. The decoder reads every box that it
 * knows, wherever and however often it occurs, and empty lists take 250 times their bytes. Sources: ISO/IEC 14496-12,
 * sections 8.7 and 8.11; ISO/IEC 23008-12, section 9.3.
 */
import { damaged } from "./header.ts";
import { extentsIn } from "./heif-boxes.ts";

const FILE = "";

/** The box that must contain each of these boxes. */
const PARENTS: Readonly<Record<string, string>> = {
  meta: FILE,
  dinf: "meta",
  dref: "dinf",
  iloc: "meta",
  iinf: "meta",
  iref: "meta",
  grpl: "meta",
  iprp: "meta",
  ipco: "iprp",
  ipma: "iprp",
  hvcC: "ipco",
};

/** Boxes that may occur several times. Each is counted where it is read. */
const REPEATED = new Set(["ipma", "hvcC"]);

/** Boxes that contain others, with the offset at which these begin. */
const BOXES_FROM: Readonly<Record<string, (content: Buffer) => number>> = {
  meta: () => 4,
  dinf: () => 0,
  dref: () => 8,
  iinf: (content) => (content[0] === 0 ? 6 : 8),
  iref: () => 4,
  grpl: () => 0,
  iprp: () => 0,
  ipco: () => 0,
};

/** @throws UNDECODABLE_IMAGE, IMAGE_TOO_COMPLEX */
export function checkOutline(file: Buffer): void {
  checkBoxes(file, FILE, new Set());
}

function checkBoxes(boxes: Buffer, parent: string, seen: Set<string>): void {
  for (const { type, start, end } of extentsIn(boxes)) {
    // Files may end with data that is no box.
    if (!Object.hasOwn(PARENTS, type) || end < start) continue;
    if (PARENTS[type] !== parent) throw damaged(`The HEIF file has a box ${type} where it does not belong.`);
    if (seen.has(type)) throw damaged(`The HEIF file has more than one box ${type}.`);
    if (!REPEATED.has(type)) seen.add(type);
    const content = boxes.subarray(start, end);
    const from = BOXES_FROM[type];
    if (from) checkBoxes(content.subarray(from(content)), type, seen);
  }
}
