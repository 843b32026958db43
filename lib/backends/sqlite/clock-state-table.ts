import type { ClockState } from "../../time/retention-clock.ts";
import type { Database } from "./database.ts";

/** The state of the clock that removals go by, in a single row. */
export class ClockStateTable {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  load(): Promise<ClockState | undefined> {
    return this.#database.read(() => {
      const row = this.#database.statement("SELECT state FROM retention_clock").get();
      return row && JSON.parse(row.state as string);
    });
  }

  save(state: ClockState): Promise<void> {
    return this.#database.write(() => {
      this.#database.statement("INSERT OR REPLACE INTO retention_clock VALUES (1, ?)").run(JSON.stringify(state));
    });
  }
}
