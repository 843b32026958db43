import type { KeyPageRequest, KeyStore, StoredKey } from "../../ports/key-store.ts";
import type { Database } from "./database.ts";

/** Client keys as a table. A row has a key as JSON, except for the time of its revocation. */
export class SqliteKeyStore implements KeyStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  insert(keyHash: string, key: StoredKey): Promise<boolean> {
    return this.#database.write(() => {
      const sql = "INSERT INTO client_keys (id, key_hash, body) VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING";
      const { changes } = this.#database.statement(sql).run(key.id, keyHash, JSON.stringify(key));
      if (Number(changes) === 1) return true;
      const stored = this.#database.statement("SELECT key_hash FROM client_keys WHERE id = ?").get(key.id);
      return stored?.key_hash === keyHash;
    });
  }

  findByHash(keyHash: string): Promise<StoredKey | undefined> {
    return this.#read("key_hash = ?", keyHash);
  }

  get(id: string): Promise<StoredKey | undefined> {
    return this.#read("id = ?", id);
  }

  list({ limit, after = "" }: KeyPageRequest): Promise<StoredKey[]> {
    return this.#database.read(() => {
      const sql = "SELECT body, revoked_at FROM client_keys WHERE id > ? ORDER BY id LIMIT ?";
      return this.#database.statement(sql).all(after, limit).map(keyOf);
    });
  }

  async revoke(id: string, now: string): Promise<StoredKey | undefined> {
    await this.#database.write(() => {
      const sql = "UPDATE client_keys SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL";
      this.#database.statement(sql).run(now, id);
    });
    return this.get(id);
  }

  #read(condition: string, value: string): Promise<StoredKey | undefined> {
    return this.#database.read(() => {
      const row = this.#database.statement(`SELECT body, revoked_at FROM client_keys WHERE ${condition}`).get(value);
      return row && keyOf(row);
    });
  }
}

function keyOf({ body, revoked_at: revokedAt }: Record<string, unknown>): StoredKey {
  return { ...JSON.parse(body as string), ...(revokedAt !== null && { revokedAt: revokedAt as string }) };
}
