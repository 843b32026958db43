/** Preparation of the database file before it is used. */
import { statSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { failure } from "../../errors.ts";
import { StartFailure } from "../../start-failure.ts";
import { newerData } from "../newer-data.ts";
import { steps } from "./schema.ts";
import { keepTemporaryFilesBeside } from "./temporary-files.ts";

const SQLITE_BUSY = 5;
const WAL_HEADER_BYTES = 32;
const WAL_FRAME_BYTES = 24 + 4096;
/**
 * The WAL is cut to this size once its pages are in the database. It grows beyond that in a large change, such as an
 * upgrade, and while another program reads the database, such as a backup. 16 MiB in whole frames: see `noticeTornWal`.
 */
const WAL_LIMIT_BYTES = WAL_HEADER_BYTES + 4072 * WAL_FRAME_BYTES;

export interface OpeningOptions {
  /** Called with what an operator should know, such as an upgrade. */
  readonly onNotice?: (notice: string) => void;
  /** Maximum size of the database, in pages of 4 KiB; for tests of a full disk. */
  readonly maxPages?: number;
}

/**
 * Brings the tables to this version, and checks the pages.
 * @throws STORE_CORRUPT; StartFailure if another program made the database
 */
export async function prepare(
  connection: DatabaseSync,
  path: string,
  { maxPages, onNotice }: OpeningOptions,
): Promise<void> {
  const { user_version: version } = connection.prepare("PRAGMA user_version").get() as { user_version: number };
  // Must come before anything that writes to the file.
  requireOwnTables(connection, path, version);
  connection.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -16384");
  connection.exec(`PRAGMA journal_size_limit = ${WAL_LIMIT_BYTES}`);
  keepTemporaryFilesBeside(connection, path);
  awaitWriter(connection);
  if (maxPages) connection.exec(`PRAGMA max_page_count = ${maxPages}`);
  if (version > steps.length) throw newerData(path, version, steps.length);
  if (version === 0) connection.exec(inOneTransaction(steps.join(""), steps.length));
  else await upgrade(connection, path, version, onNotice);
  const { page_count: pages } = connection.prepare("PRAGMA page_count").get() as { page_count: number };
  const { page_size: pageBytes } = connection.prepare("PRAGMA page_size").get() as { page_size: number };
  const megabytes = Math.round((pages * pageBytes) / 1e6);
  if (megabytes >= ANNOUNCED_MEGABYTES) {
    onNotice?.(
      `${path} is checked for damage: ${megabytes} MB, which takes about ten seconds per gigabyte, on slow disks more. Nothing is served meanwhile.`,
    );
    await sleep(LOG_MS);
  }
  const check = connection.prepare("PRAGMA quick_check(1)").get() as { quick_check: string };
  if (check.quick_check !== "ok")
    throw failure("STORE_CORRUPT", `${path} is damaged: ${check.quick_check}. Restore it from a backup.`);
}

/** A smaller database is checked in a second or two. */
const ANNOUNCED_MEGABYTES = 128;
/**
 * Pause before a step, in which the log's lines are written. They are written in the background, which cannot happen
 * while a step occupies the thread.
 */
const LOG_MS = 50;

/**
 * Brings the tables to the present version. Each step is a transaction of its own: a start that is killed, or has no
 * room, loses nothing, and the next start continues with the step that did not end.
 */
async function upgrade(
  connection: DatabaseSync,
  path: string,
  version: number,
  onNotice: OpeningOptions["onNotice"],
): Promise<void> {
  const missing = steps.slice(version);
  for (const [index, step] of missing.entries()) {
    onNotice?.(
      `${path} is upgraded to this version of the service, step ${index + 1} of ${missing.length}. Nothing is served meanwhile: with a million jobs, a step may take minutes. If the service is stopped, the next start goes on with this step.`,
    );
    await sleep(LOG_MS);
    connection.exec(inOneTransaction(step, version + index + 1));
  }
  if (missing.length > 0) onNotice?.(`${path} is upgraded.`);
}

/** How long to wait for a process in the middle of a sync. It ends with the sync. */
const WRITER_ENDS_WITHIN_MS = 10_000;

/**
 * Waits for the process that was rewriting the database for a killed service, which may not have ended yet (see
 * `vacuum`). A program that holds the database for longer only delays changes.
 */
function awaitWriter(connection: DatabaseSync): void {
  connection.exec(`PRAGMA busy_timeout = ${WRITER_ENDS_WITHIN_MS}`);
  try {
    connection.exec("BEGIN IMMEDIATE; COMMIT");
  } catch (error) {
    if ((error as { errcode?: number }).errcode !== SQLITE_BUSY) throw error;
  } finally {
    connection.exec("PRAGMA busy_timeout = 0");
  }
}

function inOneTransaction(changes: string, version: number): string {
  return `BEGIN; ${changes} PRAGMA user_version = ${version}; COMMIT`;
}

/** Tables that every version has. */
const OWN_TABLES = ["jobs", "outbox", "idempotency_keys"];

/** @throws StartFailure if another program made the database */
function requireOwnTables(connection: DatabaseSync, path: string, version: number): void {
  const tables = connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
  const names = new Set(tables.map(({ name }) => name));
  const isOwn = version === 0 ? names.size === 0 : OWN_TABLES.every((name) => names.has(name));
  if (!isOwn)
    throw new StartFailure(`${path} is the database of another program. Move it away, or set another DATA_DIR.`);
}

/** SQLite silently drops an incomplete last write. It was never acknowledged, but log it. */
export function noticeTornWal(path: string, onNotice: OpeningOptions["onNotice"]): void {
  const bytes = statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0;
  if (bytes === 0 || (bytes >= WAL_HEADER_BYTES && (bytes - WAL_HEADER_BYTES) % WAL_FRAME_BYTES === 0)) return;
  onNotice?.(`${path}-wal ends in the middle of a write. That write, which was never acknowledged, is left out.`);
}
