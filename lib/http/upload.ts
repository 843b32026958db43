/**
 * The images of a request body, one after the other as they arrive: multipart, one raw image, or JSON with base64.
 *
 * The body is read only as fast as the images are taken, so a slow detector slows the upload down and memory holds
 * no more than the images in hand.
 */
import type { IncomingMessage } from "node:http";
import type { Static, TSchema } from "typebox";
import { Compile, type Validator } from "typebox/compile";
import { isBase64 } from "../contracts/bytes.ts";
import { ImagesJson, JobJson } from "../contracts/process.ts";
import { parseJson } from "../contracts/validation.ts";
import { type Failure, failure } from "../errors.ts";
import { chunksOf, jsonBody } from "./body.ts";
import { multipartImages } from "./multipart.ts";
import { sized, tooManyImages, type UploadedImage, type UploadLimits } from "./uploaded-image.ts";

const imagesJson = Compile(ImagesJson);
const jobJson = Compile(JobJson);

export type JsonJob = Omit<Static<typeof JobJson>, "images">;

export interface UploadSettings {
  /** Whether a request without images is none to complain about; asked again once the settings are known. */
  readonly mayBeEmpty?: () => boolean;
  /** A JSON body may carry the settings of a job, which are handed over here; without this they are refused. */
  readonly onJob?: (job: JsonJob) => void;
}

/**
 * @throws UNSUPPORTED_MEDIA_TYPE, MALFORMED_REQUEST, NO_IMAGE, REQUEST_TOO_LARGE, TOO_MANY_IMAGES, UPLOAD_TIMEOUT for
 * the request as a whole. What is wrong with one image only is that image's.
 */
export async function* uploadedImages(
  request: IncomingMessage,
  limits: UploadLimits,
  { mayBeEmpty = () => false, onJob }: UploadSettings = {},
): AsyncGenerator<UploadedImage, void, void> {
  if (mayBeEmpty() && request.headers["content-length"] === "0") return;
  const mediaType = request.headers["content-type"]?.split(";", 1)[0]?.trim().toLowerCase() ?? "";
  let count = 0;
  for await (const image of imagesOf(request, mediaType, limits, onJob)) {
    count++;
    yield image;
  }
  if (count === 0 && !mayBeEmpty()) throw failure("NO_IMAGE", "The request body contains no image.");
}

function imagesOf(
  request: IncomingMessage,
  mediaType: string,
  limits: UploadLimits,
  onJob: UploadSettings["onJob"],
): AsyncIterable<UploadedImage> {
  if (mediaType === "multipart/form-data") return multipartImages(request, limits);
  if (mediaType === "application/json") return jsonImages(request, limits, onJob);
  if (mediaType.startsWith("image/") || mediaType === "application/octet-stream") return rawImage(request, limits);
  const detail = mediaType
    ? `${mediaType} is not supported; send multipart/form-data, image/* or application/json.`
    : "The header Content-Type is missing; send multipart/form-data, image/* or application/json.";
  throw failure("UNSUPPORTED_MEDIA_TYPE", detail);
}

async function* rawImage(request: IncomingMessage, limits: UploadLimits): AsyncGenerator<UploadedImage> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of chunksOf(request, limits)) {
    bytes += chunk.length;
    if (bytes <= limits.maxImageBytes) chunks.push(chunk);
  }
  if (bytes === 0) throw failure("NO_IMAGE", "The request body is empty.");
  yield { fileName: null, file: sized(bytes, limits, () => Buffer.concat(chunks)) };
}

async function* jsonImages(
  request: IncomingMessage,
  limits: UploadLimits,
  onJob: UploadSettings["onJob"],
): AsyncGenerator<UploadedImage> {
  const { images = [], ...job } = await readJson(request, limits, (onJob ? jobJson : imagesJson) as typeof jobJson);
  onJob?.(job);
  if (images.length > limits.maxImagesPerRequest) throw tooManyImages(limits);
  for (const image of images) {
    const { data, fileName = null } = typeof image === "string" ? { data: image } : image;
    yield { fileName, file: fromBase64(data, limits) };
  }
}

/** @throws MALFORMED_REQUEST, REQUEST_TOO_LARGE, UPLOAD_TIMEOUT */
export async function readJson<T extends TSchema>(
  request: IncomingMessage,
  limits: UploadLimits,
  form: Validator<Record<never, never>, T>,
): Promise<Static<T>> {
  return parseJson(form, await jsonBody(request, limits), "The body");
}

export function fromBase64(data: string, limits: UploadLimits): Buffer | Failure {
  const text = data.replace(/^data:[^,]*;base64,/, "");
  if (!isBase64(text)) return failure("UNDECODABLE_IMAGE", "The data is not base64.");
  return sized(Buffer.byteLength(text, "base64"), limits, () => Buffer.from(text, "base64"));
}
