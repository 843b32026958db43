/**
 * The images of a request body, one by one as they arrive: multipart, one raw image, or JSON with base64 or URLs.
 *
 * The body is read only as fast as the images are consumed, so a slow detector applies backpressure to the upload, and
 * only the images being processed are in memory.
 */
import type { IncomingMessage } from "node:http";
import type { Static } from "typebox";
import { readBase64 } from "../../contracts/base64.ts";
import type { Fault } from "../../contracts/faults.ts";
import { ImagesJson, isImageUrl, JobJson } from "../../contracts/process.ts";
import { failure } from "../../errors.ts";
import { abridged } from "../../visible-text.ts";
import { type BodyReading, chunksOf, hasNoBody } from "./body.ts";
import { codingOf } from "./content-coding.ts";
import { GrowingBuffer } from "./growing-buffer.ts";
import { isJson, mediaTypeOf, readJson, tooManyValues } from "./json-body.ts";
import { type InFlightLimit, mapInOrder } from "./map-in-order.ts";
import { multipartImages } from "./multipart.ts";
import { baseName } from "./part-headers.ts";
import type { UploadAccount } from "./upload-memory.ts";
import { sized, tooManyImages, type UploadedImage, type UploadLimits } from "./uploaded-image.ts";
import { UrlImages } from "./url-images.ts";

const NOT_FETCHED = Buffer.alloc(0);

export type JsonJob = Omit<Static<typeof JobJson>, "images">;

export interface UploadSettings extends Pick<BodyReading, "onSent"> {
  /** Whether a request may have no images. Checked again once the job's settings are known. */
  readonly mayBeEmpty?: () => boolean;
  /** Receives the job settings of a JSON body. Without it such settings are rejected. */
  readonly onJob?: (job: JsonJob) => void;
  /** `name` passes images that are named by URL on without bytes, for a request that is only compared. */
  readonly urls?: "fetch" | "name";
  /** Called with the number of images before the first of them, if the body tells it. May refuse them. */
  readonly expect?: (images: number) => Promise<void>;
}

/** Settings for `mapUpload`, which opens the account for the request, and closes it when all its images are mapped. */
export interface MappingSettings extends UploadSettings {
  readonly account: UploadAccount;
}

/**
 * Maps the images of a request as they arrive, at most `maxInFlight` concurrently, and returns the results in order.
 * An image counts as occupying memory until its mapping settles.
 * @throws UNSUPPORTED_MEDIA_TYPE, MALFORMED_REQUEST, INVALID_IMAGE, NO_IMAGE, REQUEST_TOO_LARGE, TOO_MANY_IMAGES,
 * UPLOAD_TIMEOUT, OVERLOADED for the request as a whole. A fault of a single image is passed on in its place.
 */
export async function mapUpload<R>(
  request: IncomingMessage,
  limits: UploadLimits,
  maxInFlight: InFlightLimit,
  map: (image: UploadedImage) => Promise<R>,
  { account, ...settings }: MappingSettings,
): Promise<R[]> {
  try {
    return await mapInOrder(
      handed(uploadedImages(request, limits, settings, account), account),
      maxInFlight,
      async (image) => {
        try {
          return await map(image);
        } finally {
          image.release();
        }
      },
    );
  } finally {
    account.close();
  }
}

async function* handed(images: AsyncIterable<UploadedImage>, account: UploadAccount) {
  for await (const image of images)
    yield { ...image, release: account.hand(image.file instanceof Error ? 0 : image.file.length) };
}

/** @throws as `mapUpload` does. */
export async function* uploadedImages(
  request: IncomingMessage,
  limits: UploadLimits,
  { mayBeEmpty = () => false, urls = "fetch", ...reading }: UploadSettings,
  account: UploadAccount,
): AsyncGenerator<UploadedImage, void, void> {
  if (mayBeEmpty() && hasNoBody(request)) return;
  let count = 0;
  for await (const image of imagesOf(request, limits, { account, urls, ...reading })) {
    count++;
    yield image;
  }
  if (count === 0 && !mayBeEmpty()) throw failure("NO_IMAGE", "The request body contains no image.");
}

