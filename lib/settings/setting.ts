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
      const value = Number(text);
      const isValid = text.trim() !== "" && Number.isInteger(value) && value >= min && value <= max;
      return isValid ? { value } : { expected: `a whole number from ${min} to ${max}` };
    },
  };
}

/** Like `integer`, but `auto`, the fallback, leaves it to the rest of the configuration. */
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
      if (text === "auto") return { value: text };
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

/** A name that is valid as part of a NATS subject and as a MongoDB database. */
export function name(variable: string, fallback: string, description: string): Setting<string> {
  const parse = (value: string) =>
    /^[\w-]{1,32}$/.test(value) ? { value } : { expected: "1 to 32 letters, digits, - and _" };
  return { variable, fallback, description, parse };
}

const BASE_PATH = /^(?:\/(?!\.{1,2}(?:\/|$))[\w.~-]+)+$/;

/** Whether it begins with a slash, ends without one, and needs no encoding in a URL or in HTML. */
export function isBasePath(path: string): boolean {
  return BASE_PATH.test(path);
}

/** A path before all others, such as `/vision`. Empty, the fallback, means none. */
export function basePath(variable: string, description: string): Setting<string> {
  const expected = "a path such as /vision, of letters, digits and . _ ~ -, without a slash at its end";
  return { variable, fallback: "", description, parse: (value) => (isBasePath(value) ? { value } : { expected }) };
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

/** Names out of some, in order of preference. */
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

/** Names out of some, each once, in the order of the text. */
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

/** A URL with one of the schemes. Empty, the fallback, means none. It may contain several hosts and a password. */
export function url(variable: string, schemes: readonly string[], description: string): Setting<string> {
  return {
    variable,
    fallback: "",
    description,
    parse: (text) =>
      schemes.some((scheme) => text.startsWith(`${scheme}://`) && text.length > `${scheme}://`.length)
        ? { value: text }
        : { expected: schemes.map((scheme) => `${scheme}://…`).join(" or ") },
  };
}

/** Like `url`, and files that its query names, such as `tlsCAFile`, can be read. */
export function urlWithFiles(
  variable: string,
  schemes: readonly string[],
  parameters: readonly string[],
  description: string,
): Setting<string> {
  const setting = url(variable, schemes, description);
  return {
    ...setting,
    parse: (text) => {
      // Not `URL`: there may be several hosts.
      const query = new URLSearchParams(text.slice(text.indexOf("?") + 1));
      const missing = parameters.find((name) => query.has(name) && !isReadableFile(query.get(name) ?? ""));
      return missing ? { expected: `with a ${missing} that can be read` } : setting.parse(text);
    },
  };
}

/** Like `url`, but several, separated by commas. */
export function urls(variable: string, schemes: readonly string[], description: string): Setting<string> {
  const isUrl = (text: string) => {
    const url = URL.parse(text);
    return url !== null && url.hostname !== "" && schemes.includes(url.protocol.slice(0, -1));
  };
  return {
    variable,
    fallback: "",
    description,
    parse: (text) =>
      text.split(",").every(isUrl)
        ? { value: text }
        : { expected: `${schemes.map((scheme) => `${scheme}://host`).join(" or ")}, or several separated by commas` },
  };
}

function isReadableFile(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** The path of a file that is there. Empty, the fallback, means none. */
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

/** Host names separated by commas, without ports, in lower case. Empty, the fallback, means the default. */
export function hostNames(variable: string, description: string): Setting<readonly string[]> {
  const isName = (name: string) => /^[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?$/.test(name);
  return items(variable, description, isName, "host names without ports, separated by commas", lowerCase);
}

/** Names of hosts separated by commas, or `*.` and the name of a domain. Empty, the fallback, means all. */
export function hostPatterns(variable: string, description: string): Setting<readonly string[]> {
  const isPattern = (name: string) => /^(\*\.)?[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?$/.test(name);
  const expected = "host names without ports, or *.domain, separated by commas";
  return items(variable, description, isPattern, expected, lowerCase);
}

/** `host:port` separated by commas. Empty, the fallback, means none. */
export function brokers(variable: string, description: string): Setting<readonly string[]> {
  const isBroker = (text: string) => {
    const url = URL.parse(`tcp://${text}`);
    return url !== null && url.host === text && url.hostname !== "" && url.port !== "";
  };
  return items(variable, description, isBroker, "host:port, or several separated by commas");
}

/** A name that Kafka accepts for a topic. */
export function topicName(variable: string, fallback: string, description: string): Setting<string> {
  const parse = (value: string) =>
    /^[\w.-]{1,249}$/.test(value) && !/^\.{1,2}$/.test(value)
      ? { value }
      : { expected: "1 to 249 letters, digits, full stops, - and _" };
  return { variable, fallback, description, parse };
}

/** Origins separated by commas, as browsers send them. Empty, the fallback, means none. */
export function origins(variable: string, description: string): Setting<readonly string[]> {
  const isOrigin = (text: string) => /^https?:/.test(text) && URL.parse(text)?.origin === text;
  const expected = "origins such as https://app.example.com, separated by commas";
  return items(variable, description, isOrigin, expected);
}

/** The name of a bucket of S3. Empty, the fallback, means none. */
export function bucketName(variable: string, description: string): Setting<string> {
  const parse = (value: string) =>
    /^[\w.-]{3,63}$/.test(value) ? { value } : { expected: "3 to 63 letters, digits, dots, - and _" };
  return { variable, fallback: "", description, parse };
}

/** Ports separated by commas. Empty means all. */
export function ports(
  variable: string,
  description: string,
  fallback: readonly number[] = [],
): Setting<readonly number[]> {
  return {
    variable,
    fallback,
    description,
    parse: (text) => {
      const items = itemsOf(text);
      const isValid = items.every((item) => /^\d{1,5}$/.test(item) && Number(item) >= 1 && Number(item) <= 65_535);
      return isValid ? { value: items.map(Number) } : { expected: "ports from 1 to 65535, separated by commas" };
    },
  };
}

/** An HTTP or HTTPS URL. Empty, the fallback, means none. */
export function httpUrl(variable: string, description: string): Setting<string> {
  return {
    variable,
    fallback: "",
    description,
    parse: (value) => (/^https?:$/.test(URL.parse(value)?.protocol ?? "") ? { value } : { expected: "an http(s) URL" }),
  };
}

const lowerCase = (text: string) => text.toLowerCase();

/** A list of texts, separated by commas, that are valid each. Empty, the fallback, has none. */
function items(
  variable: string,
  description: string,
  isValid: (item: string) => boolean,
  expected: string,
  normalized = (text: string) => text,
): Setting<readonly string[]> {
  const parse = (text: string) => {
    const value = itemsOf(normalized(text));
    return value.every(isValid) ? { value } : { expected };
  };
  return { variable, fallback: [], description, parse };
}

/** The items of a list that is separated by commas. */
function itemsOf(text: string): string[] {
  return text.split(",").map((item) => item.trim());
}
