/**
 * Writes the table of errors into `docs/troubleshooting.md`, from `lib/errors.ts` and `lib/error-advice.ts`:
 *
 *   node scripts/error-table.ts            a test compares it
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { advice } from "../lib/error-advice.ts";
import { definitions, type ErrorCode } from "../lib/errors.ts";

const page = join(import.meta.dirname, "../docs/troubleshooting.md");
const HEAD = "| status and code | meaning | what to do |\n| --- | --- | --- |\n";

export function errorTable(): string {
  const codes = Object.keys(definitions) as ErrorCode[];
  const rows = codes.map((code) => {
    const { status, title } = definitions[code];
    return `| ${status} \`${code}\` | ${title} | ${advice[code]} |\n`;
  });
  return HEAD + rows.join("");
}

if (import.meta.main) {
  const [text = ""] = readFileSync(page, "utf8").split(HEAD);
  writeFileSync(page, text + errorTable());
}
