/** Compressed bodies: `Content-Encoding` (RFC 9110, section 8.4), one coding at most. */
import type { IncomingHttpHeaders } from "node:http";
import { type Duplex, pipeline, Readable } from "node:stream";
import {
  constants,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createInflateRaw,
  createZstdDecompress,
} from "node:zlib";
import { failure } from "../../errors.ts";
import { ZstdFrame } from "./zstd-frame.ts";

const KiB = 2 ** 10;
const MiB = 2 ** 20;
/** RFC 9659 limits the window of the zstd content coding to 8 MiB. */
const ZSTD_WINDOW_LOG = 23;
/** Reject trailing data instead of dropping it silently. */
const wholly = { rejectGarbageAfterEnd: true };

interface Coding {
  readonly name: string;
  /** Maximum memory of the decoder. */
  readonly windowBytes: number;
  create(firstBytes: Buffer): Duplex;
  /** Needed only if the decoder does not reject all data after its end. */
  follow?(): { endsBefore(chunk: Buffer): boolean };
}

// Only gzip may have several members (RFC 1952, section 2.2), all of which Node reads.
const gzip: Coding = { name: "gzip", windowBytes: 64 * KiB, create: () => createGunzip() };
const codings: Readonly<Record<string, Coding>> = {
  gzip,
  "x-gzip": gzip,
  // Either the zlib format, as RFC 9110 requires, or raw deflate data, as many clients send it.
  deflate: {
    name: "deflate",
    windowBytes: 64 * KiB,
    create: (firstBytes) => (isZlib(firstBytes) ? createInflate(wholly) : createInflateRaw(wholly)),
  },
  br: { name: "br", windowBytes: 16 * MiB, create: () => createBrotliDecompress(wholly) },
  zstd: {
    name: "zstd",
    windowBytes: 2 ** ZSTD_WINDOW_LOG,
    create: () => createZstdDecompress({ ...wholly, params: { [constants.ZSTD_d_windowLogMax]: ZSTD_WINDOW_LOG } }),
    follow: () => new ZstdFrame(),
  },
};

/** Supported codings, as sent in the `Accept-Encoding` header. */
const ACCEPT_ENCODING = "gzip, deflate, br, zstd";

/** Whether the bytes are a zlib header: method 8 and a checksum modulo 31 (RFC 1950, section 2.2). */
function isZlib(firstBytes: Buffer): boolean {
  if (firstBytes.length < 2) return false;
  return ((firstBytes[0] as number) & 0x0f) === 8 && firstBytes.readUInt16BE() % 31 === 0;
}

/** Node decodes chunks only, and passes on the bytes of any other transfer coding as if they were the body. */
export function isTransferDecoded({ "transfer-encoding": coding = "chunked" }: IncomingHttpHeaders): boolean {
  return coding.toLowerCase() === "chunked";
}

/** The body's content coding, or undefined. @throws UNSUPPORTED_MEDIA_TYPE */
export function codingOf({ "content-encoding": header = "" }: IncomingHttpHeaders): Coding | undefined {
  const names = header.split(",").map((name) => name.trim().toLowerCase());
  const [name, second] = names.filter((name) => name !== "" && name !== "identity");
  if (name === undefined) return undefined;
  const coding = Object.hasOwn(codings, name) ? codings[name] : undefined;
  if (coding && second === undefined) return coding;
  const detail = `The Content-Encoding ${header.slice(0, 100)} is not supported; send one of ${ACCEPT_ENCODING}, or none.`;
  throw failure("UNSUPPORTED_MEDIA_TYPE", detail, { acceptEncoding: ACCEPT_ENCODING });
}

/** For a body that is not worth coding. @throws UNSUPPORTED_MEDIA_TYPE */
export function requireNoCoding(headers: IncomingHttpHeaders): void {
  if (!codingOf(headers)) return;
  const detail = "The body of this request must have no Content-Encoding.";
  throw failure("UNSUPPORTED_MEDIA_TYPE", detail, { acceptEncoding: "identity" });
}

/**
 * Decodes the chunks of a compressed body as they are consumed.
 * @throws MALFORMED_REQUEST for corrupt or truncated data, and what the source throws.
 */
export async function* decoded(source: AsyncIterator<Buffer>, coding: Coding): AsyncGenerator<Buffer, void, void> {
  let sourceError: unknown;
  const next = () =>
    source.next().catch((error: unknown) => {
      sourceError = error;
      throw error;
    });
  const frame = coding.follow?.();
  const whole = (chunk: Buffer) => {
    if (frame?.endsBefore(chunk)) throw new Error("more data follow its end");
    return chunk;
  };
  async function* watched(first: Buffer): AsyncGenerator<Buffer> {
    if (first.length > 0) yield whole(first);
    for (let chunk = await next(); !chunk.done; chunk = await next()) yield whole(chunk.value);
  }
  const first = await firstBytesOf(source);
  const decoder = coding.create(first);
  const input = Readable.from(watched(first), { objectMode: true, highWaterMark: 1 });
  // Errors surface from the decoder.
  pipeline(input, decoder, () => {});
  try {
    for await (const chunk of decoder) yield chunk;
  } catch (error) {
    if (sourceError !== undefined) throw sourceError;
    throw failure("MALFORMED_REQUEST", `The body is not valid ${coding.name} (${(error as Error).message}).`);
  } finally {
    decoder.destroy();
  }
}

async function firstBytesOf(source: AsyncIterator<Buffer>): Promise<Buffer> {
  let bytes = Buffer.alloc(0);
  while (bytes.length < 2) {
    const { done, value } = await source.next();
    if (done) break;
    bytes = Buffer.concat([bytes, value]);
  }
  return bytes;
}
