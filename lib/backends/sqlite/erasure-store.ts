import type { ErasureStore, MemberKind, MemberPage, StoredErasure } from "../../ports/erasure-store.ts";
import type { Database } from "./database.ts";
import { inPages, PAGE } from "./pages.ts";

/** Erasures as JSON, with their first subject as the key. */
export class SqliteErasureStore implements ErasureStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  insert(erasure: StoredErasure): Promise<StoredErasure> {
    const subject = erasure.subjects[0] as string;
    return this.#database.write(() => {
      const sql =
        "INSERT INTO erasures (subject, id, phase, body) VALUES (?, ?, ?, ?) ON CONFLICT (subject) DO NOTHING";
      this.#database.statement(sql).run(subject, erasure.id, erasure.phase, JSON.stringify(erasure));
      return this.#find("subject = ?", subject) as StoredErasure;
    });
  }

  get(id: string): Promise<StoredErasure | undefined> {
    return this.#database.read(() => this.#find("id = ?", id));
  }

  findBySubject(subject: string): Promise<StoredErasure | undefined> {
    const condition = "EXISTS (SELECT 1 FROM json_each(erasures.body, '$.subjects') WHERE json_each.value = ?)";
    return this.#database.read(() => this.#find(condition, subject));
  }

  put(erasure: StoredErasure & { readonly revision: number }): Promise<boolean> {
    return this.#database.write(() => {
      const sql =
        "UPDATE erasures SET phase = ?, body = ? WHERE id = ? AND coalesce(json_extract(body, '$.revision'), 0) = ?";
      const { id, phase, revision } = erasure;
      return this.#database.statement(sql).run(phase, JSON.stringify(erasure), id, revision - 1).changes === 1;
    });
  }

  unfinished(): Promise<StoredErasure[]> {
    return this.#database.read(() => {
      const rows = this.#database.statement("SELECT body FROM erasures WHERE phase <> 'done'").all();
      const found = rows.map(({ body }): StoredErasure => JSON.parse(body as string));
      return found.toSorted((a, b) => a.requestedAt.localeCompare(b.requestedAt));
    });
  }

  async addMembers(erasureId: string, kind: MemberKind, ids: readonly string[]): Promise<void> {
    await this.#database.write(() => {
      const sql = `INSERT INTO erasure_members (erasure_id, kind, id) SELECT ?, ?, value FROM json_each(?) WHERE true
                   ON CONFLICT DO NOTHING`;
      this.#database.statement(sql).run(erasureId, kind, JSON.stringify(ids));
    });
  }

  members(erasureId: string, kind: MemberKind, { after = "", limit }: MemberPage): Promise<string[]> {
    return this.#database.read(() => {
      const sql = "SELECT id FROM erasure_members WHERE erasure_id = ? AND kind = ? AND id > ? ORDER BY id LIMIT ?";
      const rows = this.#database.statement(sql).all(erasureId, kind, after, limit);
      return rows.map(({ id }) => id as string);
    });
  }

  async removeMembers(erasureId: string): Promise<void> {
    const sql = `DELETE FROM erasure_members WHERE (erasure_id, kind, id) IN
      (SELECT erasure_id, kind, id FROM erasure_members WHERE erasure_id = ? LIMIT ?)`;
    await inPages(this.#database, () => Number(this.#database.statement(sql).run(erasureId, PAGE).changes));
  }

  #find(condition: string, value: string): StoredErasure | undefined {
    const row = this.#database.statement(`SELECT body FROM erasures WHERE ${condition}`).get(value);
    return row && JSON.parse(row.body as string);
  }
}
