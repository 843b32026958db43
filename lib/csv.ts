/** Comma-separated values (RFC 4180). */

/** Of a spreadsheet's cell: text, a number, or nothing. */
export type CsvCell = string | number | null | undefined;

/** A line, with its end. */
export function csvLine(cells: readonly CsvCell[]): string {
  return `${cells.map(textOf).join(",")}\r\n`;
}

function textOf(value: CsvCell): string {
  if (value === null || value === undefined) return "";
  const text = String(value);
  // Spreadsheets evaluate cells that begin so as formulas; an apostrophe marks them as text.
  const safe = typeof value === "string" && /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
