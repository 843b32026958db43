/** JSON bodies. They are buffered whole, so a body that cannot be valid is rejected while it arrives. */
import type { IncomingMessage } from "node:http";
import type { Static, TSchema } from "typebox";
import { LongStrings, type StringRange } from "../../contracts/long-strings.ts";
import { type JsonReading, parseJson } from "../../contracts/validation.ts";
import { failure } from "../../errors.ts";
import { abridged } from "../../visible-text.ts";
import { chunksOf } from "./body.ts";
import { requireNoCoding } from "./content-coding.ts";
import { GrowingBuffer } from "./growing-buffer.ts";
import { type JsonBounds, JsonScan } from "./json-scan.ts";
import type { UploadAccount } from "./upload-memory.ts";
import type { UploadLimits } from "./uploaded-image.ts";

/** `application/json` and the `+json` types, such as `application/vnd.api+json` (RFC 6839, section 3.1). */
const JSON_TYPE = /^application\/(json|[\w.+-]+\+json)$/;

/**
 * First bytes of JSON that may have many values or a long string: white space, a byte order mark, `{`, `[` or `"`. The
 * parser refuses any other body, such as an image sent as JSON, with a more precise message than the bounds.
 */
const LARGE_START: ReadonlySet<number | undefined> = new Set(Buffer.from(' \t\r\n\ufeff{["'));

/** As large as the head of a request may be. */
const MAX_SMALL_BYTES = 2 ** 14;

export interface JsonBody {
  /** The JSON, and data that may follow it. */
  readonly bytes: Buffer;
  /** Whether the JSON is truncated, because the body exceeded the bounds on values. The rest was discarded. */
  readonly isCut: boolean;
  readonly longStrings: readonly StringRange[];
}

export interface JsonRequest<T extends TSchema> extends Pick<JsonReading<T>, "codeOf" | "beyond"> {
  readonly form: T;
  readonly bounds: JsonBounds;
  readonly account: UploadAccount;
  /** Members whose long strings stay bytes, in the notation of `LongStrings`. */
  readonly base64Members?: readonly string[];
}

export interface JsonContent<T> {
  readonly value: T;
  readonly longStrings: LongStrings;
}

/** The media type in lower case, without parameters; empty if missing. */
export function mediaTypeOf({ headers }: Pick<IncomingMessage, "headers">): string {
  return headers["content-type"]?.split(";", 1)[0]?.trim().toLowerCase() ?? "";
}

export function isJson(request: Pick<IncomingMessage, "headers">): boolean {
  return JSON_TYPE.test(mediaTypeOf(request));
}

/**
 * Reads a body declared as JSON. Other types are rejected even if the content is JSON: pages of other sites can make a
 * browser send `text/plain` without a preflight (the Fetch standard's simple requests), and must not create anything.
 * @throws UNSUPPORTED_MEDIA_TYPE, MALFORMED_REQUEST and what `chunksOf` throws.
 */
export async function readJson<T extends TSchema>(
  request: IncomingMessage,
  limits: UploadLimits,
  { form, bounds, account, base64Members = [], codeOf, beyond = () => tooManyValues() }: JsonRequest<T>,
): Promise<JsonContent<Static<T>>> {
  requireJson(request);
  const { bytes, isCut, longStrings: ranges } = await jsonBody(request, limits, { bounds, account });
  const longStrings = new LongStrings(bytes, ranges, base64Members);
  const value = parseJson(form, bytes, { longStrings, ...(codeOf && { codeOf }), ...(isCut && { beyond }) });
  return { value, longStrings };
}

/** Reads the value of a body as `smallJsonBody` does. @throws as `readJson` */
export async function readJsonValue<T extends TSchema>(
  request: IncomingMessage,
  limits: UploadLimits,
  { form, bounds }: Pick<JsonRequest<T>, "form" | "bounds">,
): Promise<Static<T>> {
  requireJson(request);
  const { bytes, isCut } = await smallJsonBody(request, limits, bounds);
  return parseJson(form, bytes, isCut ? { beyond: tooManyValues } : {});
}

export function tooManyValues(): ReturnType<typeof failure> {
  return failure("REQUEST_TOO_LARGE", "The JSON has more values than any request of this kind.");
}

function requireJson(request: IncomingMessage): void {
  if (isJson(request)) return;
  const detail = `The body must be application/json${mediaTypeOf(request) && `, not ${abridged(mediaTypeOf(request))}`}.`;
  throw failure("UNSUPPORTED_MEDIA_TYPE", detail);
}

/**
 * A body that has neither images nor tensors, such as a sign-in, which anybody may send. It has a few hundred bytes, so
 * it needs no content coding and occupies none of the memory that uploads share.
 * @throws UNSUPPORTED_MEDIA_TYPE for a content coding; as `jsonBody`.
 */
export function smallJsonBody(
  request: IncomingMessage,
  limits: UploadLimits,
  bounds: JsonBounds,
): Promise<Omit<JsonBody, "longStrings">> {
  requireNoCoding(request.headers);
  return jsonBody(request, { ...limits, maxJsonBytes: Math.min(limits.maxJsonBytes, MAX_SMALL_BYTES) }, { bounds });
}

export interface JsonBodyReading {
  readonly bounds: JsonBounds;
  /** None for a body that is too small to count. */
  readonly account?: UploadAccount;
  /** Length of the JSON in bytes, if other data follows it. */
  readonly jsonBytes?: number;
}

/** Reads a whole JSON body into memory. @throws as `chunksOf` and `JsonScan` do. */
export async function jsonBody(
  request: IncomingMessage,
  { maxRequestBytes, maxJsonBytes, ...limits }: UploadLimits,
  { bounds, account, jsonBytes = Number.POSITIVE_INFINITY }: JsonBodyReading,
): Promise<JsonBody> {
  const within = { ...limits, maxRequestBytes: Math.min(maxRequestBytes, maxJsonBytes) };
  const scan = new JsonScan(bounds);
  const body = new GrowingBuffer(Math.min(Number(request.headers["content-length"] ?? 0), within.maxRequestBytes));
  let excerpt: Buffer | undefined;
  let mayBeLarge = true;
  for await (const chunk of chunksOf(request, within, account && { account })) {
    // The rest is read and dropped, because many clients read the response only after they have sent everything.
    if (excerpt) continue;
    if (body.length === 0) mayBeLarge = LARGE_START.has(chunk[0]);
    const isScanned = mayBeLarge && body.length < jsonBytes;
    const cut = isScanned ? scan.push(chunk.subarray(0, jsonBytes - body.length)) : undefined;
    body.append(chunk);
    if (cut) {
      excerpt = Buffer.concat([body.bytes.subarray(0, cut.end), cut.closing]);
      body.clear();
    }
    account?.keep(excerpt?.length ?? body.length);
  }
  const bytes = excerpt ?? body.bytes;
  return { bytes, isCut: excerpt !== undefined, longStrings: scan.longStrings.filter(({ end }) => end < bytes.length) };
}
