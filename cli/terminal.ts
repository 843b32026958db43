/** Status line, progress bar and tables. Results go to stdout, everything else to stderr. */
import { visibleLine } from "../lib/visible-text.ts";
import { writeControl } from "./plain-output.ts";

const REDRAW_MS = 200;
const PLAIN_LINE_MS = 5_000;

/**
 * Status of a running command: one line, redrawn, on a terminal; otherwise a plain line now and then.
 */
export class StatusLine {
  readonly #stream: NodeJS.WriteStream;
  #shownAt: number;
  #isOpen = false;

  constructor(stream: NodeJS.WriteStream = process.stderr) {
    this.#stream = stream;
    // Short work needs no plain line.
    this.#shownAt = stream.isTTY ? Number.NEGATIVE_INFINITY : performance.now();
  }

  /** @param text Called only when the line is drawn. */
  show(text: () => string): void {
    const now = performance.now();
    if (now - this.#shownAt < (this.#stream.isTTY ? REDRAW_MS : PLAIN_LINE_MS)) return;
    this.#shownAt = now;
    if (!this.#stream.isTTY) {
      this.#stream.write(`${visibleLine(text())}\n`);
      return;
    }
    writeControl(this.#stream, `\r${visibleLine(text()).slice(0, this.#stream.columns - 1)}\x1b[K`);
    this.#isOpen = true;
  }

  /** Prints a permanent line. */
  say(text: string): void {
    this.clear();
    this.#stream.write(`${visibleLine(text)}\n`);
  }

  clear(): void {
    if (this.#isOpen) writeControl(this.#stream, "\r\x1b[K");
    this.#isOpen = false;
    if (this.#stream.isTTY) this.#shownAt = Number.NEGATIVE_INFINITY;
  }
}

export function progressBar(fraction: number, width = 24): string {
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

/** Aligned columns with headings, numbers to the right. A cell is on one line, whatever is in it. */
export function table(header: readonly string[], content: readonly (readonly (string | number)[])[]): string {
  const rows = content.map((row) => row.map((cell) => (typeof cell === "string" ? visibleLine(cell) : cell)));
  const columns = header.map((heading, column) => {
    const cells = rows.map((row) => row[column] ?? "");
    const width = Math.max(heading.length, ...cells.map((cell) => String(cell).length));
    return { width, isNumber: cells.some((cell) => typeof cell === "number") };
  });
  return [header, ...rows]
    .map((line) =>
      columns
        .map(({ width, isNumber }, column) => {
          const text = String(line[column] ?? "");
          return isNumber ? text.padStart(width) : text.padEnd(width);
        })
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
