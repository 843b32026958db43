/**
 * Counts the values of JSON as it arrives, so that a body that cannot be valid is rejected before it is buffered and
 * parsed: 20 MB of `[1,1,1,…]` are 10 million values. Only text outside of strings is scanned byte by byte.
 */
import { LONG_STRING_BYTES, type StringRange } from "../../contracts/long-strings.ts";
import { failure } from "../../errors.ts";

export interface JsonBounds {
  /** Maximum number of objects, arrays and strings, including member names. */
  readonly maxItems: number;
  /** Maximum number of numbers, `true`, `false` and `null`. */
  readonly maxNumbers: number;
}

/** Maximum nesting, more than twice as deep as that of any valid request. */
const MAX_DEPTH = 64;
/** An oversized body is validated up to this comma, to report other faults. */
const EXCERPT_COMMAS = 20_000;

/** A prefix of the JSON that becomes valid JSON when followed by `closing`. */
export interface Excerpt {
  readonly end: number;
  readonly closing: Buffer;
}

/** How many bytes of a string are scanned one by one before searching for its end. */
const NEAR = 64;
const QUOTE = 0x22;
const COMMA = 0x2c;
const ARRAY_START = 0x5b;
const BACKSLASH = 0x5c;
const ARRAY_END = 0x5d;
const OBJECT_START = 0x7b;
const OBJECT_END = 0x7d;

const isOfInterest = new Uint8Array(256);
for (const byte of [QUOTE, COMMA, ARRAY_START, ARRAY_END, OBJECT_START, OBJECT_END]) isOfInterest[byte] = 1;

export class JsonScan {
  readonly #bounds: JsonBounds;
  /** The closing bytes of the open objects and arrays, outermost first. */
  readonly #open: number[] = [];
  #items = 0;
  #commas = 0;
  #isInString = false;
  #isEscaped = false;
  #scanned = 0;
  #stringStart = 0;
  readonly #longStrings: StringRange[] = [];
  #excerpt: Excerpt | undefined;

  constructor(bounds: JsonBounds) {
    this.#bounds = bounds;
  }

  /** The long strings that have ended, in their order. */
  get longStrings(): readonly StringRange[] {
    return this.#longStrings;
  }

  /**
   * @returns undefined while within the bounds; otherwise a prefix of everything scanned.
   * @throws MALFORMED_REQUEST for excessive nesting.
   */
  push(chunk: Buffer): Excerpt | undefined {
    for (let index = 0; index < chunk.length; index++) {
      if (this.#isInString) {
        index = this.#endOfString(chunk, index);
        continue;
      }
      const byte = chunk[index] as number;
      if (isOfInterest[byte] === 0) continue;
      switch (byte) {
        case QUOTE:
          this.#beginString(index + 1);
          break;
        case ARRAY_START:
          this.#beginNested(ARRAY_END);
          break;
        case OBJECT_START:
          this.#beginNested(OBJECT_END);
          break;
        case COMMA:
          if (this.#isTooMuch(index)) return this.#excerpt;
          break;
        case ARRAY_END:
        case OBJECT_END:
          this.#open.pop();
      }
    }
    this.#scanned += chunk.length;
    return undefined;
  }

  #beginString(index: number): void {
    this.#items++;
    this.#isInString = true;
    this.#stringStart = this.#scanned + index;
  }

  #beginNested(closer: number): void {
    this.#items++;
    this.#open.push(closer);
    if (this.#open.length > MAX_DEPTH)
      throw failure("MALFORMED_REQUEST", `The JSON is nested deeper than ${MAX_DEPTH} levels.`);
  }

  /**
   * Counts the comma at the index. A comma is a simple place to cut: all values before it are complete. Without commas
   * a body has few values.
   * @returns whether the bounds are exceeded; the excerpt is then known.
   */
  #isTooMuch(index: number): boolean {
    const { maxItems, maxNumbers } = this.#bounds;
    const isTooMuch = this.#items > maxItems || ++this.#commas > maxItems + maxNumbers;
    if (isTooMuch || this.#commas === EXCERPT_COMMAS)
      this.#excerpt ??= { end: this.#scanned + index, closing: Buffer.from(this.#open.toReversed()) };
    return isTooMuch;
  }

  /**
   * Continues to scan the string from the index.
   * @returns the index of the last byte scanned. That is the quote that ends the string, an escaped quote, after which
   *   the string continues, or the last byte of the chunk.
   */
  #endOfString(chunk: Buffer, from: number): number {
    let index = this.#isEscaped ? from + 1 : from;
    this.#isEscaped = false;
    // Byte by byte for short strings, by search for long ones such as base64.
    for (const near = from + NEAR; index < near && index < chunk.length; index++) {
      if (chunk[index] === BACKSLASH) index++;
      else if (chunk[index] === QUOTE) return this.#endString(index);
    }
    if (index >= chunk.length) {
      this.#isEscaped = index > chunk.length;
      return chunk.length - 1;
    }
    const quote = chunk.indexOf(QUOTE, index);
    const isEscaped = backslashesBefore(chunk, quote < 0 ? chunk.length : quote, index) % 2 === 1;
    if (quote < 0) {
      this.#isEscaped = isEscaped;
      return chunk.length - 1;
    }
    return isEscaped ? quote : this.#endString(quote);
  }

  #endString(index: number): number {
    this.#isInString = false;
    const end = this.#scanned + index;
    if (end - this.#stringStart >= LONG_STRING_BYTES) this.#longStrings.push({ start: this.#stringStart, end });
    return index;
  }
}

/** The number of backslashes directly before the position, back to `from`. */
function backslashesBefore(bytes: Buffer, position: number, from: number): number {
  let first = position;
  while (first > from && bytes[first - 1] === BACKSLASH) first--;
  return position - first;
}
