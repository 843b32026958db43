/** `POST /process`. */
import type * as oas31 from "openapi3-ts/oas31";
import * as examples from "../contracts/examples.ts";
import { exampleJob } from "../contracts/examples.ts";
import { Job } from "../contracts/job.ts";
import { ImagesJson, ProcessQuery } from "../contracts/process.ts";
import { ProcessAnswer } from "../contracts/results.ts";
import type { ErrorCode } from "../errors.ts";
import { headerParameter, headersOf } from "./headers.ts";
import { binary, jsonResponse, problemResponses, queryParameters, schemaOf } from "./parts.ts";

/** Codes that occur only in an image's receipt, or as the response to a request for a single image. */
export const imageErrors = [
  "EMPTY_IMAGE",
  "UNSUPPORTED_MEDIA_TYPE",
  "UNDECODABLE_IMAGE",
  "IMAGE_TOO_COMPLEX",
  "IMAGE_REFUSED",
  "IMAGE_TOO_LARGE",
  "TOO_MANY_PIXELS",
  "IMAGE_URL_REFUSED",
  "IMAGE_FETCH_FAILED",
  "IMAGE_FETCH_TIMEOUT",
] as const satisfies ErrorCode[];

/** Codes of every route that accepts model names. */
export const modelErrors = ["MODEL_NOT_FOUND", "MODEL_UNAVAILABLE"] as const satisfies ErrorCode[];

const processErrors = [
  "MALFORMED_REQUEST",
  "NO_IMAGE",
  "INVALID_OPTION",
  "NOT_ACCEPTABLE",
  "UPLOAD_TIMEOUT",
  "REQUEST_TOO_LARGE",
  "TOO_MANY_IMAGES",
  "INVALID_IMAGE",
  "IMAGE_URLS_DISABLED",
  ...imageErrors,
  "DETECTION_TOO_COSTLY",
  "INTERNAL_ERROR",
  "OVERLOADED",
  "SHUTTING_DOWN",
  "NO_DETECTOR",
  "SERVICE_UNAVAILABLE",
  "WORKER_LOST",
  "NODE_LOST",
  "IMAGE_TIMEOUT",
  ...modelErrors,
] as const satisfies ErrorCode[];

/** Codes of every route that accepts uploads. */
export const uploadErrors = [
  "MALFORMED_REQUEST",
  "NO_IMAGE",
  "INVALID_OPTION",
  "UPLOAD_TIMEOUT",
  "REQUEST_TOO_LARGE",
  "TOO_MANY_IMAGES",
  "INVALID_IMAGE",
  "IMAGE_URLS_DISABLED",
  "UNSUPPORTED_MEDIA_TYPE",
  "IDEMPOTENCY_KEY_IN_USE",
  "IDEMPOTENCY_KEY_REUSED",
  "QUOTA_EXCEEDED",
  "STORAGE_QUOTA_EXCEEDED",
  "OVERLOADED",
  "SHUTTING_DOWN",
  "SERVICE_UNAVAILABLE",
  "STORE_UNAVAILABLE",
  "STORE_CORRUPT",
  "INTERNAL_ERROR",
] as const satisfies ErrorCode[];

export const filesContent: oas31.ContentObject = {
  "multipart/form-data": {
    schema: {
      type: "object",
      required: ["images"],
      properties: {
        images: {
          type: "array",
          items: { type: "string", format: "binary" },
          description:
            "The files. The field may have any name, such as `image_files`, `image`, `file` or `files`. " +
            "A part that is not a file is rejected by name; an empty file input is ignored.",
        },
      },
    },
  },
};

export const processOperation: oas31.OperationObject = {
  operationId: "process",
  tags: ["Images"],
  summary: "Find faces, or what other models find",
  description:
    "Accepts one or more images and responds with a receipt for each, in the order of upload. Images are processed " +
    "on all cores while the rest still arrives. Formats: JPEG, PNG, WebP, BMP, TIFF, GIF, HEIC and AVIF, detected by " +
    "content.\n\n" +
    "Send `Accept: image/png` or `image/jpeg` (or `annotate=true`) with one image to get the image back with its " +
    "boxes drawn. A problem of the image is then the response itself. With `annotate=true`, `Accept` only selects " +
    "between the two formats. A second image is rejected as soon as it begins.\n\n" +
    "Without `models` the response is that of `faces-haar`: `model`, and `faces` in each receipt. With `models` it " +
    "has `models`, and `results` by model in each receipt. All named models share one pass over each image, which " +
    "decodes it once.\n\n" +
    "A request that would wait for too long is refused with 503 `OVERLOADED` before its body is read; one that is " +
    "admitted is processed to its end. Send it again after `Retry-After`, not earlier. With `Expect: 100-continue` the " +
    "body of a refused request need not be sent.\n\n" +
    "If the key has a limit of images, those beyond it get a problem `RATE_LIMITED` in their receipts; if that is true of " +
    "all of them, or the body tells their number before the first, as JSON does, the request is refused with 429.\n\n" +
    "The results of a request have at most 128 MiB, or else it is refused with 413 `TOO_MANY_IMAGES`; those of a job are read " +
    "page by page.\n\n" +
    "`Idempotency-Key` counts for a request that becomes a job. Another changes nothing, so it may be repeated without.",
  parameters: [...queryParameters(ProcessQuery), headerParameter("Prefer"), headerParameter("Idempotency-Key")],
  requestBody: {
    required: true,
    description: "Any number of files, one image, or JSON with base64 or URLs.",
    content: {
      ...filesContent,
      ...binary("image/*"),
      "application/json": { schema: schemaOf(ImagesJson), example: examples.jsonRequest },
    },
  },
  responses: {
    200: {
      description: "A receipt for each image: its result or its own problem.",
      headers: headersOf("Preference-Applied", "Content-Location", "Idempotency-Replayed", "Vary"),
      content: {
        "application/json": {
          schema: schemaOf(ProcessAnswer),
          examples: {
            faces: { value: examples.processResult },
            "one bad image": { value: examples.mixedResult },
            models: { value: examples.analysisResult },
          },
        },
        ...binary("image/png"),
        ...binary("image/jpeg"),
      },
    },
    202: {
      ...jsonResponse("The request was turned into a job, as preferred.", Job, exampleJob),
      headers: headersOf("Location", "Retry-After", "Preference-Applied", "Idempotency-Replayed", "Vary"),
    },
    ...problemResponses([...new Set([...processErrors, ...uploadErrors])]),
  },
};
