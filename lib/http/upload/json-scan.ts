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

/** No valid request is nested half as deep. */
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
const BACKSLASH = 0x5c;
const CLOSERS: Readonly<Record<number, number>> = { 91: 0x5d, 123: 0x7d };
const COMMA = 0x2c;

const isOfInterest = new Uint8Array(256);
for (const character of '"[]{},') isOfInterest[character.charCodeAt(0)] = 1;

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
   * @returns undefined while within the bounds; else a prefix of everything scanned.
   * @throws MALFORMED_REQUEST for excessive nesting.
   */
  push(chunk: Buffer): Excerpt | undefined {
    const { maxItems, maxNumbers } = this.#bounds;
    for (let index = 0; index < chunk.length; index++) {
      if (this.#isInString) {
        index = this.#endOfString(chunk, index);
        continue;
      }
      const byte = chunk[index] as number;
      if (isOfInterest[byte] === 0) continue;
      if (byte === COMMA) {
        // A comma is a simple place to cut: all values before it are complete. Without commas a body has few values.
        const isTooMuch = this.#items > maxItems || ++this.#commas > maxItems + maxNumbers;
        if (isTooMuch || this.#commas === EXCERPT_COMMAS)
          this.#excerpt ??= { end: this.#scanned + index, closing: Buffer.from(this.#open.toReversed()) };
        if (isTooMuch) return this.#excerpt;
      } else if (byte === QUOTE) {
        this.#items++;
        this.#isInString = true;
        this.#stringStart = this.#scanned + index + 1;
      } else if (CLOSERS[byte] === undefined) this.#open.pop();
      else {
        this.#items++;
        this.#open.push(CLOSERS[byte]);
        if (this.#open.length > MAX_DEPTH)
          throw failure("MALFORMED_REQUEST", `The JSON is nested deeper than ${MAX_DEPTH} levels.`);
      }
    }
    this.#scanned += chunk.length;
    return undefined;
  }

  /** @returns the index of the quote that ends the string, or of the last byte scanned. */
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
    const end = quote < 0 ? chunk.length : quote;
    let first = end;
    while (first > index && chunk[first - 1] === BACKSLASH) first--;
    const isEscaped = (end - first) % 2 === 1;
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
