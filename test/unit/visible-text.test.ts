import { expect, it } from "vitest";
import { formatEntry } from "../../lib/telemetry/text-log.ts";
import { abridged, visibleLine, visibleText } from "../../lib/visible-text.ts";

it("shows what a terminal would act on", () => {
  expect(visibleText("a\u001b[2Jb\u009b1mc\u0007\r\u007f")).toBe("a\\u001b[2Jb\\u009b1mc\\u0007\\u000d\\u007f");
  expect(visibleText("gpj.\u202egnp \u2066x\u2069")).toBe("gpj.\\u202egnp \\u2066x\\u2069");
  expect(visibleText("\ufeff{}")).toBe("\\ufeff{}");
});

it("leaves all other text alone, with its lines", () => {
  const text = "Zoë\t日本語 🙂\nline two";
  expect(visibleText(text)).toBe(text);
  expect(visibleLine(text)).toBe("Zoë\\u0009日本語 🙂\\u000aline two");
});

it("keeps JSON what it was", () => {
  const value = { name: "\u009b31m\u007f\u202e\u2028\n" };
  expect(JSON.parse(visibleText(JSON.stringify(value)))).toEqual(value);
});

it("a log entry in text is one line, whatever its message quotes", () => {
  const line = formatEntry("info", ["Gone\n12:00:00 info forged \u001b[2J", { name: "\u001b[1m\n" }], {}).join(" ");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: matches control characters on purpose.
  expect(line).not.toMatch(/[\n\u001b]/);
});

it("cuts a long name between characters, not within a surrogate pair, which strict readers of JSON refuse", () => {
  const name = `${"a".repeat(99)}\u{1f600}${"b".repeat(20)}`;
  expect(abridged(name)).toBe(`${"a".repeat(99)}…`);
  expect(abridged(`b${name.slice(2)}`)).toBe(`b${"a".repeat(97)}\u{1f600}…`);
});
