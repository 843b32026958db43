import { inspect, styleText } from "node:util";
import { visibleLine } from "../visible-text.ts";

type Color = "red" | "yellow" | "green" | "gray" | "magenta";
const colors: Readonly<Record<string, Color>> = { fatal: "magenta", error: "red", warn: "yellow", info: "green" };

/** Formats a log entry as a human-readable line: the message, then its data. */
export function formatEntry(level: string, entry: readonly unknown[], { mod = "" }: { mod?: string }): string[] {
  // Whether to color: only on a terminal, unless NO_COLOR is set.
  const isColored = process.stdout.isTTY && process.stdout.hasColors();
  const paint = (color: Color, text: string) => (isColored ? styleText(color, text) : text);
  const show = (value: unknown) =>
    typeof value === "string" ? value : inspect(value, { colors: isColored, breakLength: Infinity, depth: 4 });
  // Messages may quote text of others, so control characters are made visible. `inspect` escapes them itself.
  const said = entry.filter((part) => typeof part === "string").map(visibleLine);
  const facts = entry.filter((part) => typeof part !== "string");
  const head = `${new Date().toTimeString().slice(0, 8)} ${paint(colors[level] ?? "gray", level.padEnd(5))}`;
  return [head, paint("gray", mod.padEnd(11)), ...said, ...facts.map(show)];
}
