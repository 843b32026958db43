/** Collections of faces, which can be searched. */
import type { components } from "./api-types.ts";
import { type Connection, itemsOf, PAGE } from "./connection.ts";
import { newIdempotencyKey } from "./idempotency-key.ts";
import { base64Of, formOf, type ImageFile } from "./image-file.ts";

export type Collection = components["schemas"]["CollectionView"];
export type CollectionFace = components["schemas"]["CollectionFace"];
export type MatchList = components["schemas"]["MatchList"];
export type Comparison = components["schemas"]["Comparison"];
type FaceJson = components["schemas"]["FaceJson"];

/** A face: an image, of which the largest face is used, or an encoding. */
export type FaceInput = ImageFile | readonly number[];

export class Collections {
  readonly #connection: Connection;

  /** @internal */
  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** @param idempotencyKey Requests with the same key create one collection. */
  async create(name: string, idempotencyKey = newIdempotencyKey()): Promise<Collection> {
    const params = { header: { "Idempotency-Key": idempotencyKey } };
    return this.#connection.send((api) => api.POST("/v1/collections", { params, body: { name } }));
  }

  /** All collections ordered by name, fetched page by page. */
  async list(): Promise<Collection[]> {
    const pages = itemsOf((from) => {
      const params = { query: { limit: PAGE, ...from } };
      return this.#connection.send((api) => api.GET("/v1/collections", { params }));
    });
    const all: Collection[] = [];
    for await (const collection of pages) all.push(collection);
    return all;
  }

  async get(name: string): Promise<Collection> {
    return this.#connection.send((api) => api.GET("/v1/collections/{name}", { params: { path: { name } } }));
  }

  async delete(name: string): Promise<void> {
    const params = { path: { name } };
    await this.#connection.remove((api) => api.DELETE("/v1/collections/{name}", { params }), false);
  }

  /** @param label Custom text, such as a name. */
  async add(name: string, face: FaceInput, label?: string, idempotencyKey?: string): Promise<CollectionFace> {
    const [added] = await this.addAll(name, [{ face, ...(label !== undefined && { label }) }], idempotencyKey);
    return added as CollectionFace;
  }

  /**
   * Adds up to 1,000 faces, all or none. Images are held in memory.
   * @param idempotencyKey Requests with the same key add the faces once.
   */
  async addAll(
    name: string,
    faces: readonly { readonly face: FaceInput; readonly label?: string }[],
    idempotencyKey = newIdempotencyKey(),
  ): Promise<CollectionFace[]> {
    const items = faces.map(async ({ face, label }) => ({
      ...(await faceJson(face)),
      ...(label !== undefined && { label }),
    }));
    const body = { faces: await Promise.all(items) };
    const params = { path: { name }, header: { "Idempotency-Key": idempotencyKey } };
    const added = this.#connection.send((api) =>
      api.POST("/v1/collections/{name}/faces", { params, body: body as never }),
    );
    return (await added).items;
  }

  /** All faces in the order in which they were added, without their encodings, fetched page by page. */
  faces(name: string): AsyncGenerator<CollectionFace, void, void> {
    return itemsOf((from) => {
      const params = { path: { name }, query: { limit: PAGE, ...from } };
      return this.#connection.send((api) => api.GET("/v1/collections/{name}/faces", { params }));
    });
  }

  async removeFace(name: string, id: string): Promise<void> {
    const params = { path: { name, id } };
    await this.#connection.remove((api) => api.DELETE("/v1/collections/{name}/faces/{id}", { params }), false);
  }

  /** The faces most similar to the given one, best first. @param limit 1 to 100; 10 by default. */
  async search(name: string, face: FaceInput, limit?: number): Promise<MatchList> {
    const params = { path: { name }, query: { ...(limit !== undefined && { limit }) } };
    const body = isEncoding(face) ? { body: (await faceJson(face)) as never } : formOf([face]);
    return this.#connection.send((api) => api.POST("/v1/collections/{name}/search", { params, ...body }));
  }
}

/** @internal */
export async function compare(connection: Connection, first: FaceInput, second: FaceInput): Promise<Comparison> {
  const body =
    isEncoding(first) || isEncoding(second)
      ? { body: { first: await faceJson(first), second: await faceJson(second) } as never }
      : formOf([first, second]);
  return connection.send((api) => api.POST("/v1/compare", body));
}

function isEncoding(face: FaceInput): face is readonly number[] {
  return Array.isArray(face);
}

async function faceJson(face: FaceInput): Promise<FaceJson> {
  return isEncoding(face) ? { encoding: [...face] } : { image: await base64Of(face) };
}
