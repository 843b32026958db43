/**
 * Compresses answers for clients that ask for it (`Accept-Encoding`; RFC 9110, section 12.5.3). zlib works on threads
 * of its own, so a large answer does not keep others waiting. Fast levels: they save most of what can be saved, and
 * requests need the processors for images.
 */
import type { IncomingHttpHeaders } from "node:http";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip, zstdCompress } from "node:zlib";
import Negotiator from "negotiator";

export type Body = string | Uint8Array;

const [gzipped, brotlied, zstded] = [promisify(gzip), promisify(brotliCompress), promisify(zstdCompress)];
const BROTLI_QUALITY = 4;

/** The best first: of equal weight, the client gets the first that it accepts. */
const codings = {
  zstd: (body: Body) => zstded(body),
  br: (body: Body) => brotlied(body, { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } }),
  gzip: (body: Body) => gzipped(body, { level: constants.Z_BEST_SPEED }),
} satisfies Record<string, (body: Body) => Promise<Uint8Array>>;
export type ContentCoding = keyof typeof codings;
const names = Object.keys(codings);

/** Not yet in the types of the library. */
interface Encodings {
  encodings(available: string[], options: { readonly preferred: string[] }): string[];
}

/** Shorter answers fit into a packet or two in any case. */
const MIN_BYTES = 1024;
/** Text. Images are compressed already. */
const COMPRESSIBLE = /^(?:text\/|image\/svg\+xml|application\/(?:[\w.-]+\+)?json\b|application\/x-ndjson\b)/;

/** What a client is sent. */
export interface ChosenCoding {
  /** Undefined for the body as it is. */
  readonly coding?: ContentCoding | undefined;
  /** Whether the answer would be another with another `Accept-Encoding`. */
  readonly isNegotiated: boolean;
}

/** @param bytes Length of the body, or about so. */
export function chooseCoding(headers: IncomingHttpHeaders, type: string, bytes: number): ChosenCoding {
  if (!COMPRESSIBLE.test(type)) return { isNegotiated: false };
  const acceptable = acceptableCodings(headers);
  const isLong = bytes >= MIN_BYTES;
  const [best] = isLong || !acceptable.includes("identity") ? acceptable : [];
  const coding = best === "identity" ? undefined : (best as ContentCoding | undefined);
  return { coding, isNegotiated: isLong || coding !== undefined };
}

/** The best first. Empty where the client has not asked for any. */
function acceptableCodings(headers: IncomingHttpHeaders): string[] {
  const accepted = headers["accept-encoding"]?.trim();
  // A mere wildcard is sent by clients that know of no coding in particular.
  if (!accepted || accepted === "*") return [];
  const negotiator = new Negotiator({ headers }) as unknown as Encodings;
  return negotiator.encodings([...names, "identity"], { preferred: names });
}

/** By body, of those that somebody keeps, such as pages. */
const kept = new WeakMap<Uint8Array, Map<ContentCoding, Promise<Uint8Array>>>();

/** A body that is not text is taken to stay the same, and compressed only once. */
export function compressed(body: Body, coding: ContentCoding): Promise<Uint8Array> {
  if (typeof body === "string") return codings[coding](body);
  const forms = kept.get(body) ?? new Map<ContentCoding, Promise<Uint8Array>>();
  kept.set(body, forms);
  const form = forms.get(coding) ?? codings[coding](body);
  forms.set(coding, form);
  return form;
}
