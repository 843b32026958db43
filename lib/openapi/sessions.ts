/** `/session`, `/encode` and `/summary`. */
import type * as oas31 from "openapi3-ts/oas31";
import { ImagesJson } from "../contracts/process.ts";
import { EncodedImage, SessionKey, Summary } from "../contracts/session.ts";
import { encodedImage, sessionKey, summary } from "../contracts/session-examples.ts";
import type { ErrorCode } from "../errors.ts";
import { headerParameter, headersOf } from "./headers.ts";
import { binary, jsonResponse, problemResponses, schemaOf } from "./parts.ts";
import { imageErrors } from "./process.ts";

/** Codes of every route that encodes faces. */
export const encodingErrors = [
  "MODEL_NOT_FOUND",
  "MODEL_UNAVAILABLE",
  "ENCODER_FAILED",
  "ENCODER_UNAVAILABLE",
  "ENCODER_TIMEOUT",
  "OVERLOADED",
  "SHUTTING_DOWN",
  "NO_DETECTOR",
  "WORKER_LOST",
  "IMAGE_TIMEOUT",
] as const satisfies ErrorCode[];

/** Codes of every route that accepts one image. */
export const singleImageErrors = [
  "MALFORMED_REQUEST",
  "NO_IMAGE",
  "UPLOAD_TIMEOUT",
  "REQUEST_TOO_LARGE",
  "TOO_MANY_IMAGES",
  "INVALID_IMAGE",
  "IMAGE_URLS_DISABLED",
  ...imageErrors,
] as const satisfies ErrorCode[];

/** The body of a request with one image. */
export const oneImage: oas31.RequestBodyObject = {
  description: "One image: as the only file of a form, as the body, or in base64 or by URL as JSON.",
  content: {
    "multipart/form-data": {
      schema: { type: "object", required: ["file"], properties: { file: { type: "string", format: "binary" } } },
    },
    ...binary("image/*"),
    "application/json": { schema: schemaOf(ImagesJson) },
  },
};

function openSession(operationId: string): oas31.OperationObject {
  return {
    operationId,
    tags: ["Sessions"],
    summary: "Open a session",
    description:
      "Issues a key. The service stores only a keyed hash of it, so it cannot be retrieved again. The " +
      "sessions that an address may open in a minute are limited (`SESSIONS_PER_MINUTE`). A session ends when it has " +
      "not been used for `SESSION_MAX_IDLE_MS`. An `Idempotency-Key` is refused: each request opens another session.",
    responses: {
      200: jsonResponse("The session's key.", SessionKey, sessionKey),
      ...problemResponses(["INVALID_OPTION", "STORAGE_FULL"]),
    },
  };
}

export const sessionPaths: oas31.PathsObject = {
  "/session": {
    get: openSession("openSession"),
    post: openSession("createSession"),
    delete: {
      operationId: "eraseSession",
      tags: ["Sessions"],
      summary: "Erase a session",
      description:
        "Removes all data of the session: its encodings, its jobs with their images, results and events, its " +
        "collections, and the cache entries only it referenced. The key stays valid. With the key of a client, all data " +
        "of its owner is removed, for which it also needs the scopes `jobs` and `collections`.",
      responses: {
        204: { description: "All data of the session was removed." },
      },
    },
  },
  "/encode": {
    post: {
      operationId: "encode",
      tags: ["Sessions"],
      summary: "Encode an image into the session",
      description:
        "Finds the image's faces and stores their encodings, not the image. A session holds five images. To avoid " +
        "uploading an image the session has sent before, send `Repr-Digest` (RFC 9530) with an empty body; 412 means " +
        "that it must be uploaded, even if another session has sent it. Each request adds an image, also one that is " +
        "there already, unless it is repeated with its `Idempotency-Key`.",
      parameters: [headerParameter("Repr-Digest"), headerParameter("Idempotency-Key")],
      requestBody: oneImage,
      responses: {
        200: {
          ...jsonResponse("The faces found.", EncodedImage, encodedImage),
          headers: headersOf("Idempotency-Replayed"),
        },
        ...problemResponses([
          "NO_FACE",
          "TOO_MANY_FACES",
          "INVALID_OPTION",
          "IDEMPOTENCY_KEY_REUSED",
          "DIGEST_MISMATCH",
          "SESSION_FULL",
          "PICTURE_UNKNOWN",
          ...singleImageErrors,
          ...encodingErrors,
        ]),
      },
    },
  },
  "/summary": {
    get: {
      operationId: "summary",
      tags: ["Sessions"],
      summary: "Read the session's encodings",
      description: "In the order of upload.",
      responses: {
        200: jsonResponse("The encodings of each image.", Summary, summary),
      },
    },
  },
};
