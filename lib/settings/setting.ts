/** Types of settings: parsers from the text of an environment variable to a value. */
import { accessSync, constants, statSync } from "node:fs";
import { MODEL_NAME } from "../contracts/model-name.ts";

export interface Setting<T> {
  readonly variable: string;
  readonly fallback: T;
  readonly description: string;
  /** Returns the value, or a sentence fragment that describes the expected one. */
  readonly parse: (text: string) => { value: T } | { expected: string };
}

/** Allows blanks and carriage returns around the number, which some files of variables leave there. */
const DECIMAL = /^\s*\d+\s*$/;

export function integer(
  variable: string,
  fallback: number,
  min: number,
  max: number,
  description: string,
): Setting<number> {
  return {
    variable,
    fallback,
    description,
    parse: (text) => {
      // `Number` alone would accept 0x50 as 80, and 1e3 as 1000.
      const value = DECIMAL.test(text) ? Number(text) : Number.NaN;
      return value >= min && value <= max ? { value } : { expected: `a whole number from ${min} to ${max}` };
    },
  };
}

/**
 * Minimum for a time after which something counts as hung. Working parts may be silent for so long, and would otherwise
 * be ended repeatedly.
 */
export const LEAST_HANG_MS = 5_000;

/**
 * Also accepts 0, which has a meaning of its own. Numbers between 0 and the minimum are not useful.
 * @param meaning The meaning of 0, for the message about a wrong value.
 */
export function orZero(meaning: string, setting: Setting<number>): Setting<number> {
  const parse = (text: string) => {
    if (DECIMAL.test(text) && Number(text) === 0) return { value: 0 };
    const parsed = setting.parse(text);
    return "value" in parsed ? parsed : { expected: `0 (${meaning}), or ${parsed.expected}` };
  };
  return { ...setting, parse };
}

/** Like `integer`, but accepts `auto`, the fallback, for a value that depends on the rest of the configuration. */
export function integerOrAuto(
  variable: string,
  min: number,
  max: number,
  description: string,
): Setting<number | "auto"> {
  const number = integer(variable, min, min, max, description);
  return {
    variable,
    fallback: "auto",
    description,
    parse: (text) => {
      if (text.trim() === "auto") return { value: "auto" };
      const parsed = number.parse(text);
      return "value" in parsed ? parsed : { expected: `auto, or ${parsed.expected}` };
    },
  };
}

export function choice<const T extends string>(
  variable: string,
  fallback: T,
  options: readonly T[],
  description: string,
): Setting<T> {
  return {
    variable,
    fallback,
    description,
    parse: (text) => {
      const value = options.find((option) => option === text);
      return value ? { value } : { expected: `one of ${options.join(", ")}` };
    },
  };
}

export function text(variable: string, fallback: string, description: string): Setting<string> {
  return { variable, fallback, description, parse: (value) => ({ value }) };
}

/** Text without blanks, such as the id of an access key. A line break may come from a file of variables. */
export function word(variable: string, fallback: string, description: string): Setting<string> {
  const parse = (value: string) =>
    /^\S+$/.test(value) ? { value } : { expected: "text without spaces and line breaks" };
  return { variable, fallback, description, parse };
}

/** The path of a file or folder, which need not exist yet. */
export function path(variable: string, fallback: string, description: string): Setting<string> {
  const parse = (value: string) =>
    // A line break may come from a file of variables. The folder would be created with it in its name.
    value.trim() === value && !value.includes("\0")
      ? { value }
      : { expected: "a path that neither begins nor ends with a space or a line break" };
  return { variable, fallback, description, parse };
}

/** A name that is valid as part of a NATS subject and as a MongoDB database. */
export function name(variable: string, fallback: string, description: string): Setting<string> {
  const parse = (value: string) =>
    /^[\w-]{1,32}$/.test(value) ? { value } : { expected: "1 to 32 letters, digits, - and _" };
  return { variable, fallback, description, parse };
}

export function flag(variable: string, fallback: boolean, description: string): Setting<boolean> {
  return {
    variable,
    fallback,
    description,
    parse: (text) => (text === "true" || text === "false" ? { value: text === "true" } : { expected: "true or false" }),
  };
}

