/** `/v1/jobs`. */
import type * as oas31 from "openapi3-ts/oas31";
import type { TSchema } from "typebox";
import { exampleDeadLetter, exampleJob, exampleJobImages } from "../contracts/examples.ts";
import {
  DeadLetterPage,
  DeadLettersQuery,
  ExportQuery,
  Job,
  JobId,
  JobImage,
  JobListQuery,
  JobPage,
  JobQuery,
  ResultsPage,
  ResultsQuery,
} from "../contracts/job.ts";
import { ImagesJson, JobJson } from "../contracts/process.ts";
import type { ErrorCode } from "../errors.ts";
import { headerParameter, headersOf } from "./headers.ts";
import { binary, jsonResponse, problemResponses, queryParameters, schemaOf } from "./parts.ts";
import { filesContent, modelErrors, uploadErrors } from "./process.ts";
import { conditions, notModified, stable } from "./stable.ts";

export const jobIdParameter: oas31.ParameterObject = {
  name: "id",
  in: "path",
  required: true,
  description: "The job's id.",
  schema: schemaOf(JobId),
};

const imageIndexParameter: oas31.ParameterObject = {
  name: "index",
  in: "path",
  required: true,
  description: "The image's position in the order of upload.",
  schema: { type: "integer", minimum: 0 },
};

const idempotencyKey = headerParameter("Idempotency-Key");

/** For operations that can succeed only once in the life of a job. */
const needsNoKey =
  "It needs no `Idempotency-Key`: repeated after a lost answer, it is `JOB_STATE_CONFLICT` with the `state` of the job.";

/** A response with the job's location and when to poll again. */
function accepted(description: string): oas31.ResponseObject {
  return {
    ...jsonResponse(description, Job, exampleJob),
    headers: headersOf("Location", "Retry-After"),
  };
}

const filesOr = (json: TSchema): oas31.ContentObject => ({
  ...filesContent,
  ...binary("image/*"),
  "application/json": { schema: schemaOf(json) },
});

/** A job operation whose only parameter is the job's id. */
function move(
  operationId: string,
  summary: string,
  description: string,
  responses: oas31.ResponsesObject,
  errors: readonly ErrorCode[] = [],
): oas31.PathItemObject {
  const problems = problemResponses(["JOB_NOT_FOUND", "JOB_STATE_CONFLICT", "STORE_UNAVAILABLE", ...errors]);
  const operation = { operationId, tags: ["Jobs"], summary, description, responses: { ...responses, ...problems } };
  return { parameters: [jobIdParameter], post: operation };
}

