/**
 * Compresses answers for clients that ask for it (`Accept-Encoding`; RFC 9110, section 12.5.3). zlib works on threads
 * of its own, so a large answer does not keep others waiting. The levels are fast: they save most of what can be saved,
 * and images need the processors.
 */
import type { IncomingHttpHeaders } from "node:http";
import type { Transform } from "node:stream";
import { promisify } from "node:util";
import {
  brotliCompress,
  constants,
  createBrotliCompress,
  createGzip,
  createZstdCompress,
  gzip,
  zstdCompress,
} from "node:zlib";
import Negotiator from "negotiator";

export type Body = string | Uint8Array;

const [gzipped, brotlied, zstded] = [promisify(gzip), promisify(brotliCompress), promisify(zstdCompress)];
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } };
const GZIP = { level: constants.Z_BEST_SPEED };

interface Coding {
  readonly compress: (body: Body) => Promise<Uint8Array>;
  /** Makes a stream that compresses. */
  readonly compressor: () => Transform;
}

/** Codings, the best first: if the client gives several the same weight, it gets the first of them. */
const codings = {
  zstd: { compress: (body) => zstded(body), compressor: () => createZstdCompress() },
  br: { compress: (body) => brotlied(body, BROTLI), compressor: () => createBrotliCompress(BROTLI) },
  gzip: { compress: (body) => gzipped(body, GZIP), compressor: () => createGzip(GZIP) },
} satisfies Record<string, Coding>;
export type ContentCoding = keyof typeof codings;
const names = Object.keys(codings);

/** The option is not yet in the types of the library. */
interface Encodings {
  encodings(available: string[], options: { readonly preferred: string[] }): string[];
}

/** Minimum size. Shorter answers fit into a packet or two anyway. */
const MIN_BYTES = 1024;
/** Text types. Images are compressed already. */
const COMPRESSIBLE = /^(?:text\/|image\/svg\+xml|application\/(?:[\w.-]+\+)?json\b|application\/x-ndjson\b)/;

/** The coding of an answer. */
export interface ChosenCoding {
  /** Undefined if the body is sent as it is. */
  readonly coding?: ContentCoding | undefined;
  /** Whether another `Accept-Encoding` would give another answer. */
  readonly isNegotiated: boolean;
}

/** @param bytes Length of the body, or an estimate of it. */
export function chooseCoding(headers: IncomingHttpHeaders, type: string, bytes: number): ChosenCoding {
  if (!COMPRESSIBLE.test(type)) return { isNegotiated: false };
  const acceptable = acceptableCodings(headers);
  const isLong = bytes >= MIN_BYTES;
  const [best] = isLong || !acceptable.includes("identity") ? acceptable : [];
  const coding = best === "identity" ? undefined : (best as ContentCoding | undefined);
  return { coding, isNegotiated: isLong || coding !== undefined };
}

/** Codings that the client accepts, the best first. Empty if the client has not asked for any. */
function acceptableCodings(headers: IncomingHttpHeaders): string[] {
  const accepted = headers["accept-encoding"]?.trim();
  // Clients that know no particular coding send only a wildcard.
  if (!accepted || accepted === "*") return [];
  const negotiator = new Negotiator({ headers }) as unknown as Encodings;
  return negotiator.encodings([...names, "identity"], { preferred: names });
}

/** A stream that compresses a body that is never whole in memory. */
export function compressor(coding: ContentCoding): Transform {
  return codings[coding].compressor();
}

/** Compressed forms of bodies that stay in memory, such as pages, by body. */
const kept = new WeakMap<Uint8Array, Map<ContentCoding, Promise<Uint8Array>>>();

/** Compresses a body. A body of bytes must not change, and is compressed only once. */
export function compressed(body: Body, coding: ContentCoding): Promise<Uint8Array> {
  if (typeof body === "string") return codings[coding].compress(body);
  const forms = kept.get(body) ?? new Map<ContentCoding, Promise<Uint8Array>>();
  kept.set(body, forms);
  const form = forms.get(coding) ?? codings[coding].compress(body);
  forms.set(coding, form);
  return form;
}
