import { dirname, resolve } from "node:path";
import type { DatabaseSync } from "node:sqlite";

/**
 * Keeps the temporary files of all connections of this process in the folder of the database. Otherwise VACUUM copies
 * the whole database to /var/tmp, which may be on a disk that is not encrypted, or in the memory of a container.
 */
export function keepTemporaryFilesBeside(connection: DatabaseSync, path: string): void {
  connection.exec(`PRAGMA temp_store_directory = '${resolve(dirname(path)).replaceAll("'", "''")}'`);
}
