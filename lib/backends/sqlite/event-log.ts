import { cursorGone } from "../../jobs/event-cursor.ts";
import { type CloudEvent, jobIdOf } from "../../jobs/events.ts";
import type { AppendedEvents, EventLog, EventPageRequest, LoggedEvent } from "../../ports/event-log.ts";
import { EVERYBODY } from "../../sessions/owner.ts";
import { Listeners } from "../listeners.ts";
import type { Database } from "./database.ts";
import { inPages, PAGE } from "./pages.ts";

/** Rows that a sweep looks at in one turn, so as not to block the main thread. */
const SWEEP_PAGE = 1000;

interface Row {
  sequence: number;
  event: string;
}

interface Place {
  readonly sequence: number;
  readonly time: string;
}

/** The event log as a table keyed by sequence. */
export class SqliteEventLog implements EventLog {
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
        // A rejected event takes no sequence.
        if (changes === 0) return false;
        last++;
        return true;
      });
      return inserted.length > 0 ? [{ after: last - inserted.length, events: inserted }] : [];
    });
    if (appended && appended.length > 0) this.#listeners.wake();
    return appended;
  }

  read({ after, limit, jobId, owner = EVERYBODY }: EventPageRequest): Promise<LoggedEvent[]> {
    return this.#database.read(() => {
      // The plus keeps SQLite on the index by job: the owner may have many events of other jobs.
      const isOwner = jobId === undefined ? "owner IS ?" : "+owner IS ?";
      const conditions = [jobId !== undefined && "job_id = ?", owner !== EVERYBODY && isOwner, "sequence > ?"];
      const where = conditions.filter(Boolean).join(" AND ");
      const values = [...(jobId === undefined ? [] : [jobId]), ...(owner === EVERYBODY ? [] : [owner]), after, limit];
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

  async erase(owners: readonly string[]): Promise<void> {
    if (owners.length === 0) return;
    await this.#database.write(() => this.#keepEnd(this.#lastSequence() + 1));
    await inPages(this.#database, () => {
      // Events may have been appended since the last page, and this page may remove them.
      this.#keepEnd(this.#lastSequence());
      const sql = `DELETE FROM events WHERE sequence IN (
                     SELECT sequence FROM events WHERE owner IN (SELECT value FROM json_each(?)) LIMIT ?)`;
      return Number(this.#database.statement(sql).run(JSON.stringify(owners), PAGE).changes);
    });
  }

  countOf(owner: string): Promise<number> {
    return this.#database.read(() => {
      const row = this.#database.statement("SELECT count(*) AS n FROM events WHERE owner = ?").get(owner);
      return row?.n as number;
    });
  }

  /**
   * Stops at the first event that is younger, since events are in order of time. Events of a clock that was ahead,
   * which are later than the newest event, are skipped, because they say nothing about those that follow. Keeps the
   * newest event: the next sequence is counted from it.
   */
  async sweep(before: string): Promise<number> {
    let swept = 0;
    for (let after: number | undefined = 0; after !== undefined; ) {
      const from: number = after;
      const page = await this.#database.write(() => this.#sweepPage(from, before));
      swept += page.swept;
      after = page.next;
    }
    return swept;
  }

  #sweepPage(after: number, before: string): { readonly swept: number; readonly next?: number } {
    const columns = "SELECT sequence, time FROM events";
    const page = this.#database.statement(`${columns} WHERE sequence > ? ORDER BY sequence LIMIT ?`);
    const last = page.all(after, SWEEP_PAGE).at(-1) as unknown as Place | undefined;
    if (!last) return { swept: 0 };
    const newest = this.#database.statement(`${columns} ORDER BY sequence DESC LIMIT 1`).get() as unknown as Place;
    const remove = this.#database.statement(
      "DELETE FROM events WHERE sequence > ? AND sequence <= ? AND sequence < ? AND time < ?",
    );
    const swept = Number(remove.run(after, last.sequence, newest.sequence, before).changes);
    return { swept, ...((swept > 0 || last.time > newest.time) && { next: last.sequence }) };
  }

  /** Stores where the log ends, so that the sequences of events that are removed are not used again. */
  #keepEnd(sequence: number): void {
    this.#database.statement("UPDATE event_counter SET sequence = ?").run(sequence);
  }

  #lastSequence(): number {
    const sql = "SELECT max((SELECT sequence FROM event_counter), coalesce(max(sequence), 0)) AS last FROM events";
    return this.#database.statement(sql).get()?.last as number;
  }
}
