import type { ReaderPositions } from "../../ports/reader-positions.ts";
import type { Database } from "./database.ts";

/** One row for each reader. */
export class SqliteReaderPositions implements ReaderPositions {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  get(reader: string): Promise<string | undefined> {
    return this.#database.read(() => {
      const row = this.#database.statement("SELECT position FROM reader_positions WHERE reader = ?").get(reader);
      return row?.position as string | undefined;
    });
  }

  move(reader: string, from: string | undefined, to: string): Promise<boolean> {
    return this.#database.write(() => {
      const { changes } =
        from === undefined
          ? this.#database.statement("INSERT OR IGNORE INTO reader_positions VALUES (?, ?)").run(reader, to)
          : this.#database
              .statement("UPDATE reader_positions SET position = ? WHERE reader = ? AND position = ?")
              .run(to, reader, from);
      return changes === 1;
    });
  }
}
