/**
 * What follows a boundary of a form (RFC 2046, section 5.1.1): `--` after the last boundary, otherwise white space and
 * the end of the line, after which a part begins. Pure.
 */

const [CR, LF, DASH, SPACE, TAB] = [0x0d, 0x0a, 0x2d, 0x20, 0x09];

/** The state after the bytes that were read, before the outcome is known. */
type Unfinished = "boundary" | "space" | "cr" | "dash";
export type BoundaryTail = Unfinished | "part" | "end of form" | "fault";

export function isUnfinished(tail: BoundaryTail | undefined): tail is Unfinished {
  return tail === "boundary" || tail === "space" || tail === "cr" || tail === "dash";
}

export function tailAfter(tail: Unfinished, byte: number): BoundaryTail {
  if (tail === "cr") return byte === LF ? "part" : "fault";
  if (tail === "dash") return byte === DASH ? "end of form" : "fault";
  if (byte === CR) return "cr";
  if (byte === SPACE || byte === TAB) return "space";
  return byte === DASH && tail === "boundary" ? "dash" : "fault";
}
