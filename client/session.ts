/** The session of a client's key: its encoded images and their summary. */
import type { components } from "./api-types.ts";
import type { Connection } from "./connection.ts";
import { newIdempotencyKey } from "./idempotency-key.ts";
import { type ImageFile, rawBodyOf } from "./image-file.ts";

export type EncodedPicture = components["schemas"]["EncodedPicture"];
export type Summary = components["schemas"]["Summary"];

export class Session {
  readonly #connection: Connection;

  /** @internal */
  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /**
   * Encodes the faces of an image as vectors. A session holds five images with one to six faces each.
   * @param idempotencyKey Requests with the same key add the image once. With another key, the same image counts as
   *   another of the five.
   */
  async encode(image: ImageFile, idempotencyKey = newIdempotencyKey()): Promise<EncodedPicture> {
    const headers = { "Content-Type": "application/octet-stream", "Idempotency-Key": idempotencyKey };
    return this.#connection.send((api) => api.POST("/encode", { headers, ...rawBodyOf(image) }));
  }

  /** The encodings of the session's images, in the order of upload. */
  async summary(): Promise<Summary> {
    return this.#connection.send((api) => api.GET("/summary"));
  }

  /** Erases everything that belongs to the session. The key stays valid. */
  async erase(): Promise<void> {
    await this.#connection.remove((api) => api.DELETE("/session"));
  }
}
