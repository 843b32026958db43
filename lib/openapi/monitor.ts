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
      description: "The nodes of the cluster, and what each one's detector is doing at the moment.",
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
      summary: "Read what is going on",
      description:
        "The queue, the jobs by state, and the throughput and latency of the last hour, computed from what is stored: " +
        "a restart forgets nothing. An answer may be half a second old.",
      responses: {
        200: jsonResponse("What is going on.", Statistics, exampleStatistics),
        ...problemResponses(["SHUTTING_DOWN", "STORE_CORRUPT"]),
      },
    },
  },
};
