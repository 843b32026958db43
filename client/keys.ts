/** Keys of clients. All but {@link SightlineClient.whoAmI} needs an admin key. */
import type { components, operations } from "./api-types.ts";
import { type Connection, itemsOf, PAGE } from "./connection.ts";
import { newIdempotencyKey } from "./idempotency-key.ts";

export type Key = components["schemas"]["Key"];
export type KeyScope = Key["scopes"][number];
export type CreatedKey = components["schemas"]["CreatedKey"];
export type NewKey = operations["createKey"]["requestBody"]["content"]["application/json"];

export class Keys {
  readonly #connection: Connection;

  /** @internal */
  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /**
   * The key itself is in this answer only.
   * @param idempotencyKey Requests with the same key create one key, and are answered with it. Nobody may guess it.
   */
  async create(key: NewKey, idempotencyKey = newIdempotencyKey()): Promise<CreatedKey> {
    const params = { header: { "Idempotency-Key": idempotencyKey } };
    return this.#connection.send((api) => api.POST("/v1/keys", { params, body: key }));
  }

  /** All keys, also those that were revoked or have expired, fetched page by page. */
  list(): AsyncGenerator<Key, void, void> {
    return itemsOf((from) =>
      this.#connection.send((api) => api.GET("/v1/keys", { params: { query: { limit: PAGE, ...from } } })),
    );
  }

  async get(id: string): Promise<Key> {
    return this.#connection.send((api) => api.GET("/v1/keys/{id}", { params: { path: { id } } }));
  }

  /** Makes a key, and the sessions opened with it, invalid. */
  async revoke(id: string): Promise<void> {
    await this.#connection.remove((api) => api.DELETE("/v1/keys/{id}", { params: { path: { id } } }));
  }
}
