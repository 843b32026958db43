/** The session of a client's key: encoded images, and their summary. */
import type { components } from "./api-types.ts";
import type { Connection } from "./connection.ts";
import { type ImageFile, rawBodyOf } from "./image-file.ts";

export type EncodedPicture = components["schemas"]["EncodedPicture"];
export type Summary = components["schemas"]["Summary"];

export class Session {
  readonly #connection: Connection;

  /** @internal */
  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** The faces of an image as vectors. A session holds five images with one to six faces each. */
  async encode(image: ImageFile): Promise<EncodedPicture> {
    const headers = { "Content-Type": "application/octet-stream" };
    // The same image again is another of the five, so a lost answer is not asked for again.
    return this.#connection.send((api) => api.POST("/encode", { headers, ...rawBodyOf(image) }), false);
  }

  /** The encodings of the session's images, in the order of upload. */
  async summary(): Promise<Summary> {
    return this.#connection.send((api) => api.GET("/summary"));
  }

  /** Erases all that belongs to the session. The key stays valid. */
  async erase(): Promise<void> {
    await this.#connection.send((api) => api.DELETE("/session"));
  }
}
