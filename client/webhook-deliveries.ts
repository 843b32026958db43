/** Webhooks that were given up. */
import type { components } from "./api-types.ts";
import { type Connection, itemsOf, PAGE } from "./connection.ts";

export type Delivery = components["schemas"]["Delivery"];

export class WebhookDeliveries {
  readonly #connection: Connection;

  /** @internal */
  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** All webhooks that were given up, fetched page by page. */
  givenUp(): AsyncGenerator<Delivery, void, void> {
    return itemsOf((from) =>
      this.#connection.send((api) =>
        api.GET("/v1/webhooks/deliveries", { params: { query: { limit: PAGE, ...from } } }),
      ),
    );
  }

  /** Sends a webhook again. @param id Id of its event */
  async retry(id: string): Promise<Delivery> {
    const params = { path: { id } };
    return this.#connection.send((api) => api.POST("/v1/webhooks/deliveries/{id}/retry", { params }), false);
  }
}
