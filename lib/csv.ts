/** Comma-separated values (RFC 4180). */

/** The value of a spreadsheet cell. `null` and `undefined` leave it empty. */
export type CsvCell = string | number | null | undefined;

/** One line of CSV, including the line end. */
export function csvLine(cells: readonly CsvCell[]): string {
  return `${cells.map(textOf).join(",")}\r\n`;
}

function textOf(value: CsvCell): string {
  if (value === null || value === undefined) return "";
  const text = String(value);
  // Spreadsheets evaluate cells that begin with these characters as formulas; an apostrophe marks them as text.
  const safe = typeof value === "string" && /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
