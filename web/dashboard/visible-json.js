/**
 * Characters that change the direction of text, as a terminal is not given them either (`lib/visible-text.ts`). In
 * names of files and labels they would turn the text around them, and make one ending of a name look like another.
 */
const DIRECTION = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

const escaped = (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;

/** A text with such characters as `\uXXXX`. In a JSON text, they mean the same. */
export const visible = (text) => text.replace(DIRECTION, escaped);

/**
 * The value of a JSON text of the service, in whose texts such characters are `\uXXXX`, to be seen as what they are.
 */
export const parseVisible = (json) => JSON.parse(json.replace(DIRECTION, (character) => `\\${escaped(character)}`));
