import { cursorGone } from "../../jobs/event-cursor.ts";
import { type CloudEvent, jobIdOf } from "../../jobs/events.ts";
import type { AppendedEvents, EventLog, EventPageRequest, LoggedEvent } from "../../ports/event-log.ts";
import { Listeners } from "../listeners.ts";
import type { Database } from "./database.ts";

/** Maximum rows per sweep, so as not to block the main thread. */
const SWEEP_LIMIT = 1000;

interface Row {
  sequence: number;
  event: string;
}

/** The event log as a table keyed by sequence. */
export class EmbeddedEventLog implements EventLog {
  readonly #database: Database;
  readonly #listeners = new Listeners();

  constructor(database: Database) {
    this.#database = database;
  }

  append(events: readonly CloudEvent[]): Promise<AppendedEvents[]>;
  append(events: readonly CloudEvent[], end: number): Promise<AppendedEvents[] | undefined>;
  async append(events: readonly CloudEvent[], end?: number): Promise<AppendedEvents[] | undefined> {
    const appended = await this.#database.write(() => {
      if (end !== undefined && end !== this.#lastSequence()) return undefined;
      const insert = this.#database.statement(
        `INSERT INTO events (sequence, id, job_id, owner, time, event) VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT (id) DO NOTHING`,
      );
      let last = this.#lastSequence();
      const inserted = events.filter((event) => {
        const row = [event.id, jobIdOf(event), event.owner ?? null, event.time, JSON.stringify(event)] as const;
        const { changes } = insert.run(last + 1, ...row);
        // A rejected event takes no sequence: no gaps.
        if (changes === 0) return false;
        last++;
        return true;
      });
      return inserted.length > 0 ? [{ after: last - inserted.length, events: inserted }] : [];
    });
    if (appended && appended.length > 0) this.#listeners.wake();
    return appended;
  }

  read({ after, limit, jobId, owner }: EventPageRequest): Promise<LoggedEvent[]> {
    return this.#database.read(() => {
      // The plus keeps SQLite on the index by job: the owner may have many events of other jobs.
      const isOwner = jobId === undefined ? "owner IS ?" : "+owner IS ?";
      const conditions = [jobId !== undefined && "job_id = ?", owner !== undefined && isOwner, "sequence > ?"];
      const where = conditions.filter(Boolean).join(" AND ");
      const values = [...(jobId === undefined ? [] : [jobId]), ...(owner === undefined ? [] : [owner]), after, limit];
      const rows = this.#database
        .statement(`SELECT sequence, event FROM events WHERE ${where} ORDER BY sequence LIMIT ?`)
        .all(...values);
      if (rows.length === 0 && after > this.#lastSequence()) throw cursorGone(after, this.#lastSequence());
      return (rows as unknown as Row[]).map(({ sequence, event }) => ({ sequence, event: JSON.parse(event) }));
    });
  }

  lastSequence(): Promise<number> {
    return this.#database.read(() => this.#lastSequence());
  }

  subscribe(listener: () => void): () => void {
    return this.#listeners.add(listener);
  }

  erase(owner: string): Promise<void> {
    return this.#database.write(() => {
      this.#database.statement("UPDATE event_counter SET sequence = ?").run(this.#lastSequence() + 1);
      this.#database.statement("DELETE FROM events WHERE owner = ?").run(owner);
    });
  }

  countOf(owner: string): Promise<number> {
    return this.#database.read(() => {
      const row = this.#database.statement("SELECT count(*) AS n FROM events WHERE owner = ?").get(owner);
      return row?.n as number;
    });
  }

  /** Keeps the newest event: the next sequence is counted from it. */
  sweep(before: string): Promise<number> {
    return this.#database.write(() => {
      const sweep = this.#database.statement(
        `DELETE FROM events WHERE sequence IN (
           SELECT sequence FROM (SELECT sequence, time FROM events ORDER BY sequence LIMIT ?)
           WHERE time < ? AND sequence < (SELECT max(sequence) FROM events))`,
      );
      return Number(sweep.run(SWEEP_LIMIT, before).changes);
    });
  }

  #lastSequence(): number {
    const sql = "SELECT max((SELECT sequence FROM event_counter), coalesce(max(sequence), 0)) AS last FROM events";
    return this.#database.statement(sql).get()?.last as number;
  }
}