export const jobPaths: oas31.PathsObject = {
  "/v1/jobs": {
    post: {
      operationId: "createJob",
      tags: ["Jobs"],
      summary: "Create a job",
      description:
        "Accepts images like `POST /process` and responds once they are stored. The job is executed at once unless " +
        "`execute=false`. A rejected file becomes a failed image with its problem. If too many images wait, in the queue " +
        "or in jobs that were not executed, the error is `OVERLOADED`; if too many of the caller's own do, `QUOTA_EXCEEDED`. If " +
        "the images go beyond a limit of the key, the whole request is refused with `RATE_LIMITED`; if all images that are kept for the owner would take more than they " +
        "may, with `STORAGE_QUOTA_EXCEEDED`, before the body is read if `Content-Length` tells.",
      parameters: [...queryParameters(JobQuery), idempotencyKey],
      requestBody: { content: filesOr(JobJson) },
      responses: {
        201: {
          ...jsonResponse("The job is created and waits to be executed.", Job, { ...exampleJob, state: "created" }),
          headers: headersOf("Location", "Idempotency-Replayed"),
        },
        202: {
          ...accepted("The job is queued and durable."),
          headers: headersOf("Location", "Retry-After", "Idempotency-Replayed"),
        },
        ...problemResponses([...uploadErrors, ...modelErrors, "INVALID_CALLBACK_URL", "WEBHOOKS_DISABLED"]),
      },
    },
    get: {
      operationId: "listJobs",
      tags: ["Jobs"],
      summary: "List jobs",
      parameters: queryParameters(JobListQuery),
      responses: {
        200: jsonResponse("A page of jobs.", JobPage, { items: [exampleJob] }),
        ...problemResponses(["INVALID_OPTION", "STORE_UNAVAILABLE"]),
      },
    },
  },
  "/v1/jobs/{id}": {
    parameters: [jobIdParameter],
    get: {
      operationId: "getJob",
      tags: ["Jobs"],
      summary: "Read a job",
      description: "With its progress, throughput and estimated time to completion.",
      responses: {
        200: jsonResponse("The job.", Job, exampleJob),
        ...problemResponses(["JOB_NOT_FOUND", "STORE_UNAVAILABLE"]),
      },
    },
    delete: {
      operationId: "deleteJob",
      tags: ["Jobs"],
      summary: "Delete a job",
      description: "In any state. Removes its images and results; its events stay in the log.",
      responses: {
        204: { description: "The job was deleted." },
        ...problemResponses(["JOB_NOT_FOUND", "STORE_UNAVAILABLE"]),
      },
    },
  },
  "/v1/jobs/{id}/images": {
    parameters: [jobIdParameter],
    post: {
      operationId: "addImages",
      tags: ["Jobs"],
      summary: "Add images",
      description:
        "Adds all or none of the request's images to a job that is `created`. If too many images wait, in the queue or " +
        "in jobs that were not executed, the error is `OVERLOADED`; if too many of the caller's own do, `QUOTA_EXCEEDED`.",
      parameters: [idempotencyKey],
      requestBody: { required: true, content: filesOr(ImagesJson) },
      responses: {
        200: {
          ...jsonResponse("The job.", Job, { ...exampleJob, state: "created" }),
          headers: headersOf("Idempotency-Replayed"),
        },
        ...problemResponses([...uploadErrors, "JOB_NOT_FOUND", "JOB_STATE_CONFLICT"]),
      },
    },
  },
  "/v1/jobs/{id}/images/{index}/picture": {
    parameters: [jobIdParameter, imageIndexParameter],
    get: {
      operationId: "getPicture",
      tags: ["Jobs"],
      summary: "Get an image's file",
      description:
        "The file as uploaded. It is kept until its job succeeds, is cancelled or deleted, or for " +
        "`PICTURE_RETENTION_MS` after it failed. A file that is not an image is sent as `application/octet-stream`. `HEAD` " +
        "does not read the file, so its answer has the size, the `ETag` and the digest, but no `Content-Type`.",
      parameters: conditions,
      responses: {
        200: stable({
          description: "The file.",
          headers: headersOf("Content-Disposition"),
          content: { ...binary("image/*"), ...binary("application/octet-stream") },
        }),
        304: notModified,
        ...problemResponses([
          "JOB_NOT_FOUND",
          "IMAGE_NOT_FOUND",
          "PICTURE_GONE",
          "PRECONDITION_FAILED",
          "STORE_CORRUPT",
        ]),
      },
    },
  },
  "/v1/jobs/{id}/execute": move(
    "executeJob",
    "Execute a job",
    `Queues a job that is \`created\`. ${needsNoKey}`,
    { 202: accepted("The job is queued.") },
    ["NO_IMAGE", "OVERLOADED"],
  ),
  "/v1/jobs/{id}/cancel": move(
    "cancelJob",
    "Cancel a job",
    `Starts no further images, and discards what comes of running ones. \`job.cancelled\` is the last event of the job and its images, unless it is deleted. ${needsNoKey}`,
    {
      200: jsonResponse("The job.", Job, { ...exampleJob, state: "cancelled" }),
    },
  ),
  "/v1/jobs/{id}/retry": move(
    "retryJob",
    "Retry the failed images",
    "Requeues the failed images of a finished job with their attempts reset. Their files are kept for " +
      "`PICTURE_RETENTION_MS` for this. It needs no `Idempotency-Key`: repeated before the job has finished again, it is " +
      "`JOB_STATE_CONFLICT`. Its images wait like those of a new job: if too many wait in the queue, the error is " +
      "`OVERLOADED`; if too many of the job's owner do, `QUOTA_EXCEEDED`.",
    { 202: accepted("The job is queued.") },
    ["OVERLOADED", "QUOTA_EXCEEDED"],
  ),
  "/v1/jobs/{id}/results": {
    parameters: [jobIdParameter],
    get: {
      operationId: "listResults",
      tags: ["Jobs"],
      summary: "Read results",
      description:
        "A receipt for each image, in the order of upload, also while the job runs. `wait` waits for the job to " +
        "finish. With `Accept: application/x-ndjson` each line is an image, and `Link` gives the next page. " +
        "With `ETag` once the job is finished.",
      parameters: [...queryParameters(ResultsQuery), ...conditions],
      responses: {
        200: stable({
          ...jsonResponse("A page of images.", ResultsPage, { jobState: "running", items: exampleJobImages }),
          headers: headersOf("Link", "Vary"),
          content: resultsContent(),
        }),
        304: notModified,
        ...problemResponses([
          "INVALID_OPTION",
          "JOB_NOT_FOUND",
          "NOT_ACCEPTABLE",
          "PRECONDITION_FAILED",
          "STORE_UNAVAILABLE",
        ]),
      },
    },
  },
  "/v1/jobs/{id}/export": {
    parameters: [jobIdParameter],
    get: {
      operationId: "exportResults",
      tags: ["Jobs"],
      summary: "Download results",
      description:
        "All images of the job, as they are now, in one file in the order of upload: as comma-separated values, without " +
        "face encodings, or as JSON. Cells that a spreadsheet would take for a formula begin with an apostrophe. If the " +
        "connection is closed before the end of the content, the file is not whole.",
      parameters: queryParameters(ExportQuery),
      responses: {
        200: {
          description: "The file.",
          headers: headersOf("Content-Disposition"),
          content: {
            "text/csv": { schema: { type: "string" } },
            "application/json": { schema: { type: "array", items: schemaOf(JobImage) }, example: exampleJobImages },
          },
        },
        ...problemResponses(["INVALID_OPTION", "JOB_NOT_FOUND", "STORE_UNAVAILABLE"]),
      },
    },
  },
  "/v1/dead-letters": {
    get: {
      operationId: "listDeadLetters",
      tags: ["Jobs"],
      summary: "List dead letters",
      description:
        "Images of all jobs that ran out of attempts, rather than failing by their content. Retry their job.",
      parameters: queryParameters(DeadLettersQuery),
      responses: {
        200: jsonResponse("A page of images.", DeadLetterPage, { items: [exampleDeadLetter] }),
        ...problemResponses(["INVALID_OPTION", "STORE_UNAVAILABLE"]),
      },
    },
  },
};

function resultsContent(): oas31.ContentObject {
  const { content } = jsonResponse("", ResultsPage, { jobState: "running", items: exampleJobImages });
  return { ...content, "application/x-ndjson": { schema: { type: "string" } } };
}
