/**
 * Control characters that a terminal acts on, or that make text look like other text: C0 but tab and line feed,
 * DEL, C1, those that change the direction of text (Unicode TR 36), and the byte order mark. They come from others,
 * as in names of files.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: matches control characters on purpose.
const ACTED_ON = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;
const BREAKS = /[\t\n]/g;
const LONGEST_NAME = 100;
/** The first half of a surrogate pair, without the second. */
const HALF_AT_END = /[\ud800-\udbff]$/;

/** The text with such characters as `\uXXXX`, which is also how JSON writes them. Lines stay lines. */
export function visibleText(text: string): string {
  return text.replace(ACTED_ON, escaped);
}

/** The same on one line: nobody's text begins a line that looks like ours. */
export function visibleLine(text: string): string {
  return visibleText(text).replace(BREAKS, escaped);
}

/** The text without what is behind so many code units, and without half of a surrogate pair, which is no character. */
export function beginningOf(text: string, most: number): string {
  return text.length > most ? text.slice(0, most).replace(HALF_AT_END, "") : text;
}

/** A name that a client chose, as a message has it: not all of a long one, and an empty one in quotes. */
export function abridged(name: string): string {
  if (name === "") return '""';
  return name.length > LONGEST_NAME ? `${beginningOf(name, LONGEST_NAME)}…` : name;
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
