import { closeSync, fdatasync, openSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { promisify } from "node:util";
import { LRUCache } from "lru-cache";
import { failure } from "../../errors.ts";
import { FolderLock } from "../../folders/folder-lock.ts";
import { openPrivateFolder } from "../../folders/private-folder.ts";
import { coalesced } from "../files/disk-sync.ts";
import { OpenedFile } from "../files/opened-file.ts";
import { noticeTornWal, type OpeningOptions, prepare } from "./opening.ts";
import { asStartFailure, asStorageFailure } from "./storage-failure.ts";
import { vacuum } from "./vacuum.ts";

export interface DatabaseOptions extends OpeningOptions {
  /** Data folder; created if missing. */
  readonly folder: string;
  /**
   * Maximum delay of a commit, to group further changes. Each commit costs the main thread about as much as five
   * changes.
   */
  readonly commitDelayMs?: number;
  /** Called with sentences for an operator: about an upgrade or a repair at startup, and a disk that fails later. */
  readonly onNotice?: (notice: string) => void;
}

/** When a change is safe: from a crash of the process, or from a power failure too. */
type Safety = "committed" | "synced";

interface Waiting {
  readonly until: Safety;
  resolve(): void;
  reject(error: unknown): void;
}

/** Name of the database for clients, who must not learn its path. */
const PLACE = "The database";

/**
 * Prepared statements that are kept, of some 10 to 60 kB each. Statements that are constants make up less than half.
 * Those of job lists have thousands of forms, which clients choose.
 */
const MAX_STATEMENTS = 500;

const datasync = promisify(fdatasync);

/**
 * `sightline.db`: SQLite with group commit. Changes run at once, serially, in an open transaction; their promises
 * resolve together a moment later, when it is committed and on the disk. A change that throws is rolled back alone.
 *
 * In WAL mode with `synchronous = NORMAL`, a commit leaves its data with the operating system. We sync the WAL
 * ourselves, as SQLite would with `FULL`, but in another thread: the main thread would stand still for every sync.
 * SQLite syncs the WAL before it copies it into the database, and the database before it begins the WAL anew, so no
 * acknowledged change is ever in neither.
 */
export class Database {
  readonly path: string;
  readonly #lock: FolderLock;
  readonly #connection: DatabaseSync;
  readonly #statements = new LRUCache<string, StatementSync>({ max: MAX_STATEMENTS });
  readonly #commitDelayMs: number;
  readonly #onNotice: (notice: string) => void;
  readonly #wal: number;
  readonly #sync: () => Promise<void>;
  /** Writers and readers of the open transaction that wait for its commit. */
  #waiting: Waiting[] = [];
  #timer: NodeJS.Timeout | undefined;
  /** The sync of the latest commit; undefined once it is on the disk. */
  #syncing: Promise<void> | undefined;
  #scrubbing: Promise<void> | undefined;
  readonly #closing = new AbortController();
  /** After a failed sync, the operating system no longer knows which writes are missing on the disk. */
  #syncError: unknown;
  /** False while the database's folder is moved away or removed. Nothing is stored then. */
  #isInPlace = true;

  private constructor(lock: FolderLock, path: string, connection: DatabaseSync, options: DatabaseOptions) {
    this.path = path;
    this.#lock = lock;
    this.#connection = connection;
    this.#commitDelayMs = options.commitDelayMs ?? 1;
    this.#onNotice = options.onNotice ?? (() => {});
    this.#wal = openSync(`${path}-wal`, "r+");
    const file = new OpenedFile(path);
    this.#sync = coalesced(async () => {
      const [isInPlace] = await Promise.all([file.isInPlace(), datasync(this.#wal)]);
      this.#notePlace(isInPlace);
    });
  }

  /** @throws STORE_LOCKED, STORE_CORRUPT; StartFailure where the folder cannot be used */
  static async open(options: DatabaseOptions): Promise<Database> {
    const { folder, onNotice } = options;
    openPrivateFolder(folder, onNotice);
    const lock = FolderLock.take(folder);
    const path = join(folder, "sightline.db");
    let connection: DatabaseSync | undefined;
    try {
      noticeTornWal(path, onNotice);
      connection = new DatabaseSync(path, { timeout: 0 });
      await prepare(connection, path, options);
      return new Database(lock, path, connection, options);
    } catch (error) {
      connection?.close();
      lock.release();
      throw asStartFailure(error, folder, path);
    }
  }

  /** The prepared statement. The most recently used ones are kept. */
  statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#connection.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  /**
   * Runs the change now, or after the scrub in progress, and resolves to its result once it is on the disk. If it
   * throws, it is rolled back entirely, and the promise is rejected once everything that it may have seen is on the
   * disk. If that is lost, the change runs again. If the storage fails, the promise is rejected at once.
   * @param until `committed` is for a change that is visible outside only through a later read, which waits for the
   *   disk.
   */
  write<T>(change: () => T, until: Safety = "synced"): Promise<T> {
    if (this.#syncError) return Promise.reject(this.#syncError);
    if (!this.#isInPlace) return this.#onDisk().then(() => this.write(change, until));
    if (this.#scrubbing) return this.scrubbed().then(() => this.write(change, until));
    try {
      return this.#whenCommitted(this.#inSavepoint(change), until);
    } catch (error) {
      const refusal = asStorageFailure(error, PLACE);
      // A failure of the storage does not depend on what the change has seen.
      if (refusal !== error) return Promise.reject(refusal);
      return this.#whenStored(Promise.reject(error), until, () => this.write(change, until));
    }
  }

  /** Runs the query now; resolves once everything it may have seen is on the disk. @param until As for `write`. */
  read<T>(query: () => T, until: Safety = "synced"): Promise<T> {
    if (this.#syncError) return Promise.reject(this.#syncError);
    try {
      return this.#whenStored(Promise.resolve(query()), until, () => this.read(query, until));
    } catch (error) {
      return Promise.reject(asStorageFailure(error, PLACE));
    }
  }

  commit(): void {
    if (!this.#timer) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    try {
      this.statement("COMMIT").run();
    } catch (error) {
      this.#rollBack(error);
      return;
    }
    const { committed = [], synced = [] } = Object.groupBy(this.#waiting, ({ until }) => until);
    this.#waiting = [];
    for (const { resolve } of committed) resolve();
    const syncing = this.#onDisk();
    this.#syncing = syncing;
    const end = (settle: (waiting: Waiting) => void) => {
      if (this.#syncing === syncing) this.#syncing = undefined;
      for (const waiting of synced) settle(waiting);
    };
    syncing.then(
      () => end(({ resolve }) => resolve()),
      (error) => end(({ reject }) => reject(error)),
    );
  }

  /**
   * Writes the database anew, without what was deleted, and empties the WAL. SQLite's `secure_delete` is not enough:
   * data that it moves from one page to another may stay in the first. Changes wait meanwhile: 7 s for 1 GB. `close`
   * ends the scrub.
   * @param signal Ends the scrub too, unless an earlier call had begun it.
   * @throws STORE_UNAVAILABLE, STORAGE_FULL; the reason of the signal. The call must be repeated then.
   */
  scrub(signal?: AbortSignal): Promise<void> {
    // Concurrent calls share a scrub. Whatever was deleted before a second call was deleted before the first began,
    // because changes have waited since.
    this.#scrubbing ??= this.#scrub(signal).finally(() => {
      this.#scrubbing = undefined;
    });
    return this.#scrubbing;
  }

  /** Resolves once no scrub is in progress, or that which is has ended. */
  async scrubbed(): Promise<void> {
    await this.#scrubbing?.catch(() => {});
  }

  async #scrub(signal?: AbortSignal): Promise<void> {
    const { signal: closing } = this.#closing;
    this.commit();
    try {
      await vacuum(this.path, signal ? AbortSignal.any([signal, closing]) : closing);
    } catch (error) {
      throw asStorageFailure(error, PLACE);
    }
    await this.#syncing;
  }

  /** Commits the open transaction, brings everything to the disk and unlocks the folder. */
  async close(): Promise<void> {
    this.#closing.abort(failure("STORE_UNAVAILABLE", "The service is stopping."));
    await this.scrubbed();
    do {
      this.commit();
      await this.#syncing?.catch(() => {});
      // Commits what was written meanwhile.
    } while (this.#timer);
    this.#connection.close();
    closeSync(this.#wal);
    this.#lock.release();
  }

  /**
   * Waits until all commits are on the disk. Once a sync has failed, every later change and query fails. While the
   * folder is missing, only changes fail.
   * @throws STORE_UNAVAILABLE, STORAGE_FULL
   */
  async #onDisk(): Promise<void> {
    try {
      await this.#sync();
    } catch (error) {
      if (!this.#syncError) {
        const { message } = error as Error;
        this.#onNotice(
          `${this.path} could not be synced: ${message}. Nothing is stored until the service is restarted.`,
        );
        this.#syncError = asStorageFailure(error, PLACE);
      }
    }
    // Needed even if this sync succeeded: an earlier one may have failed while it waited.
    if (this.#syncError) throw this.#syncError;
    if (!this.#isInPlace) throw failure("STORE_UNAVAILABLE", "The folder of the database is missing.");
  }

  #notePlace(isInPlace: boolean): void {
    if (isInPlace === this.#isInPlace) return;
    this.#isInPlace = isInPlace;
    this.#onNotice(
      isInPlace
        ? `${this.path} is back. Changes are stored again.`
        : `${this.path} was moved, removed or replaced while the service uses it. No change is stored until it is back; after a restart the service uses what is there then.`,
    );
  }

  /**
   * The outcome of a query, or the refusal of a change, once everything that it may have seen is on the disk. If the
   * commit fails, only the writers get the error: the others are decided anew, without their changes.
   */
  async #whenStored<T>(outcome: Promise<T>, until: Safety, decideAnew: () => Promise<T>): Promise<T> {
    outcome.catch(() => {});
    try {
      if (this.#timer) await this.#whenCommitted(undefined, until);
      else if (until === "synced") await this.#syncing;
    } catch {
      return decideAnew();
    }
    return outcome;
  }

  #whenCommitted<T>(result: T, until: Safety): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ until, resolve: () => resolve(result), reject });
    });
  }

  #inSavepoint<T>(change: () => T): T {
    if (!this.#timer) {
      this.statement("BEGIN IMMEDIATE").run();
      this.#timer = setTimeout(() => this.commit(), this.#commitDelayMs);
    }
    this.statement("SAVEPOINT change").run();
    try {
      const result = change();
      this.statement("RELEASE change").run();
      return result;
    } catch (error) {
      // On a full disk, SQLite may roll back the whole transaction by itself.
      if (this.#connection.isTransaction) {
        this.statement("ROLLBACK TO change").run();
        this.statement("RELEASE change").run();
      } else {
        this.#rollBack(error);
      }
      throw error;
    }
  }

  #rollBack(cause: unknown): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#connection.isTransaction) this.statement("ROLLBACK").run();
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { reject } of waiting) reject(asStorageFailure(cause, PLACE));
  }
}