/** Secrets of Standard Webhooks: `whsec_` and the base64 of 24 to 64 bytes. Empty, the fallback, means none. */
export function webhookSecrets(variable: string, description: string): Setting<string> {
  const isSecret = (text: string) => {
    const base64 = text.slice("whsec_".length);
    const key = Buffer.from(base64, "base64");
    const isKey = key.length >= 24 && key.length <= 64 && key.toString("base64") === base64;
    return text.startsWith("whsec_") && isKey;
  };
  return {
    variable,
    fallback: "",
    description,
    parse: (text) =>
      text.split(" ").every(isSecret)
        ? { value: text }
        : { expected: "whsec_ and the base64 of 24 to 64 bytes, or several of these separated by single spaces" },
  };
}

/** A subset of the names, separated by commas. Empty, the fallback, leaves the choice to the command line. */
export function list<const T extends string>(
  variable: string,
  options: readonly T[],
  description: string,
): Setting<readonly T[]> {
  return {
    variable,
    fallback: [],
    description,
    parse: (text) => {
      const parsed = parseNames(text, options);
      return "value" in parsed ? { value: options.filter((option) => parsed.value.includes(option)) } : parsed;
    },
  };
}

/** Some of the names, in order of preference, separated by commas. */
export function preferences<const T extends string>(
  variable: string,
  fallback: readonly T[],
  options: readonly T[],
  description: string,
): Setting<readonly T[]> {
  return {
    variable,
    fallback,
    description,
    parse: (text) => parseNames(text, options),
  };
}

/** Some of the names, each once, in the order of the text. */
function parseNames<T extends string>(text: string, options: readonly T[]): ReturnType<Setting<readonly T[]>["parse"]> {
  const names = itemsOf(text);
  const value = names.flatMap((name) => options.find((option) => option === name) ?? []);
  const isValid = value.length === names.length && new Set(names).size === names.length;
  return isValid ? { value } : { expected: `a list of names out of ${options.join(", ")}, separated by commas` };
}

/** Names separated by commas. Empty, the fallback, means all. */
export function modelNames(variable: string, description: string): Setting<string> {
  const list = new RegExp(`^${MODEL_NAME}(,${MODEL_NAME})*$`);
  return {
    variable,
    fallback: "",
    description,
    parse: (text) => (list.test(text) ? { value: text } : { expected: "names of models, separated by commas" }),
  };
}

export function isReadableFile(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** The path of an existing file. Empty, the fallback, means none. */
export function file(variable: string, description: string): Setting<string> {
  return {
    variable,
    fallback: "",
    description,
    parse: (path) => (isReadableFile(path) ? { value: path } : { expected: "the path of a file that can be read" }),
  };
}

/** A secret of at least 32 characters. Empty, the fallback, means none. */
export function secret(variable: string, description: string): Setting<string> {
  return {
    variable,
    fallback: "",
    description,
    parse: (value) => (value.length >= 32 ? { value } : { expected: "at least 32 characters" }),
  };
}

/** A key that is valid as a header's value. Empty, the fallback, means none. */
export function adminKey(variable: string, description: string): Setting<string> {
  return {
    variable,
    fallback: "",
    description,
    parse: (value) =>
      /^[\x21-\x7e]{32,256}$/.test(value)
        ? { value }
        : { expected: "32 to 256 printable ASCII characters without spaces" },
  };
}

/** A name that Kafka accepts for a topic. */
export function topicName(variable: string, fallback: string, description: string): Setting<string> {
  const parse = (value: string) =>
    /^[\w.-]{1,249}$/.test(value) && !/^\.{1,2}$/.test(value)
      ? { value }
      : { expected: "1 to 249 letters, digits, full stops, - and _" };
  return { variable, fallback, description, parse };
}

/** The name of a bucket of S3. Empty, the fallback, means none. */
export function bucketName(variable: string, description: string): Setting<string> {
  const parse = (value: string) =>
    /^[\w.-]{3,63}$/.test(value) ? { value } : { expected: "3 to 63 letters, digits, dots, - and _" };
  return { variable, fallback: "", description, parse };
}

/** The items of a list that is separated by commas. */
export function itemsOf(text: string): string[] {
  return text.split(",").map((item) => item.trim());
}
