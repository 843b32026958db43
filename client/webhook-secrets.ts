/** Secrets that sign the webhooks to single receivers. */
import type { components, operations } from "./api-types.ts";
import type { Connection } from "./connection.ts";
import { newIdempotencyKey } from "./idempotency-key.ts";

export type NewReceiverSecret = operations["rotateWebhookSecret"]["requestBody"]["content"]["application/json"];
export type CreatedReceiverSecret = components["schemas"]["CreatedReceiverSecret"];
export type ReceiverSecret = components["schemas"]["ReceiverSecret"];

export class WebhookSecrets {
  readonly #connection: Connection;

  /** @internal */
  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /**
   * Makes a secret for a receiver. It is in this answer only.
   * @param idempotencyKey Requests with the same key make one secret, and get it as their answer. It must not be
   *   guessable.
   */
  async rotate(receiver: NewReceiverSecret, idempotencyKey = newIdempotencyKey()): Promise<CreatedReceiverSecret> {
    const params = { header: { "Idempotency-Key": idempotencyKey } };
    return this.#connection.send((api) => api.POST("/v1/webhook-secrets", { params, body: receiver }));
  }

  /** The receivers that have a secret. */
  async list(): Promise<ReceiverSecret[]> {
    return (await this.#connection.send((api) => api.GET("/v1/webhook-secrets"))).items;
  }

  async remove(origin: string): Promise<void> {
    const params = { query: { origin } };
    await this.#connection.remove((api) => api.DELETE("/v1/webhook-secrets", { params }), false);
  }
}
