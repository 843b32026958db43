/** Client keys. All methods but {@link SightlineClient.whoAmI} need an admin key. */
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
   * Creates a key. The key itself is in this answer only.
   * @param idempotencyKey Requests with the same key create one key, and get it as their answer. It must not be
   *   guessable.
   */
  async create(key: NewKey, idempotencyKey = newIdempotencyKey()): Promise<CreatedKey> {
    const params = { header: { "Idempotency-Key": idempotencyKey } };
    return this.#connection.send((api) => api.POST("/v1/keys", { params, body: key }));
  }

  /** All keys, including revoked and expired ones, fetched page by page. */
  list(): AsyncGenerator<Key, void, void> {
    return itemsOf((from) =>
      this.#connection.send((api) => api.GET("/v1/keys", { params: { query: { limit: PAGE, ...from } } })),
    );
  }

  async get(id: string): Promise<Key> {
    return this.#connection.send((api) => api.GET("/v1/keys/{id}", { params: { path: { id } } }));
  }

  /** Invalidates a key, and the sessions that were opened with it. */
  async revoke(id: string): Promise<void> {
    await this.#connection.remove((api) => api.DELETE("/v1/keys/{id}", { params: { path: { id } } }));
  }
}
