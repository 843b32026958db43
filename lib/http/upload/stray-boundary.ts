/**
 * A boundary of a form that ends its line, but does not begin one that follows CR LF. By RFC 2046, section 5.1.1, it is
 * no delimiter, so the part after it would be read as the end of the part or of the preamble before it. No part may
 * contain its form's boundary, so it is always a mistake: the writer left out a line end, or wrote LF alone.
 */
export class StrayBoundary {
  /** The boundary with either end of its line. */
  readonly #boundaries: readonly Buffer[];
  readonly #longest: number;
  /** The last bytes that were searched, fewer than a boundary. */
  #before: Buffer = Buffer.alloc(0);

  constructor(boundary: string) {
    this.#boundaries = ["\r\n", "\n"].map((lineEnd) => Buffer.from(`--${boundary}${lineEnd}`, "latin1"));
    this.#longest = Math.max(...this.#boundaries.map(({ length }) => length));
  }

  /**
   * Whether a stray boundary is in the data, which follow those of the last call. Delimiters are not among the data.
   */
  isIn(data: Buffer): boolean {
    const overlap = this.#longest - 1;
    const seam = Buffer.concat([this.#before, data.subarray(0, overlap)]);
    // Copied, because the data may be changed afterwards.
    this.#before = Buffer.from((data.length < overlap ? seam : data).subarray(-overlap));
    return this.#boundaries.some((boundary) => seam.includes(boundary) || data.includes(boundary));
  }

  /** Call it at a delimiter. */
  forget(): void {
    this.#before = Buffer.alloc(0);
  }
}
