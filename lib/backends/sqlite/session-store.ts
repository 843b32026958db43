import { packVectors, unpackVectors } from "../../encoding/vectors.ts";
import {
  type NewSessionImage,
  OWNER_OF_KEYS,
  type Session,
  type SessionImage,
  type SessionStore,
} from "../../ports/session-store.ts";
import type { Database } from "./database.ts";

export class SqliteSessionStore implements SessionStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  secret(candidate: Uint8Array): Promise<Uint8Array> {
    return this.#database.write(() => {
      this.#database
        .statement("INSERT INTO secrets (name, value) VALUES ('session', ?) ON CONFLICT (name) DO NOTHING")
        .run(candidate);
      const row = this.#database.statement("SELECT value FROM secrets WHERE name = 'session'").get();
      return row?.value as Uint8Array;
    });
  }

  async insert(keyHash: string, { id, createdAt, openedBy, usedAt }: Session): Promise<void> {
    await this.#database.write(() => {
      this.#database
        .statement(
          `INSERT INTO sessions (key_hash, id, created_at, opened_by, used_at) VALUES (?, ?, ?, ?, ?)
           ON CONFLICT (key_hash) DO NOTHING`,
        )
        .run(keyHash, id, createdAt, openedBy ?? null, usedAt ?? null);
    });
  }

  find(keyHash: string): Promise<Session | undefined> {
    return this.#database.read(() => {
      const sql = "SELECT id, created_at, opened_by, used_at FROM sessions WHERE key_hash = ? AND ended_at IS NULL";
      const row = this.#database.statement(sql).get(keyHash);
      const [openedBy, usedAt] = [row?.opened_by as string | null, row?.used_at as string | null];
      return (
        row && {
          id: row.id as string,
          createdAt: row.created_at as string,
          ...(openedBy && { openedBy }),
          ...(usedAt && { usedAt }),
        }
      );
    });
  }

  use(sessionId: string, now: string): Promise<boolean> {
    return this.#database.write(() => {
      const sql = "UPDATE sessions SET used_at = ? WHERE id = ? AND ended_at IS NULL";
      return Number(this.#database.statement(sql).run(now, sessionId).changes) === 1;
    });
  }

  endIdle(before: string, now: string, limit: number): Promise<boolean> {
    return this.#database.write(() => {
      const sql = "UPDATE sessions SET used_at = ? WHERE used_at IS NULL AND ended_at IS NULL AND key_hash < ?";
      this.#database.statement(sql).run(now, OWNER_OF_KEYS);
      const { changes } = this.#database
        .statement(
          `UPDATE sessions SET ended_at = ?
           WHERE id IN (SELECT id FROM sessions WHERE used_at < ? AND ended_at IS NULL LIMIT ?)`,
        )
        .run(now, before, limit);
      return Number(changes) > 0;
    });
  }

  ended(after: string, limit: number): Promise<string[]> {
    return this.#database.read(() => {
      const sql = "SELECT id FROM sessions WHERE ended_at IS NOT NULL AND id > ? ORDER BY id LIMIT ?";
      const rows = this.#database.statement(sql).all(after, limit);
      return rows.map(({ id }) => id as string);
    });
  }

  async removeEnded(sessionId: string): Promise<void> {
    await this.#database.write(() => {
      this.#database.statement("DELETE FROM session_pictures WHERE session_id = ?").run(sessionId);
      this.#database.statement("DELETE FROM sessions WHERE id = ? AND ended_at IS NOT NULL").run(sessionId);
    });
  }

  addImage(sessionId: string, image: NewSessionImage, limit: number): Promise<boolean> {
    const { sha256, encodings, creation, erasedAt } = image;
    return this.#database.write(() => {
      const isThere = "SELECT 1 FROM session_pictures WHERE session_id = ? AND creation = ?";
      if (creation !== undefined && this.#database.statement(isThere).get(sessionId, creation)) return true;
      const { changes } = this.#database
        .statement(
          `INSERT INTO session_pictures (session_id, position, sha256, faces, vectors, creation)
           SELECT ?1, count(*), ?2, ?3, ?4, ?6 FROM session_pictures WHERE session_id = ?1
           HAVING count(*) < ?5 AND EXISTS (
             SELECT 1 FROM sessions WHERE id = ?1 AND ended_at IS NULL AND (?7 OR erased_at IS ?8))`,
        )
        .run(
          ...[sessionId, sha256, encodings.length, packVectors(encodings), limit, creation ?? null],
          ...[erasedAt === undefined ? 1 : 0, erasedAt ?? null],
        );
      return Number(changes) === 1;
    });
  }

  countImages(sessionId: string): Promise<number> {
    return this.#database.read(() => {
      const sql = "SELECT count(*) AS n FROM session_pictures WHERE session_id = ?";
      return this.#database.statement(sql).get(sessionId)?.n as number;
    });
  }

  images(sessionId: string): Promise<SessionImage[]> {
    return this.#database.read(() => {
      const sql = "SELECT sha256, faces, vectors FROM session_pictures WHERE session_id = ? ORDER BY position";
      return this.#database
        .statement(sql)
        .all(sessionId)
        .map(({ sha256, faces, vectors }) => ({
          sha256: sha256 as string,
          encodings: unpackVectors(vectors as Uint8Array, faces as number).map((vector) => Array.from(vector)),
        }));
    });
  }

  async erase(sessionId: string, now: string): Promise<void> {
    await this.#database.write(() => {
      this.#database.statement("UPDATE sessions SET erased_at = ? WHERE id = ?").run(now, sessionId);
      this.#database.statement("DELETE FROM session_pictures WHERE session_id = ?").run(sessionId);
    });
  }

  erasedAt(sessionId: string): Promise<string | null | undefined> {
    return this.#database.read(() => {
      const sql = "SELECT erased_at FROM sessions WHERE id = ? AND ended_at IS NULL";
      return this.#database.statement(sql).get(sessionId)?.erased_at as string | null | undefined;
    });
  }

  openerOf(sessionId: string): Promise<string | undefined> {
    return this.#database.read(() => {
      const sql = "SELECT opened_by FROM sessions WHERE id = ? AND ended_at IS NULL";
      return (this.#database.statement(sql).get(sessionId)?.opened_by as string | null | undefined) ?? undefined;
    });
  }

  exists(sessionId: string): Promise<boolean> {
    return this.#database.read(
      () =>
        this.#database.statement("SELECT 1 FROM sessions WHERE id = ? AND ended_at IS NULL").get(sessionId) !==
        undefined,
    );
  }
}
