/**
 * Long strings in JSON, which are images in base64, are left in the body. A parsed string of 20 MB would take its size
 * three times: in the parsed text, as its value, and decoded.
 */
import { isUtf8 } from "node:buffer";
import { randomUUID } from "node:crypto";

/** The content of a string in a body, without its quotes. */
export interface StringRange {
  readonly start: number;
  readonly end: number;
}

/** Shorter strings are parsed as usual. */
export const LONG_STRING_BYTES = 2 ** 16;

const [BACKSLASH, SLASH, COLON, SPACE] = [0x5c, 0x2f, 0x3a, 0x20];
/** Random, so that no string of a client can be mistaken for a placeholder. */
const PREFIX = randomUUID();

export class LongStrings {
  /** Bytes of the long strings, by placeholder. */
  readonly #bytes = new Map<string, Buffer>();
  readonly #kept: ReadonlySet<string>;
  /** The JSON with a placeholder for each long string. */
  readonly rest: Buffer;

  /**
   * @param ranges Strings of at least `LONG_STRING_BYTES`, in their order.
   * @param kept The members whose strings stay bytes. A member may be an array. `images.data` is the member `data` of
   *   `images`, or of the objects in it.
   */
  constructor(json: Buffer, ranges: readonly StringRange[], kept: readonly string[]) {
    this.#kept = new Set(kept);
    const parts: Buffer[] = [];
    let copied = 0;
    for (const { start, end } of ranges) {
      const bytes = json.subarray(start, end);
      if (isName(json, end) || !isPlain(bytes)) continue;
      const placeholder = `${PREFIX}:${this.#bytes.size}`;
      this.#bytes.set(placeholder, bytes);
      parts.push(json.subarray(copied, start), Buffer.from(placeholder));
      copied = end;
    }
    this.rest = parts.length === 0 ? json : Buffer.concat([...parts, json.subarray(copied)]);
  }

  get count(): number {
    return this.#bytes.size;
  }

  /** Puts the strings that are not kept back into the parsed `rest`. */
  restore(value: unknown): unknown {
    return this.count === 0 ? value : this.#restore(value, "");
  }

  /** @returns the bytes of a kept string, which the caller may overwrite; otherwise the text itself. */
  bytesOf(text: string): Buffer | string {
    const bytes = this.#bytes.get(text);
    return bytes ? withoutEscapes(bytes) : text;
  }

  #restore(value: unknown, path: string): unknown {
    if (typeof value === "string") {
      const bytes = this.#kept.has(path) ? undefined : this.#bytes.get(value);
      return bytes ? withoutEscapes(bytes).toString() : value;
    }
    if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) value[index] = this.#restore(item, path);
    } else if (typeof value === "object" && value !== null) {
      const members = value as Record<string, unknown>;
      for (const name of Object.keys(members))
        members[name] = this.#restore(members[name], path === "" ? name : `${path}.${name}`);
    }
    return value;
  }
}

/** Whether the string that ends at `end` is the name of a member. */
function isName(json: Buffer, end: number): boolean {
  let next = end + 1;
  while ((json[next] ?? COLON) <= SPACE) next++;
  return json[next] === COLON;
}

/** Whether a JSON string may contain the bytes, and they have no escapes except `\/`. */
function isPlain(bytes: Buffer): boolean {
  for (let index = 0; index < bytes.length; index++) if ((bytes[index] as number) < SPACE) return false;
  for (let at = bytes.indexOf(BACKSLASH); at >= 0; at = bytes.indexOf(BACKSLASH, at + 2))
    if (bytes[at + 1] !== SLASH) return false;
  return isUtf8(bytes);
}

/** Replaces each `\/` in place. PHP writes a slash like that. */
function withoutEscapes(bytes: Buffer): Buffer {
  let length = bytes.indexOf(BACKSLASH);
  if (length < 0) return bytes;
  for (let index = length; index < bytes.length; index++) {
    const byte = bytes[index] as number;
    if (byte !== BACKSLASH) bytes[length++] = byte;
  }
  return bytes.subarray(0, length);
}
