/**
 * Finds what `JSON.parse` accepts although other readers may understand it differently (RFC 7493, section 2): a name
 * that an object has twice, of which `JSON.parse` keeps only the last value, and half of a surrogate pair, which is no
 * character.
 */
import { abridged } from "../visible-text.ts";

const [BACKSLASH, COLON, SPACE] = [0x5c, 0x3a, 0x20];
const OF_INTEREST = /["{}]/g;
const SURROGATE = /\\u[dD][89a-fA-F]/;

/**
 * @param json Valid JSON, made from UTF-8.
 * @returns the first ambiguity in words.
 */
export function ambiguityOf(json: string): string | undefined {
  /** The names of each open object, outermost first. */
  const open: Set<string>[] = [];
  const next = new RegExp(OF_INTEREST);
  for (let match = next.exec(json); match; match = next.exec(json)) {
    const { index } = match;
    if (match[0] === "{") open.push(new Set());
    if (match[0] === "}") open.pop();
    if (match[0] !== '"') continue;
    const end = endOfString(json, index + 1);
    const text = json.slice(index, end + 1);
    if (SURROGATE.test(text) && !JSON.parse(text).isWellFormed())
      return `has half of a surrogate pair in the text at position ${index}`;
    const names = isName(json, end) ? open.at(-1) : undefined;
    if (names) {
      const name: string = JSON.parse(text);
      if (names.has(name)) return `has ${abridged(name)} more than once in an object, at position ${index}`;
      names.add(name);
    }
    next.lastIndex = end + 1;
  }
  return undefined;
}

/** The index of the quote that ends the string. */
function endOfString(json: string, from: number): number {
  for (let end = json.indexOf('"', from); ; end = json.indexOf('"', end + 1)) {
    let first = end;
    while (first > from && json.charCodeAt(first - 1) === BACKSLASH) first--;
    if ((end - first) % 2 === 0) return end;
  }
}

/** Whether the string that ends at `end` is the name of a member. */
function isName(json: string, end: number): boolean {
  let next = end + 1;
  while (json.charCodeAt(next) <= SPACE) next++;
  return json.charCodeAt(next) === COLON;
}
