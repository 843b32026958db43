/** Images that are encoded one by one, and statistics of all images of jobs. */
import type { components, operations } from "./api-types.ts";
import type { Answer, Connection } from "./connection.ts";
import { newIdempotencyKey } from "./idempotency-key.ts";
import { type ImageFile, rawBodyOf } from "./image-file.ts";

export type UploadedFile = components["schemas"]["UploadedFile"];
export type ImageStatistics = components["schemas"]["Stats"];
export type MeanEncoding = components["schemas"]["MeanEncoding"];
export type MeanQuery = NonNullable<operations["getMeanEncoding"]["parameters"]["query"]>;

export class Uploads {
  readonly #connection: Connection;

  /** @internal */
  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Stores an image, which is then encoded as a job of one image with the same id. */
  async add(image: ImageFile, idempotencyKey = newIdempotencyKey()): Promise<UploadedFile> {
    const headers = { "Content-Type": "application/octet-stream", "Idempotency-Key": idempotencyKey };
    return this.#connection.send(
      (api) => api.POST("/uploadfile", { headers, ...rawBodyOf(image) } as never) as Promise<Answer<UploadedFile>>,
    );
  }

  async get(id: string): Promise<UploadedFile> {
    return this.#connection.send((api) => api.GET("/face_encoding/{id}", { params: { path: { id } } }));
  }

  /** Number of images of jobs by state, model and day. */
  async statistics(): Promise<ImageStatistics> {
    return this.#connection.send((api) => api.GET("/stats"));
  }

  /** The mean over all faces of all images of jobs that are done. */
  async mean(query: MeanQuery = {}): Promise<MeanEncoding> {
    return this.#connection.send((api) => api.GET("/bonus", { params: { query } }));
  }
}
