/** Patterns of texts that clients send, and descriptions of them for messages. */
import { EVENT_CURSOR } from "./event-position.ts";
import { MODEL_NAME } from "./model-name.ts";

export const MODEL = `^${MODEL_NAME}$`;
export const MAX_MODELS = 32;
/** Names of models, separated by commas. */
export const MODELS = `^${MODEL_NAME}(,${MODEL_NAME}){0,${MAX_MODELS - 1}}$`;
export const JOB_ID_PREFIX = "^[0-9a-z-]{4,64}$";
/**
 * `__proto__` is excluded because it would be lost between nodes: the decoder of their messages assigns it, which sets
 * the object's prototype.
 */
export const LABEL_NAME = "^(?!__proto__$)[\\w.-]{1,63}$";
/** Excludes `.` and `..`: clients that normalise paths cannot name them in a URL. */
export const COLLECTION_NAME = "^(?!\\.{1,2}$)[\\w.-]{1,64}$";
/** Excludes control characters, as queries do. Those that change the direction of text belong to some languages. */
export const LABEL = "^[^\\u0000-\\u001f\\u007f-\\u009f]*$";
/** Excludes control characters and those that change the direction of text, because names are printed on terminals. */
export const KEY_NAME = "^[^\\u0000-\\u001f\\u007f-\\u009f\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069]*$";
/** The `nextCursor` of a page: a position. */
export const PAGE_CURSOR = "^\\d{1,15}$";
export const AUDIT_CURSOR = "^[1-9][0-9]*$";

const CURSOR = "must be the nextCursor of another page";
const WORDS: Readonly<Record<string, string>> = {
  [MODEL]: "must be the name of a model in lower case, such as faces-haar",
  [MODELS]: `must be names of models in lower case, such as faces-haar, separated by commas, at most ${MAX_MODELS}`,
  [JOB_ID_PREFIX]: "must be the first 4 to 64 characters of a job's id",
  [LABEL_NAME]: "must be 1 to 63 letters, digits or _.-, but not __proto__",
  [COLLECTION_NAME]: "must be 1 to 64 letters, digits or _.-, but not only one or two dots",
  [LABEL]: "must have no control characters",
  [KEY_NAME]: "must have no control characters, and none that change the direction of text",
  [EVENT_CURSOR]: "must be the sequence or the id of an event",
  [PAGE_CURSOR]: CURSOR,
  [AUDIT_CURSOR]: CURSOR,
};

/** Describes the texts that match the pattern, for a message. */
export function patternInWords(pattern: string): string {
  return (Object.hasOwn(WORDS, pattern) && WORDS[pattern]) || `must match ${pattern}`;
}
