/**
 * Control characters that a terminal acts on, or that make text look like other text: C0 but tab and line feed, DEL,
 * C1, those that change the direction of text (Unicode TR 36), and the byte order mark. Text from others, such as file
 * names, may contain them.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: matches control characters on purpose.
const ACTED_ON = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;
const BREAKS = /[\t\n]/g;
const LONGEST_NAME = 100;
/** The first half of a surrogate pair, without the second. */
const HALF_AT_END = /[\ud800-\udbff]$/;

/** The text with these control characters written as `\uXXXX`, as in JSON. Line ends stay. */
export function visibleText(text: string): string {
  return text.replace(ACTED_ON, escaped);
}

/** The same text on one line, so that no text from others begins a line that looks like ours. */
export function visibleLine(text: string): string {
  return visibleText(text).replace(BREAKS, escaped);
}

/** The first `most` code units of the text, without half of a surrogate pair at the end, which is no character. */
export function beginningOf(text: string, most: number): string {
  return text.length > most ? text.slice(0, most).replace(HALF_AT_END, "") : text;
}

/** A name that a client chose, as messages show it: a long name is abridged, and an empty one is shown as quotes. */
export function abridged(name: string): string {
  if (name === "") return '""';
  return name.length > LONGEST_NAME ? `${beginningOf(name, LONGEST_NAME)}…` : name;
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
