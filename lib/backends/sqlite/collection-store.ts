import { packVectors, unpackVectors } from "../../encoding/vectors.ts";
import type {
  Collection,
  CollectionFace,
  CollectionPageRequest,
  CollectionStore,
  CountedCollection,
  ListedFace,
  StoredFace,
} from "../../ports/collection-store.ts";
import type { Database } from "./database.ts";
import { inPages, PAGE } from "./pages.ts";

export class SqliteCollectionStore implements CollectionStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  insert(collection: Collection): Promise<boolean> {
    return this.#database.write(() => {
      const { changes } = this.#database
        .statement(
          "INSERT INTO collections (id, owner, name, body) VALUES (?, ?, ?, ?) ON CONFLICT (owner, name) DO NOTHING",
        )
        .run(collection.id, collection.owner, collection.name, JSON.stringify(collection));
      return Number(changes) === 1;
    });
  }

  find(owner: string, name: string): Promise<Collection | undefined> {
    return this.#database.read(() => {
      const sql = "SELECT body FROM collections WHERE owner = ? AND name = ?";
      const row = this.#database.statement(sql).get(owner, name);
      return row && JSON.parse(row.body as string);
    });
  }

  list(owner: string, { limit, after = "" }: CollectionPageRequest): Promise<CountedCollection[]> {
    return this.#database.read(() => {
      const sql = "SELECT body, faces FROM collections WHERE owner = ? AND name > ? ORDER BY name LIMIT ?";
      const rows = this.#database.statement(sql).all(owner, after, limit);
      return rows.map(({ body, faces }) => ({ ...JSON.parse(body as string), faces }));
    });
  }

  count(owner: string): Promise<number> {
    return this.#database.read(() => {
      const sql = "SELECT count(*) AS n FROM collections WHERE owner = ?";
      return this.#database.statement(sql).get(owner)?.n as number;
    });
  }

  /** Nothing to sweep: a collection is removed with the last of its faces in one transaction. */
  async sweep(): Promise<void> {}

  async remove(id: string): Promise<void> {
    await inPages(this.#database, () => {
      const page = "SELECT sequence FROM collection_faces WHERE collection_id = ? LIMIT ?";
      const removed = this.#database
        .statement(`DELETE FROM collection_faces WHERE sequence IN (${page})`)
        .run(id, PAGE).changes;
      // The collection is removed with its last faces, so that no faces are left without it. Until then, the number of
      // removals tells nodes that what they have read of it is stale.
      const rest = removed < PAGE ? "DELETE FROM collections" : "UPDATE collections SET removals = removals + 1";
      this.#database.statement(`${rest} WHERE id = ?`).run(id);
      return Number(removed);
    });
  }

  addFaces(
    id: string,
    faces: readonly { readonly face: CollectionFace; readonly encoding: readonly number[] }[],
    limit: number,
    after?: number,
  ): Promise<boolean> {
    return this.#database.write(() => {
      const ids = faces.map(({ face }) => face.id);
      if (this.#findFaces(id, ids).length > 0) return true;
      if (this.#removals(id) === undefined || this.#count(id) + faces.length > limit) return false;
      if (after !== undefined && this.#faces(id, after, 1).length > 0) return false;
      const dimensions = this.#faces(id, 0, 1)[0]?.encoding.length ?? faces[0]?.encoding.length;
      if (faces.some(({ encoding }) => encoding.length !== dimensions)) return false;
      const insert = this.#database.statement(
        "INSERT INTO collection_faces (collection_id, id, body, vector) VALUES (?, ?, ?, ?)",
      );
      for (const { face, encoding } of faces) insert.run(id, face.id, JSON.stringify(face), packVectors([encoding]));
      return true;
    });
  }

  findFaces(id: string, faceIds: readonly string[]): Promise<CollectionFace[]> {
    return this.#database.read(() => this.#findFaces(id, faceIds));
  }

  removeFace(id: string, faceId: string): Promise<boolean> {
    return this.#database.write(() => {
      const { changes } = this.#database
        .statement("DELETE FROM collection_faces WHERE collection_id = ? AND id = ?")
        .run(id, faceId);
      if (Number(changes) === 0) return false;
      this.#database.statement("UPDATE collections SET removals = removals + 1 WHERE id = ?").run(id);
      return true;
    });
  }

  countFaces(id: string): Promise<number> {
    return this.#database.read(() => this.#count(id));
  }

  removals(id: string): Promise<number | undefined> {
    return this.#database.read(() => this.#removals(id));
  }

  faces(id: string, after: number, limit: number): Promise<StoredFace[]> {
    return this.#database.read(() => this.#faces(id, after, limit));
  }

  listFaces(id: string, after: number, limit: number): Promise<ListedFace[]> {
    return this.#database.read(() => {
      const sql = `SELECT sequence, body FROM collection_faces
                   WHERE collection_id = ? AND sequence > ? ORDER BY sequence LIMIT ?`;
      const rows = this.#database.statement(sql).all(id, after, limit);
      return rows.map(({ sequence, body }) => ({ sequence: sequence as number, face: JSON.parse(body as string) }));
    });
  }

  #faces(id: string, after: number, limit: number): StoredFace[] {
    const sql = `SELECT sequence, body, vector FROM collection_faces
                 WHERE collection_id = ? AND sequence > ? ORDER BY sequence LIMIT ?`;
    const rows = this.#database.statement(sql).all(id, after, limit);
    return rows.map(({ sequence, body, vector }) => ({
      sequence: sequence as number,
      face: JSON.parse(body as string) as CollectionFace,
      encoding: unpackVectors(vector as Uint8Array, 1)[0] as Float64Array,
    }));
  }

  #findFaces(id: string, faceIds: readonly string[]): CollectionFace[] {
    const sql = `SELECT body FROM collection_faces
                 WHERE id IN (SELECT value FROM json_each(?)) AND collection_id = ? ORDER BY sequence`;
    const rows = this.#database.statement(sql).all(JSON.stringify(faceIds), id);
    return rows.map(({ body }) => JSON.parse(body as string));
  }

  #count(id: string): number {
    const row = this.#database.statement("SELECT faces FROM collections WHERE id = ?").get(id);
    return (row?.faces as number | undefined) ?? 0;
  }

  #removals(id: string): number | undefined {
    return this.#database.statement("SELECT removals FROM collections WHERE id = ?").get(id)?.removals as
      | number
      | undefined;
  }
}
