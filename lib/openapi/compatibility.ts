/** `/uploadfile/`, `/face_encoding/{id}/`, `/stats/` and `/bonus/`. */
import type * as oas31 from "openapi3-ts/oas31";
import { MeanEncoding, MeanQuery, Stats, UploadedFile } from "../contracts/compatibility.ts";
import { exampleUpload, meanExample, statsExample } from "../contracts/session-examples.ts";
import { jobIdParameter } from "./jobs.ts";
import { jsonResponse, problemResponses, queryParameters } from "./parts.ts";
import { uploadErrors } from "./process.ts";
import { keyHeader, onePicture, pictureErrors } from "./sessions.ts";

const tags = ["Uploads"];
const keyErrors = ["SESSION_KEY_INVALID", "RATE_LIMITED"] as const;

export const documentPaths: oas31.PathsObject = {
  "/uploadfile": {
    post: {
      operationId: "uploadFile",
      tags,
      summary: "Upload an image to be encoded",
      description:
        "The image is checked and stored, and encoded afterwards, as a job of one image: `/v1/jobs/{id}` has it too. " +
        "`Idempotency-Key` works as it does there. The path may end in a slash, as all of these.",
      parameters: [keyHeader],
      requestBody: onePicture,
      responses: {
        201: {
          ...jsonResponse("The upload.", UploadedFile, { ...exampleUpload, status: "created", face_encoding: null }),
          headers: { Location: { description: "Where its encoding will be.", schema: { type: "string" } } },
        },
        ...problemResponses([
          ...new Set([
            ...uploadErrors,
            ...pictureErrors,
            ...keyErrors,
            "MODEL_NOT_FOUND",
            "MODEL_UNAVAILABLE",
          ] as const),
        ]),
      },
    },
  },
  "/face_encoding/{id}": {
    parameters: [jobIdParameter],
    get: {
      operationId: "getFaceEncoding",
      tags,
      summary: "Read an upload's encoding",
      parameters: [keyHeader],
      responses: {
        200: jsonResponse("The upload.", UploadedFile, exampleUpload),
        ...problemResponses(["JOB_NOT_FOUND", ...keyErrors]),
      },
    },
  },
  "/stats": {
    get: {
      operationId: "getStats",
      tags,
      summary: "Count images",
      description:
        "All images of jobs, uploads or not, by status, model and day. They are counted, not kept count of, so they are " +
        "exact at any moment. Jobs that are past their retention (`JOB_RETENTION_MS`) or deleted are not among them.",
      parameters: [keyHeader],
      responses: { 200: jsonResponse("The counts.", Stats, statsExample), ...problemResponses([...keyErrors]) },
    },
  },
  "/bonus": {
    get: {
      operationId: "getMeanEncoding",
      tags,
      summary: "The mean encoding",
      description:
        "Of every face of every image of jobs that is done. It is computed from partial sums while the encodings are " +
        "read, so memory does not grow with their number and their order does not matter. Encodings of different " +
        "versions of a model are never mixed.",
      parameters: [...queryParameters(MeanQuery), keyHeader],
      responses: {
        200: jsonResponse("The mean.", MeanEncoding, meanExample),
        ...problemResponses(["INVALID_OPTION", ...keyErrors]),
      },
    },
  },
};
