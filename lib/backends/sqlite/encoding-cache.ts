import type { EncodedFace } from "../../encoding/encoding.ts";
import { packVectors, unpackVectors } from "../../encoding/vectors.ts";
import type { CachedEncoding, EncodingCache } from "../../ports/encoding-cache.ts";
import type { Database } from "./database.ts";
import { inPages, PAGE } from "./pages.ts";

export class SqliteEncodingCache implements EncodingCache {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  get(key: string): Promise<CachedEncoding | undefined> {
    return this.#database.read(() => {
      const row = this.#database.statement("SELECT body, faces, vectors FROM encodings WHERE key = ?").get(key);
      if (!row) return undefined;
      const entry = JSON.parse(row.body as string) as CachedEncoding;
      const vectors = unpackVectors(row.vectors as Uint8Array, row.faces as number);
      const faces = entry.encoding.faces.map(
        (face, index): EncodedFace => ({ ...face, encoding: Array.from(vectors[index] as Float64Array) }),
      );
      return { ...entry, encoding: { ...entry.encoding, faces } };
    });
  }

  async put(key: string, { encoding, computeMs }: CachedEncoding, owner: string, now: string): Promise<void> {
    const faces = encoding.faces.map(({ encoding: _vector, ...face }) => face);
    const body = JSON.stringify({ encoding: { ...encoding, faces }, computeMs });
    const vectors = packVectors(encoding.faces.map(({ encoding: vector }) => vector));
    await this.#database.write(() => {
      this.#database
        .statement(
          `INSERT INTO encodings (key, used_at, body, faces, vectors) VALUES (?, ?, ?, ?, ?)
           ON CONFLICT (key) DO UPDATE SET used_at = excluded.used_at`,
        )
        .run(key, now, body, faces.length, vectors);
      this.#addOwner(key, owner);
    });
  }

  addOwner(key: string, owner: string, now: string): Promise<boolean | undefined> {
    return this.#database.write(() => {
      const { changes } = this.#database.statement("UPDATE encodings SET used_at = ? WHERE key = ?").run(now, key);
      return Number(changes) === 0 ? undefined : !this.#addOwner(key, owner);
    });
  }

  hasOwner(key: string, owner: string): Promise<boolean> {
    return this.#database.read(() => {
      const sql = "SELECT 1 FROM encoding_holders WHERE key = ? AND holder = ?";
      return this.#database.statement(sql).get(key, owner) !== undefined;
    });
  }

  async release(key: string, owner: string): Promise<void> {
    await this.#database.write(() => this.#release(key, owner));
  }

  async releaseAll(owner: string): Promise<void> {
    await inPages(this.#database, () => {
      const owned = this.#database.statement("SELECT key FROM encoding_holders WHERE holder = ? LIMIT ?");
      const keys = owned.all(owner, PAGE).map(({ key }) => key as string);
      for (const key of keys) this.#release(key, owner);
      return keys.length;
    });
  }

  sweep(before: string): Promise<number> {
    return this.#database.write(() => {
      const sql = "SELECT key FROM encodings WHERE used_at < ? ORDER BY used_at LIMIT ?";
      const keys = this.#database.statement(sql).all(before, PAGE);
      for (const { key } of keys) {
        this.#database.statement("DELETE FROM encoding_holders WHERE key = ?").run(key as string);
        this.#database.statement("DELETE FROM encodings WHERE key = ?").run(key as string);
      }
      return keys.length;
    });
  }

  /** @returns true if the owner is new. */
  #addOwner(key: string, owner: string): boolean {
    const { changes } = this.#database
      .statement(
        `INSERT INTO encoding_holders (key, holder) SELECT key, ? FROM encodings WHERE key = ?
         ON CONFLICT (key, holder) DO NOTHING`,
      )
      .run(owner, key);
    return Number(changes) === 1;
  }

  #release(key: string, owner: string): void {
    this.#database.statement("DELETE FROM encoding_holders WHERE key = ? AND holder = ?").run(key, owner);
    this.#database
      .statement("DELETE FROM encodings WHERE key = ?1 AND NOT EXISTS (SELECT 1 FROM encoding_holders WHERE key = ?1)")
      .run(key);
  }
}
