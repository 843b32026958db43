/** Types of settings that are addresses: URLs, hosts, origins, ports and paths. */
import { isReadableFile, itemsOf, type Setting } from "./setting.ts";

const BASE_PATH = /^(?:\/(?!\.{1,2}(?:\/|$))[\w.~-]+)+$/;

/** Whether the path begins with a slash, ends without one, and needs no encoding in a URL or in HTML. */
export function isBasePath(path: string): boolean {
  return BASE_PATH.test(path);
}

/** A path that precedes all others, such as `/vision`. Empty, the fallback, means none. */
export function basePath(variable: string, description: string): Setting<string> {
  const expected = "a path such as /vision, of letters, digits and . _ ~ -, without a slash at its end";
  return { variable, fallback: "", description, parse: (value) => (isBasePath(value) ? { value } : { expected }) };
}

/** Ignores blanks and line breaks around the text, which some files of variables and of secrets leave there. */
function trimmed(setting: Setting<string>): Setting<string> {
  return { ...setting, parse: (text) => setting.parse(text.trim()) };
}

/** A URL with one of the schemes. Empty, the fallback, means none. It may contain several hosts and a password. */
function url(variable: string, schemes: readonly string[], description: string): Setting<string> {
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

/** Like `url`, but files that the URL's query names, such as `tlsCAFile`, must be readable. */
export function urlWithFiles(
  variable: string,
  schemes: readonly string[],
  parameters: readonly string[],
  description: string,
): Setting<string> {
  const setting = url(variable, schemes, description);
  return trimmed({
    ...setting,
    parse: (text) => {
      // `URL` cannot parse several hosts.
      const query = new URLSearchParams(text.slice(text.indexOf("?") + 1));
      const missing = parameters.find((name) => query.has(name) && !isReadableFile(query.get(name) ?? ""));
      return missing ? { expected: `with a ${missing} that can be read` } : setting.parse(text);
    },
  });
}

/** Like `url`, for several URLs, separated by commas. */
export function urls(variable: string, schemes: readonly string[], description: string): Setting<string> {
  const isUrl = (text: string) => {
    const url = URL.parse(text);
    if (url === null || url.hostname === "" || !schemes.includes(url.protocol.slice(0, -1))) return false;
    return isDecodable(url.username) && isDecodable(url.password);
  };
  const hosts = schemes.map((scheme) => `${scheme}://host`).join(" or ");
  const expected = `${hosts}, or several separated by commas, with credentials percent-encoded`;
  return trimmed({
    variable,
    fallback: "",
    description,
    parse: (text) => (text.split(",").every(isUrl) ? { value: text } : { expected }),
  });
}

/** Whether each percent sign in the text begins an encoded character. */
function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
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

/** Origins separated by commas, as browsers send them. Empty, the fallback, means none. */
export function origins(variable: string, description: string): Setting<readonly string[]> {
  const isOrigin = (text: string) => /^https?:/.test(text) && URL.parse(text)?.origin === text;
  const expected = "origins such as https://app.example.com, separated by commas";
  return items(variable, description, isOrigin, expected);
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
  return trimmed({
    variable,
    fallback: "",
    description,
    parse: (value) => (/^https?:$/.test(URL.parse(value)?.protocol ?? "") ? { value } : { expected: "an http(s) URL" }),
  });
}

const lowerCase = (text: string) => text.toLowerCase();

/** A list of valid texts, separated by commas. Empty, the fallback, has none. */
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
