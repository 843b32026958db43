/**
 * Writes a database of 6 MB anew, in the folder given, and prints what became of it. One that is given a channel does
 * so when it is told to, and says when it could be.
 */
import { once } from "node:events";
import { Database } from "../../lib/backends/sqlite/database.ts";

const ROWS = 60;
const ROW_BYTES = 100_000;

const database = await Database.open({ folder: process.argv[2] as string });
await database.write(() => {
  const insert = database.statement("INSERT INTO secrets (name, value) VALUES (?, ?)");
  for (let row = 0; row < ROWS; row++) insert.run(`${row}`, Buffer.alloc(ROW_BYTES, row));
});
if (process.send) {
  // Who reads from now on does not read in the log.
  await database.read(() => database.statement("PRAGMA wal_checkpoint(TRUNCATE)").get());
  process.send("ready");
  await once(process, "message");
}
const outcome = await database.scrub().then(
  () => "scrubbed",
  (error) => error.type,
);
await database.close();
console.log(outcome);
