import { nextEntry } from "../../audit/chain.ts";
import type { AuditEntry, AuditRecord, AuditStore } from "../../ports/audit-store.ts";
import type { Database } from "./database.ts";
import { inPages, PAGE } from "./pages.ts";

/** The audit log as a table of JSON. */
export class SqliteAuditStore implements AuditStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async append(records: readonly AuditRecord[]): Promise<void> {
    await this.#database.write(() => {
      const isThere = this.#database.statement("SELECT 1 FROM audit WHERE id = ?");
      const insert = this.#database.statement("INSERT INTO audit (sequence, id, time, body) VALUES (?, ?, ?, ?)");
      const newest = this.#database.statement("SELECT body FROM audit ORDER BY sequence DESC LIMIT 1").get();
      let last = newest && (JSON.parse(newest.body as string) as AuditEntry);
      for (const record of records) {
        if (isThere.get(record.id)) continue;
        last = nextEntry(record, last);
        insert.run(last.sequence, record.id, record.time, JSON.stringify(last));
      }
    });
  }

  read({ before, limit }: { readonly before?: number; readonly limit: number }): Promise<AuditEntry[]> {
    return this.#database.read(() => {
      const sql = "SELECT body FROM audit WHERE sequence < ? ORDER BY sequence DESC LIMIT ?";
      const rows = this.#database.statement(sql).all(before ?? Number.MAX_SAFE_INTEGER, limit);
      return rows.map(({ body }) => JSON.parse(body as string));
    });
  }

  async sweep(before: string): Promise<number> {
    // Removes only the oldest entries, without gaps, because the clock may have been wrong in between.
    const firstKept = `SELECT coalesce(
      (SELECT min(sequence) FROM audit WHERE time >= ?), (SELECT max(sequence) FROM audit)) AS sequence`;
    const end = await this.#database.read(
      () => this.#database.statement(firstKept).get(before)?.sequence as number | null,
    );
    const oldest = "SELECT sequence FROM audit WHERE sequence < ? ORDER BY sequence LIMIT ?";
    const sql = `DELETE FROM audit WHERE sequence IN (${oldest})`;
    return inPages(this.#database, () => Number(this.#database.statement(sql).run(end, PAGE).changes));
  }
}
