/** Bodies of JSON: held in memory as a whole, so what can be no request is refused as it arrives. */
import type { IncomingMessage } from "node:http";
import type { Static, TSchema } from "typebox";
import type { Validator } from "typebox/compile";
import { type JsonReading, parseJson } from "../contracts/validation.ts";
import { failure } from "../errors.ts";
import { chunksOf } from "./body.ts";
import { type JsonBounds, JsonScan } from "./json-scan.ts";
import type { HeldUpload } from "./upload-memory.ts";
import type { UploadLimits } from "./uploaded-image.ts";

/** `application/json` and what is built on it, such as `application/vnd.api+json` (RFC 6839, section 3.1). */
const JSON_TYPE = /^application\/(json|[\w.+-]+\+json)$/;

export interface JsonBody {
  /** The JSON, and whatever comes behind it. */
  readonly bytes: Buffer;
  /** It is the beginning only: the rest, which was not read, has more values than the bounds allow. */
  readonly isCut: boolean;
}

export interface JsonRequest<T extends TSchema> extends Pick<JsonReading<T>, "codeOf" | "beyond"> {
  readonly form: Validator<Record<never, never>, T>;
  readonly bounds: JsonBounds;
  readonly held: HeldUpload;
}

/** The media type, in lower case and without its parameters; empty where there is none. */
export function mediaTypeOf({ headers }: Pick<IncomingMessage, "headers">): string {
  return headers["content-type"]?.split(";", 1)[0]?.trim().toLowerCase() ?? "";
}

export function isJson(request: Pick<IncomingMessage, "headers">): boolean {
  return JSON_TYPE.test(mediaTypeOf(request));
}

/**
 * A body that says to be JSON. Another type is refused even if its content is JSON: pages of other sites can make a
 * browser send `text/plain` without asking us (the Fetch standard's simple requests), and must not create anything.
 * @throws UNSUPPORTED_MEDIA_TYPE, MALFORMED_REQUEST and what `chunksOf` throws.
 */
export async function readJson<T extends TSchema>(
  request: IncomingMessage,
  limits: UploadLimits,
  { form, bounds, held, codeOf, beyond = () => tooManyValues() }: JsonRequest<T>,
): Promise<Static<T>> {
  if (!isJson(request)) {
    const detail = `The body must be application/json, not ${mediaTypeOf(request) || "of no type"}.`;
    throw failure("UNSUPPORTED_MEDIA_TYPE", detail);
  }
  const { bytes, isCut } = await jsonBody(request, limits, { bounds, held });
  return parseJson(form, bytes, { ...(codeOf && { codeOf }), ...(isCut && { beyond }) });
}

export function tooManyValues(): ReturnType<typeof failure> {
  return failure("REQUEST_TOO_LARGE", "The JSON has more values than any request of this kind.");
}

export interface JsonBodyReading {
  readonly bounds: JsonBounds;
  readonly held: HeldUpload;
  /** Bytes of the JSON, where something else follows it. */
  readonly jsonBytes?: number;
}

/** All of a body that is held in memory, as JSON is. @throws as `chunksOf` and `JsonScan` do. */
export async function jsonBody(
  request: IncomingMessage,
  { maxRequestBytes, maxJsonBytes, ...limits }: UploadLimits,
  { bounds, held, jsonBytes = Number.POSITIVE_INFINITY }: JsonBodyReading,
): Promise<JsonBody> {
  const within = { ...limits, maxRequestBytes: Math.min(maxRequestBytes, maxJsonBytes) };
  const scan = new JsonScan(bounds);
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of chunksOf(request, within, { held })) {
    const cut = bytes < jsonBytes ? scan.push(chunk.subarray(0, jsonBytes - bytes)) : undefined;
    chunks.push(chunk);
    bytes += chunk.length;
    held.keep(bytes);
    if (cut) return { bytes: Buffer.concat([Buffer.concat(chunks).subarray(0, cut.end), cut.closing]), isCut: true };
  }
  return { bytes: Buffer.concat(chunks, bytes), isCut: false };
}
