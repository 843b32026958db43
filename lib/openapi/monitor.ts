/** `/v1/nodes` and `/v1/statistics`. */
import type * as oas31 from "openapi3-ts/oas31";
import { exampleNode, exampleStatistics } from "../contracts/examples.ts";
import { NodePage, Statistics } from "../contracts/monitor.ts";
import { jsonResponse, problemResponses } from "./parts.ts";

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
        "so nothing is lost on restart. A response may be half a second old.",
      responses: {
        200: jsonResponse("The statistics.", Statistics, exampleStatistics),
        ...problemResponses(["SHUTTING_DOWN", "STORE_CORRUPT"]),
      },
    },
  },
};
