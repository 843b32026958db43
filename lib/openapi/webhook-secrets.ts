/** `/v1/webhook-secrets`. */
import type * as oas31 from "openapi3-ts/oas31";
import {
  CreatedReceiverSecret,
  NewReceiverSecret,
  ReceiverSecretList,
  SecretOrigin,
} from "../contracts/webhook-secret.ts";
import { headerParameter, headersOf } from "./headers.ts";
import { jsonBody, jsonBodyErrors, jsonResponse, problemResponses, queryParameters } from "./parts.ts";

const tags = ["Events"];
const example = {
  origin: "https://example.com",
  createdAt: "2026-11-27T10:00:00.000Z",
  previousUntil: "2026-11-28T10:00:00.000Z",
};

export const webhookSecretPaths: oas31.PathsObject = {
  "/v1/webhook-secrets": {
    post: {
      operationId: "rotateWebhookSecret",
      tags,
      summary: "Make a secret for a receiver of webhooks",
      description:
        "It signs the webhooks of the owner's jobs to this origin, in place of `WEBHOOK_SECRET`. What signed them before, " +
        "the receiver's previous secret or `WEBHOOK_SECRET`, signs them too for `overlapSeconds`. Repeated with its " +
        "`Idempotency-Key`, the request has the same secret in its answer, and makes no other. An owner has secrets for at " +
        "most 1,000 receivers.",
      parameters: [headerParameter("Idempotency-Key")],
      requestBody: jsonBody(NewReceiverSecret),
      responses: {
        201: {
          ...jsonResponse("The secret.", CreatedReceiverSecret, {
            ...example,
            secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
          }),
          headers: headersOf("Idempotency-Replayed"),
        },
        ...problemResponses([
          ...jsonBodyErrors,
          "INVALID_OPTION",
          "INVALID_CALLBACK_URL",
          "LIMIT_REACHED",
          "IDEMPOTENCY_KEY_REUSED",
        ]),
      },
    },
    get: {
      operationId: "listWebhookSecrets",
      tags,
      summary: "List the receivers that have a secret",
      responses: {
        200: jsonResponse("The receivers, without their secrets.", ReceiverSecretList, { items: [example] }),
      },
    },
    delete: {
      operationId: "removeWebhookSecret",
      tags,
      summary: "Remove the secret of a receiver",
      description: "Its webhooks are signed with `WEBHOOK_SECRET` from then on; without that, they fail.",
      parameters: queryParameters(SecretOrigin).map((parameter) => ({ ...parameter, required: true })),
      responses: {
        204: { description: "The secret is removed." },
        ...problemResponses(["INVALID_OPTION", "INVALID_CALLBACK_URL", "WEBHOOK_SECRET_NOT_FOUND"]),
      },
    },
  },
};
