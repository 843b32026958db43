/**
 * Counts the values of JSON as it arrives, so that a body which can be no request is refused before it is held and
 * parsed: 20 MB of `[1,1,1,…]` are 10 million values. Only what is outside of strings is looked at byte by byte.
 */
import { failure } from "../../errors.ts";

export interface JsonBounds {
  /** Most objects, arrays and strings, names of members among them. */
  readonly maxItems: number;
  /** Most numbers, `true`, `false` and `null` beside them. */
  readonly maxNumbers: number;
}

/** No request of ours is nested half as deep. */
const MAX_DEPTH = 64;
/** What is too much is looked into as far as this, for what is wrong with it. */
const EXCERPT_COMMAS = 20_000;

/** A beginning of the JSON that is JSON with `closing` behind it. */
export interface Excerpt {
  readonly end: number;
  readonly closing: Buffer;
}
/** How far a string is looked through byte by byte. */
const NEAR = 64;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const CLOSERS: Readonly<Record<number, number>> = { 91: 0x5d, 123: 0x7d };
const COMMA = 0x2c;

const isOfInterest = new Uint8Array(256);
for (const character of '"[]{},') isOfInterest[character.charCodeAt(0)] = 1;

export class JsonScan {
  readonly #bounds: JsonBounds;
  /** The bytes that close what is open, from the outside. */
  readonly #open: number[] = [];
  #items = 0;
  #commas = 0;
  #isInString = false;
  #isEscaped = false;
  #scanned = 0;
  #excerpt: Excerpt | undefined;

  constructor(bounds: JsonBounds) {
    this.#bounds = bounds;
  }

  /**
   * @returns undefined as long as the bounds are kept; else a beginning of all that was scanned.
   * @throws MALFORMED_REQUEST for what is nested too deep.
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
        // Only here is a cut simple: what comes before is complete. Without commas little comes, for all its depth.
        const isTooMuch = this.#items > maxItems || ++this.#commas > maxItems + maxNumbers;
        if (isTooMuch || this.#commas === EXCERPT_COMMAS)
          this.#excerpt ??= { end: this.#scanned + index, closing: Buffer.from(this.#open.toReversed()) };
        if (isTooMuch) return this.#excerpt;
      } else if (byte === QUOTE) {
        this.#items++;
        this.#isInString = true;
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

  /** @returns the index of the quote that ends the string, or of the last byte that was looked at. */
  #endOfString(chunk: Buffer, from: number): number {
    let index = this.#isEscaped ? from + 1 : from;
    this.#isEscaped = false;
    // Short strings and those full of escapes byte by byte; long ones, as base64 is, by a search.
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
    return index;
  }
}
