/** Paths of probes. */
import type * as oas31 from "openapi3-ts/oas31";
import { Type } from "typebox";
import { jsonResponse, problemResponses } from "./parts.ts";

const Status = Type.Object({ status: Type.String() });
const Readiness = Type.Object({
  status: Type.String(),
  threads: Type.Integer(),
  models: Type.Record(Type.String(), Type.Enum(["ready", "unavailable"])),
});

function probe(operationId: string, summary: string, description: string): oas31.PathItemObject {
  const responses = { 200: jsonResponse(description, Status, { status: "ok" }) };
  return { get: { operationId, tags: ["Operation"], summary, description, responses } };
}

export const operationPaths: oas31.PathsObject = {
  "/ping": probe("ping", "Ping", "The gateway is alive."),
  "/healthz": probe("healthz", "Liveness", "The process is alive."),
  "/metrics": {
    get: {
      operationId: "metrics",
      tags: ["Operation"],
      summary: "Metrics",
      description:
        "Prometheus metrics of this process, or of all that share its port (`PROCESSES`). `docs/monitoring` has a dashboard and alerts.",
      responses: {
        200: {
          description: "Metrics in Prometheus text format.",
          content: { "text/plain": { schema: { type: "string" } } },
        },
      },
    },
  },
  "/readyz": {
    get: {
      operationId: "readyz",
      tags: ["Operation"],
      summary: "Readiness",
      description:
        "Ready once a detector is warm and has reproduced its reference results. A model that fails is `unavailable`.",
      responses: {
        200: jsonResponse("Images can be processed.", Readiness, {
          status: "ready",
          threads: 8,
          models: { "faces-haar": "ready", classify: "unavailable" },
        }),
        ...problemResponses(["NO_DETECTOR", "SERVICE_UNAVAILABLE", "SHUTTING_DOWN"]),
      },
    },
  },
};
