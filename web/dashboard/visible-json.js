/**
 * Characters that change the direction of text. Like terminals (`lib/visible-text.ts`), pages do not get them: in names
 * of files and labels they would reorder the text around them, and disguise the ending of a name.
 */
const DIRECTION = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

const escaped = (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;

/** The text with these characters as `\uXXXX`, which means the same in JSON. */
export const visible = (text) => text.replace(DIRECTION, escaped);

/** Parses JSON of the service so that these characters appear as `\uXXXX` in its texts. */
export const parseVisible = (json) => JSON.parse(json.replace(DIRECTION, (character) => `\\${escaped(character)}`));
