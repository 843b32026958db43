/** `/v1/nodes`, `/v1/statistics` and `/v1/activity`. */
import type * as oas31 from "openapi3-ts/oas31";
import { exampleActivity, exampleNode, exampleStatistics } from "../contracts/examples.ts";
import { ActivityOfRange, ActivityQuery, NodePage, Statistics } from "../contracts/monitor.ts";
import { jsonResponse, problemResponses, queryParameters } from "./parts.ts";

export const monitorPaths: oas31.PathsObject = {
  "/v1/nodes": {
    get: {
      operationId: "listNodes",
      tags: ["Operation"],
      summary: "List nodes",
      description: "The nodes of the cluster and the current load of their detectors.",
      responses: {
        200: jsonResponse("The nodes.", NodePage, { items: [exampleNode] }),
        ...problemResponses(["SHUTTING_DOWN"]),
      },
    },
  },
  "/v1/statistics": {
    get: {
      operationId: "readStatistics",
      tags: ["Operation"],
      summary: "Read statistics",
      description:
        "The queue, the jobs by state, and the throughput and latency of the last hour, computed from stored data, " +
        "so nothing is lost on restart. They are of `time`: half a second ago, or up to half a minute if the database is " +
        "slow; `lastSequence` is of now. A key without the scope `metrics` gets those of its owner: the jobs and the dead " +
        "letters, without `queue` and `activity`, which tell of all owners. With `Sightline-Owner`, an admin key gets " +
        "those of that owner.",
      responses: {
        200: jsonResponse("The statistics.", Statistics, exampleStatistics),
        ...problemResponses(["SHUTTING_DOWN", "STORE_CORRUPT"]),
      },
    },
  },
  "/v1/activity": {
    get: {
      operationId: "readActivity",
      tags: ["Operation"],
      summary: "Read activity over time",
      description:
        "Throughput and latency of the images of jobs and of `POST /process`, of the last hour, 24 hours or 30 days. " +
        "What a node counted less than a minute before it crashed may be missing, but for jobs in the last hour. An " +
        "answer may be half a minute old.",
      parameters: queryParameters(ActivityQuery),
      responses: {
        200: jsonResponse("The activity.", ActivityOfRange, exampleActivity),
        ...problemResponses(["INVALID_OPTION", "SHUTTING_DOWN", "STORE_CORRUPT"]),
      },
    },
  },
};
