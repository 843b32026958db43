/** Status line, progress bar and tables. Results go to stdout, everything else to stderr. */
import { visibleLine } from "../lib/visible-text.ts";
import { writeControl } from "./plain-output.ts";

const REDRAW_MS = 200;
const PLAIN_LINE_MS = 5_000;
/** Width of lines that do not go to a terminal, or to one of unknown width. */
const PLAIN_WIDTH = 120;
const GAP = "  ";
const BAR_WIDTH = 24;
/** Minimum width of a bar. A shorter one shows too little. */
const SHORTEST_BAR = 4;
/** Minimum width of a table's column. A narrower one shows too little. */
const NARROWEST_COLUMN = 8;
/** Minimum width of the first column, which names the row: an abridged id is useless. */
const NARROWEST_NAME = 36;

/** The status that is drawn on a terminal now. */
let drawn: StatusLine | undefined;

/** Clears the status of a command that has failed, so that the error gets a line of its own. */
export function clearStatus(): void {
  drawn?.clear();
}

/** Status of a running command: one line that is redrawn on a terminal, otherwise an occasional plain line. */
export class StatusLine {
  readonly #stream: NodeJS.WriteStream;
  #shownAt: number;

  constructor(stream: NodeJS.WriteStream = process.stderr) {
    this.#stream = stream;
    // Counts from now, so that short work prints no plain line.
    this.#shownAt = stream.isTTY ? Number.NEGATIVE_INFINITY : performance.now();
  }

  /** @param text Called only when the line is drawn, with the characters that fit on it. */
  show(text: (width: number) => string): void {
    const now = performance.now();
    if (now - this.#shownAt < (this.#stream.isTTY ? REDRAW_MS : PLAIN_LINE_MS)) return;
    this.#shownAt = now;
    if (!this.#stream.isTTY) {
      this.#stream.write(`${visibleLine(text(PLAIN_WIDTH))}\n`);
      return;
    }
    // A line that fills the last column wraps on some terminals.
    const width = (columnsOf(this.#stream) ?? PLAIN_WIDTH) - 1;
    writeControl(this.#stream, `\r${cut(visibleLine(text(width)), width)}\x1b[K`);
    drawn = this;
  }

  /** Prints a permanent line. */
  say(text: string): void {
    this.clear();
    this.#stream.write(`${visibleLine(text)}\n`);
  }

  clear(): void {
    if (drawn === this) {
      writeControl(this.#stream, "\r\x1b[K");
      drawn = undefined;
    }
    if (this.#stream.isTTY) this.#shownAt = Number.NEGATIVE_INFINITY;
  }
}

interface Progress {
  /** Description of the work. */
  readonly what?: string;
  /** Fraction that is done, from 0 to 1. */
  readonly fraction: number;
  readonly details: string;
}

/** A line with a bar, which takes the width that the words leave. The bar is left out if that is too little. */
export function progressLine({ what, fraction, details }: Progress, width: number): string {
  const words = [what, details].filter((part) => part !== undefined);
  const others = [...words, progressBar(fraction, 0)].join(GAP).length;
  const bar = Math.min(BAR_WIDTH, width - others);
  return (bar < SHORTEST_BAR ? words : [what, progressBar(fraction, bar), details])
    .filter((part) => part !== undefined)
    .join(GAP);
}

export function progressBar(fraction: number, width = BAR_WIDTH): string {
  const share = Math.min(Math.max(fraction, 0), 1);
  const full = Math.round(share * width);
  return `[${"#".repeat(full)}${"-".repeat(width - full)}] ${(share * 100).toFixed(0).padStart(3)}%`;
}

/** `75` → `1:15`, `3700` → `1:01:40`. */
export function clockTime(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (n: number) => String(n).padStart(2, "0");
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/**
 * Formats aligned columns with headings, with numbers on the right. A cell is on one line, whatever it contains.
 * @param width Characters of a line, by default those of the terminal. Texts that are too long are cut, first those of
 *   the last column, and then whole lines. If the output is not a terminal of known width, nothing is cut.
 */
export function table(
  header: readonly string[],
  content: readonly (readonly (string | number)[])[],
  width = columnsOf(process.stdout) ?? Number.POSITIVE_INFINITY,
): string {
  const rows = content.map((row) => row.map((cell) => (typeof cell === "string" ? visibleLine(cell) : cell)));
  const columns = header.map((heading, column) => {
    const cells = rows.map((row) => row[column] ?? "");
    const isNumber = cells.some((cell) => typeof cell === "number");
    const longest = cells.reduce<number>((most, cell) => Math.max(most, widthOf(String(cell))), widthOf(heading));
    return { width: longest, isNumber };
  });
  let excess = columns.reduce((sum, column) => sum + column.width + GAP.length, -GAP.length) - width;
  for (const column of columns.toReversed()) {
    if (column.isNumber || excess <= 0) continue;
    const narrowest = column === columns[0] ? NARROWEST_NAME : NARROWEST_COLUMN;
    const taken = Math.min(excess, Math.max(0, column.width - narrowest));
    column.width -= taken;
    excess -= taken;
  }
  const line = (row: readonly (string | number)[]) =>
    columns
      .map((column, index) => {
        const text = cut(String(row[index] ?? ""), column.width);
        const padding = " ".repeat(column.width - widthOf(text));
        return column.isNumber ? padding + text : text + padding;
      })
      .join(GAP)
      .trimEnd();
  return [header, ...rows].map((row) => cut(line(row), width)).join("\n");
}

/** The width of the terminal. Undefined if there is none, or if its width is not known, as when a container starts. */
function columnsOf({ isTTY, columns }: NodeJS.WriteStream): number | undefined {
  return isTTY && columns > 0 ? columns : undefined;
}

/** The text cut to a number of columns, with `…` in the last one if something is left out. */
function cut(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let kept = "";
  let left = width - 1;
  for (const { segment } of characters.segment(text)) {
    left -= widthOfCharacter(segment);
    if (left < 0) break;
    kept += segment;
  }
  return `${kept}…`;
}

const characters = new Intl.Segmenter("en", { granularity: "grapheme" });
const ASCII = /^[ -~]*$/;
/** Wide characters: emoji, and the blocks in Unicode's EastAsianWidth.txt that are wide or full-width. */
const WIDE =
  /^[\p{Emoji_Presentation}\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]/u;

/** Columns of a terminal that the text takes. */
function widthOf(text: string): number {
  if (ASCII.test(text)) return text.length;
  let width = 0;
  for (const { segment } of characters.segment(text)) width += widthOfCharacter(segment);
  return width;
}

function widthOfCharacter(character: string): number {
  return WIDE.test(character) ? 2 : 1;
}