interface ImageReading extends Omit<UploadSettings, "mayBeEmpty"> {
  readonly account: UploadAccount;
  readonly urls: "fetch" | "name";
}

function imagesOf(request: IncomingMessage, limits: UploadLimits, reading: ImageReading): AsyncIterable<UploadedImage> {
  const mediaType = mediaTypeOf(request);
  if (mediaType === "multipart/form-data") return multipartImages(request, limits, reading.account);
  if (isJson(request)) return jsonImages(request, limits, reading);
  if (isRawImage(request)) return rawImage(request, limits, reading);
  const detail = mediaType
    ? `${abridged(mediaType)} is not supported; send multipart/form-data, image/* or application/json.`
    : "The header Content-Type is missing; send multipart/form-data, image/* or application/json.";
  throw failure("UNSUPPORTED_MEDIA_TYPE", detail);
}

/** Whether the body is a raw image. */
export function isRawImage(request: Pick<IncomingMessage, "headers">): boolean {
  return /^(image\/.+|application\/octet-stream)$/.test(mediaTypeOf(request));
}

async function* rawImage(
  request: IncomingMessage,
  limits: UploadLimits,
  reading: ImageReading,
): AsyncGenerator<UploadedImage> {
  const { account, expect } = reading;
  await expect?.(1);
  const image = new GrowingBuffer(Math.min(Number(request.headers["content-length"] ?? 0), limits.maxImageBytes));
  let bytes = 0;
  for await (const chunk of chunksOf(request, limits, reading)) {
    bytes += chunk.length;
    if (bytes > limits.maxImageBytes) image.clear();
    else image.append(chunk);
    account.keep(image.length);
    // The rest would only be decoded to be dropped. The gateway drops it as it was sent.
    if (bytes > limits.maxImageBytes && codingOf(request.headers)) break;
  }
  if (bytes === 0) throw failure("NO_IMAGE", "The request body is empty.");
  const file = sized(bytes, limits, () => image.toBuffer());
  account.keep(0);
  yield { fileName: null, file };
}

async function* jsonImages(
  request: IncomingMessage,
  limits: UploadLimits,
  { onJob, expect, account, urls }: ImageReading,
): AsyncGenerator<UploadedImage> {
  const { maxImagesPerRequest } = limits;
  const { value, longStrings } = await readJson(request, limits, {
    form: (onJob ? JobJson : ImagesJson) as typeof JobJson,
    // Each image is an object with two members, or a string. The bounds leave some slack.
    bounds: { maxItems: 8 * maxImagesPerRequest + 1000, maxNumbers: 1000 },
    account,
    base64Members: ["images", "images.data"],
    codeOf: (faults) => (faults.every(isOfImage) ? "INVALID_IMAGE" : "MALFORMED_REQUEST"),
    beyond: ({ images = [] }) => (images.length > maxImagesPerRequest ? tooManyImages(limits) : tooManyValues()),
  });
  const { images = [], ...job } = value;
  onJob?.(job);
  if (images.length > maxImagesPerRequest) throw tooManyImages(limits);
  await expect?.(images.length);
  const named = images.filter(isImageUrl).map(({ url }) => url);
  const isFetched = urls === "fetch" && named.length > 0;
  const urlImages = isFetched ? new UrlImages(request, account, limits, named.length) : undefined;
  const fetches = urlImages?.inOrder(named);
  try {
    for (const image of images) {
      if (isImageUrl(image)) {
        const { value: file = NOT_FETCHED } = (await fetches?.next()) ?? {};
        yield { fileName: nameOf(image), file, url: image.url };
        continue;
      }
      const encoded = typeof image === "string" ? { data: image } : image;
      const data = longStrings.bytesOf(encoded.data);
      await account.room(Math.min(data.length, limits.maxImageBytes));
      yield { fileName: nameOf(encoded), file: readBase64(data, limits.maxImageBytes) };
    }
  } finally {
    urlImages?.close();
    await fetches?.return();
  }
}

function nameOf({ fileName = "" }: { readonly fileName?: string }): string | null {
  return baseName(fileName) || null;
}

function isOfImage({ path: [first, index] }: Fault): boolean {
  return first === "images" && index !== undefined;
}
