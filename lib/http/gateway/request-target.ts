/** Checks a request's host, path and query before routing (RFC 9112, section 3.2). */
import type { IncomingMessage } from "node:http";
import { type Failure, failure } from "../../errors.ts";
import { abridged } from "../../visible-text.ts";

export interface RequestTarget {
  /** The path as sent: percent-encoded, and known to decode. */
  readonly path: string;
  /** The decoded query. It has no prototype, so names that clients choose cannot collide with inherited ones. */
  readonly query: Record<string, string>;
}

/** `host[:port]` of RFC 3986, section 3.2, or empty. */
const HOST = /^(?:\[[0-9a-f:.]+\]|[\w.~!$&'()*+,;=%-]*)(?::\d*)?$/i;
/**
 * Headers that a request may have only once (RFC 9110, section 5.3): Node uses the first, and other servers may use the
 * last.
 */
const SINGLE = new Map(["Host", "Authorization", "Content-Type"].map((name) => [name.toLowerCase(), name]));
/** An absolute-form target needs a host. */
const ABSOLUTE_FORM = /^https?:\/\/([^/?#]+)/i;
// biome-ignore lint/suspicious/noControlCharactersInRegex: matches control characters on purpose.
const CONTROL = /[\u0000-\u001f\u007f]/;

/**
 * Rejects repeated headers that must be single: a proxy and this service could each trust a different one. Node's
 * parser rejects several `Content-Length` headers.
 * @throws MALFORMED_REQUEST
 */
export function requireSingleHeaders({ rawHeaders }: IncomingMessage): void {
  const found = new Set<string>();
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = SINGLE.get(rawHeaders[index]?.toLowerCase() ?? "");
    if (name === undefined) continue;
    if (found.has(name)) throw failure("MALFORMED_REQUEST", `The request has more than one header ${name}.`);
    found.add(name);
  }
}

/** @throws MALFORMED_REQUEST */
export function requireHost({ headers, rawHeaders, httpVersion }: IncomingMessage): void {
  const hosts = rawHeaders.filter((_value, index) => index % 2 === 1 && isHost(rawHeaders[index - 1]));
  // The header is optional in HTTP/1.0.
  if (hosts.length === 0 && httpVersion === "1.1")
    throw failure("MALFORMED_REQUEST", "The request has no header Host.");
  if (![hosts[0] ?? "", headers.host ?? ""].every((host) => HOST.test(host)))
    throw failure("MALFORMED_REQUEST", "The host of the request is not one.");
}

/**
 * Rejects other versions: Node's parser accepts 0.9 and 2.0 in a request line too. @throws HTTP_VERSION_NOT_SUPPORTED
 */
export function requireVersion({ httpVersionMajor }: IncomingMessage): void {
  if (httpVersionMajor !== 1) throw unsupportedVersion();
}

export function unsupportedVersion(): Failure {
  return failure("HTTP_VERSION_NOT_SUPPORTED", "The request is not HTTP/1.1 or HTTP/1.0.");
}

function isHost(name: string | undefined): boolean {
  return name?.length === 4 && name.toLowerCase() === "host";
}

/** Strips scheme and host from an absolute-form target, as sent to proxies. */
export function originForm(url: string): string {
  const target = url.replace(ABSOLUTE_FORM, "");
  return target.startsWith("?") || target === "" ? `/${target}` : target;
}

/** The host of an absolute-form target, which replaces the header `Host` (RFC 9112, section 3.2.2). */
export function targetHost(url: string): string | undefined {
  return ABSOLUTE_FORM.exec(url)?.[1];
}

/**
 * @param target Target in origin form.
 * @throws MALFORMED_REQUEST; INVALID_OPTION for a repeated parameter.
 */
export function parseTarget(target: string): RequestTarget {
  const questionMark = target.indexOf("?");
  const path = questionMark < 0 ? target : target.slice(0, questionMark);
  if (!path.startsWith("/")) throw failure("MALFORMED_REQUEST", "The request's target is not a path.");
  decode(path, "path");
  return { path, query: questionMark < 0 ? Object.create(null) : parseQuery(target.slice(questionMark + 1)) };
}

function parseQuery(text: string): Record<string, string> {
  const query: Record<string, string> = Object.create(null);
  for (const pair of text.split("&")) {
    if (pair === "") continue;
    const equals = pair.indexOf("=");
    const [name, value] = [equals < 0 ? pair : pair.slice(0, equals), equals < 0 ? "" : pair.slice(equals + 1)].map(
      (part) => decode(part.replaceAll("+", " "), "query"),
    ) as [string, string];
    if (name in query) throw failure("INVALID_OPTION", `${abridged(name)} is given more than once.`);
    query[name] = value;
  }
  return query;
}

function decode(text: string, part: "path" | "query"): string {
  let decoded: string;
  try {
    decoded = decodeURIComponent(text);
  } catch {
    throw failure("MALFORMED_REQUEST", `The percent-encoding of the ${part} is not UTF-8 text.`);
  }
  // A path with control characters matches no route and is answered with 404.
  if (part === "query" && CONTROL.test(decoded))
    throw failure("MALFORMED_REQUEST", "The query has control characters.");
  return decoded;
}
