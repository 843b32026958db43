/** `/session`, `/encode` and `/summary`. */
import type * as oas31 from "openapi3-ts/oas31";
import { ImagesJson } from "../contracts/process.ts";
import { EncodedPicture, SessionKey, Summary } from "../contracts/session.ts";
import { encodedPicture, sessionKey, summary } from "../contracts/session-examples.ts";
import type { ErrorCode } from "../errors.ts";
import { binary, jsonResponse, problemResponses } from "./parts.ts";
import { imageErrors } from "./process.ts";

/** Codes of every route that makes an encoding. */
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
  "STORAGE_FULL",
] as const satisfies ErrorCode[];

/** Codes of every route that takes one image. */
export const pictureErrors = [
  "MALFORMED_REQUEST",
  "NO_IMAGE",
  "UPLOAD_TIMEOUT",
  "REQUEST_TOO_LARGE",
  "TOO_MANY_IMAGES",
  "INVALID_IMAGE",
  ...imageErrors,
] as const satisfies ErrorCode[];

const rateHeaders: oas31.HeadersObject = {
  "RateLimit-Limit": { description: "Requests that are answered in a minute.", schema: { type: "integer" } },
  "RateLimit-Remaining": { description: "How many of them are left.", schema: { type: "integer" } },
  "RateLimit-Reset": { description: "Seconds until all are to be had again.", schema: { type: "integer" } },
};

/** Any of the headers a key may come in; for documents, since HTTP knows no "one of these". */
export const keyHeader: oas31.ParameterObject = {
  name: "key",
  in: "header",
  description: "The session's key. `x-api-key` and `Authorization: Bearer` do as well.",
  schema: { type: "string", format: "uuid" },
};
const requiredKey = { ...keyHeader, required: true };

/** The body of a request with one image. */
export const onePicture: oas31.RequestBodyObject = {
  description: "One image: as the only file of a form, as the body, or in base64 as JSON.",
  content: {
    "multipart/form-data": {
      schema: { type: "object", properties: { file: { type: "string", format: "binary" } } },
    },
    ...binary("image/*"),
    "application/json": { schema: ImagesJson as unknown as oas31.SchemaObject },
  },
};

function openSession(operationId: string): oas31.OperationObject {
  return {
    operationId,
    tags: ["Sessions"],
    summary: "Open a session",
    description:
      "Hands out a key. The service keeps only a keyed hash of it, so it cannot be had again. How many keys one " +
      "address gets in a minute is limited (`SESSIONS_PER_MINUTE`).",
    responses: {
      200: {
        ...jsonResponse("The session's key.", SessionKey, sessionKey),
        headers: rateHeaders,
      },
      ...problemResponses(["RATE_LIMITED", "STORAGE_FULL"]),
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
        "Removes all that belongs to the session: its encodings, jobs with their images, results and events, its " +
        "collections, and what only it held in the cache. The key stays usable.",
      parameters: [requiredKey],
      responses: {
        204: { description: "All of it is gone.", headers: rateHeaders },
        ...problemResponses(["SESSION_KEY_INVALID", "RATE_LIMITED"]),
      },
    },
  },
  "/encode": {
    post: {
      operationId: "encode",
      tags: ["Sessions"],
      summary: "Encode an image into the session",
      description:
        "Finds the image's faces and keeps their encodings, not the image. A session holds five images. With " +
        "`Repr-Digest` (RFC 9530) and an empty body an image that the same session has sent before need not be " +
        "uploaded again; 412 says that it has to be, whoever else may have sent it.",
      parameters: [
        requiredKey,
        {
          name: "Repr-Digest",
          in: "header",
          description:
            "`sha-256` of the image's bytes. Where the body is the image, it is checked: against the body as it was " +
            "sent, so with a `Content-Encoding` it is that of the compressed bytes.",
          schema: { type: "string" },
          example: "sha-256=:iEMc2WU8zVOXQbVV+wpGthVYswHUEQQStbwotebqbLU=:",
        },
      ],
      requestBody: onePicture,
      responses: {
        200: { ...jsonResponse("The faces found.", EncodedPicture, encodedPicture), headers: rateHeaders },
        ...problemResponses([
          "NO_FACE",
          "TOO_MANY_FACES",
          "DIGEST_MISMATCH",
          "SESSION_KEY_INVALID",
          "SESSION_FULL",
          "PICTURE_UNKNOWN",
          "RATE_LIMITED",
          ...pictureErrors,
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
      parameters: [requiredKey],
      responses: {
        200: { ...jsonResponse("The encodings of each image.", Summary, summary), headers: rateHeaders },
        ...problemResponses(["SESSION_KEY_INVALID", "RATE_LIMITED"]),
      },
    },
  },
};
