/** `/uploadfile/`, `/face_encoding/{id}/`, `/stats/` and `/bonus/`. */
import type * as oas31 from "openapi3-ts/oas31";
import { MeanEncoding, MeanQuery, Stats, UploadedFile } from "../contracts/compatibility.ts";
import { exampleUpload, meanExample, statsExample } from "../contracts/session-examples.ts";
import { headerParameter, headersOf } from "./headers.ts";
import { jobIdParameter } from "./jobs.ts";
import { jsonResponse, problemResponses, queryParameters } from "./parts.ts";
import { uploadErrors } from "./process.ts";
import { oneImage, singleImageErrors } from "./sessions.ts";

const tags = ["Uploads"];

export const documentPaths: oas31.PathsObject = {
  "/uploadfile": {
    post: {
      operationId: "uploadFile",
      tags,
      summary: "Upload an image to be encoded",
      description:
        "The image is checked and stored, then encoded as a job of one image, also available at `/v1/jobs/{id}`. " +
        "Like all paths of this group, it may end in a slash.",
      parameters: [headerParameter("Idempotency-Key")],
      requestBody: { required: true, ...oneImage },
      responses: {
        201: {
          ...jsonResponse("The upload.", UploadedFile, { ...exampleUpload, status: "created", face_encoding: null }),
          headers: headersOf("Location", "Idempotency-Replayed"),
        },
        ...problemResponses([
          ...new Set([...uploadErrors, ...singleImageErrors, "MODEL_NOT_FOUND", "MODEL_UNAVAILABLE"] as const),
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
      responses: {
        200: jsonResponse("The upload.", UploadedFile, exampleUpload),
        ...problemResponses(["JOB_NOT_FOUND"]),
      },
    },
  },
  "/stats": {
    get: {
      operationId: "getStats",
      tags,
      summary: "Count images",
      description:
        "All images of jobs, uploads or not, by status, model and day. Counted on each request, so always exact. " +
        "Excludes jobs that were deleted or are past their retention (`JOB_RETENTION_MS`).",
      responses: { 200: jsonResponse("The counts.", Stats, statsExample) },
    },
  },
  "/bonus": {
    get: {
      operationId: "getMeanEncoding",
      tags,
      summary: "The mean encoding",
      description:
        "The mean over every face of every image of jobs that is done. It is computed in one streaming pass of " +
        "partial sums, so memory is constant and the result does not depend on order. Encodings of different " +
        "versions of a model are never mixed. If too many means are being computed, the error is `OVERLOADED`.",
      parameters: queryParameters(MeanQuery),
      responses: {
        200: jsonResponse("The mean.", MeanEncoding, meanExample),
        ...problemResponses(["INVALID_OPTION", "OVERLOADED"]),
      },
    },
  },
};
