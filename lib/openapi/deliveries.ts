/** `/v1/webhooks/deliveries`. */
import type * as oas31 from "openapi3-ts/oas31";
import {
  DeliveriesQuery,
  type Delivery,
  DeliveryId,
  DeliveryPage,
  Delivery as DeliverySchema,
} from "../contracts/delivery.ts";
import { exampleCloudEvent } from "../contracts/examples.ts";
import { jsonResponse, problemResponses, queryParameters, schemaOf } from "./parts.ts";

const tags = ["Events"];
const { id, type, time, data } = exampleCloudEvent;
const example: Delivery = {
  id,
  state: "given-up",
  jobId: data.jobId,
  callbackUrl: "https://example.com/hook?…",
  type,
  time,
  attempts: 12,
  reason: "HTTP status 503",
  givenUpAt: "2026-11-22T12:00:00.000Z",
};
const { reason: _reason, givenUpAt: _givenUpAt, ...delivery } = example;

export const deliveryPaths: oas31.PathsObject = {
  "/v1/webhooks/deliveries": {
    get: {
      operationId: "listDeliveries",
      tags,
      summary: "List webhooks that were given up",
      description:
        "In the order of their events. They are kept as long as jobs are (`JOB_RETENTION_MS`), and go with their job.",
      parameters: queryParameters(DeliveriesQuery),
      responses: {
        200: jsonResponse("The deliveries.", DeliveryPage, { items: [example] }),
        ...problemResponses(["INVALID_OPTION", "STORE_UNAVAILABLE"]),
      },
    },
  },
  "/v1/webhooks/deliveries/{id}/retry": {
    parameters: [
      { name: "id", in: "path", required: true, description: "The id of its event.", schema: schemaOf(DeliveryId) },
    ],
    post: {
      operationId: "retryDelivery",
      tags,
      summary: "Send a webhook that was given up again",
      description:
        "It waits behind those of its job that wait already, and is retried for `WEBHOOK_RETRY_MS`, with the same " +
        "`webhook-id`.",
      responses: {
        202: jsonResponse("It waits for its next attempt.", DeliverySchema, {
          ...delivery,
          state: "waiting",
          attempts: 0,
        }),
        ...problemResponses(["DELIVERY_NOT_FOUND", "STORE_UNAVAILABLE"]),
      },
    },
  },
};
