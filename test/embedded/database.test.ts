import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Database } from "../../lib/backends/sqlite/database.ts";
import { asStorageFailure } from "../../lib/backends/sqlite/storage-failure.ts";
import { childrenOf } from "../support/supervised.ts";

describe("group commit", () => {
  let folder: string;
  let database: Database;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "sightline-database-"));
    // So long that only an explicit commit ends the group.
    database = await Database.open({ folder, commitDelayMs: 60_000 });
  });
  afterEach(async () => {
    await database.close();
    rmSync(folder, { recursive: true });
  });

  const add = (id: string) => database.statement("INSERT INTO outbox (id, event) VALUES (?, '{}')").run(id);
  const ids = () =>
    database
      .statement("SELECT id FROM outbox ORDER BY sequence")
      .all()
      .map(({ id }) => id);

  test("undoes a change that throws half-way, and that change alone", async () => {
    const first = database.write(() => add("first"));
    const error = new Error("half-way");
    const second = database.write(() => {
      add("second");
      throw error;
    });
    const third = database.write(() => add("third"));
    database.commit();
    await expect(second).rejects.toBe(error);
    await Promise.all([first, third]);
    expect(await database.read(ids)).toEqual(["first", "third"]);
  });

  test("acknowledges nothing before the commit, nor shows it to a reader", async () => {
    const order: string[] = [];
    const change = database.write(() => add("a")).then(() => order.push("change"));
    const reader = database.read(ids).then((found) => order.push(`read ${found}`));
    await new Promise(setImmediate);
    order.push("commit");
    database.commit();
    await Promise.all([change, reader]);
    expect(order).toEqual(["commit", "change", "read a"]);
  });

  test("rejects all of the group when the commit fails, and shows a reader the state without it", async () => {
    const change = database.write(() => add("a"));
    const reader = database.read(ids);
    // As SQLite does by itself when it meets a full disk in the middle of a transaction.
    database.statement("ROLLBACK").run();
    database.commit();
    await expect(change).rejects.toThrow();
    expect(await reader).toEqual([]);
    expect(await database.read(ids)).toEqual([]);
    const next = database.write(() => add("b"));
    database.commit();
    await next;
    expect(await database.read(ids)).toEqual(["b"]);
  });

  test("refuses no change because of another before that one is on the disk", async () => {
    const order: string[] = [];
    const change = database.write(() => add("a")).then(() => order.push("change"));
    const addFirst = () => {
      if (ids().length > 0) throw new Error("not the first");
      add("b");
    };
    const refused = database.write(addFirst).catch(({ message }) => order.push(message));
    database.commit();
    const refusedLater = database.write(addFirst).catch(({ message }) => order.push(`still ${message}`));
    await new Promise(setImmediate);
    order.push("commit");
    database.commit();
    await Promise.all([change, refused, refusedLater]);
    expect(order).toEqual(["commit", "change", "not the first", "still not the first"]);
  });

  test("decides again on a change that was refused because of another that is lost", async () => {
    const change = database.write(() => add("a"));
    const second = database.write(() => {
      if (ids().length > 0) throw new Error("not the first");
      add("b");
    });
    database.statement("ROLLBACK").run();
    database.commit();
    await expect(change).rejects.toThrow();
    await new Promise(setImmediate);
    database.commit();
    await second;
    expect(await database.read(ids)).toEqual(["b"]);
  });

  test("needs no sync for a change that nobody outside sees, and makes a reader wait for it", async () => {
    const order: string[] = [];
    const change = database.write(() => add("a"), "committed").then(() => order.push("change"));
    database.commit();
    const reader = database.read(ids).then((found) => order.push(`read ${found}`));
    const inner = database.read(ids, "committed").then((found) => order.push(`inner read ${found}`));
    await Promise.all([change, reader, inner]);
    expect(order).toEqual(["change", "inner read a", "read a"]);
  });

  test("keeps the statements that are used, and not every one that was ever prepared", () => {
    const [used, unused] = ["SELECT 'used'", "SELECT 'unused'"].map((sql) => database.statement(sql));
    for (let index = 0; index < 1000; index++) {
      database.statement(`SELECT ${index}`).get();
      expect(database.statement("SELECT 'used'")).toBe(used);
    }
    expect(database.statement("SELECT 'unused'")).not.toBe(unused);
  });

  test("refuses changes, but not queries, while another program writes to the database", async () => {
    const other = new DatabaseSync(database.path);
    other.exec("BEGIN IMMEDIATE");
    await expect(database.write(() => add("a"))).rejects.toMatchObject({
      type: "STORE_UNAVAILABLE",
      data: { retryAfterSeconds: 2 },
    });
    expect(await database.read(ids)).toEqual([]);
    other.close();
    const change = database.write(() => add("b"));
    database.commit();
    await change;
    expect(await database.read(ids)).toEqual(["b"]);
  });

  test("commits what is open when it is closed", async () => {
    const change = database.write(() => add("a"));
    await database.close();
    await change;
    database = await Database.open({ folder });
    expect(await database.read(ids)).toEqual(["a"]);
  });

  test("commits what is written while it is closed", async () => {
    const change = database.write(() => add("a"));
    const late = change.then(() => database.write(() => add("b")));
    await database.close();
    database = await Database.open({ folder });
    expect(await database.read(ids)).toEqual(["a", "b"]);
    await late;
  });
});

/** Whether another program writes to the database. */
function isLocked(path: string): boolean {
  using other = new DatabaseSync(path);
  try {
    other.exec("BEGIN IMMEDIATE; COMMIT");
    return false;
  } catch {
    return true;
  }
}

describe("scrubbing", () => {
  const SECRET = "a-deleted-secret";
  let folder: string;
  let database: Database;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "sightline-scrub-"));
    database = await Database.open({ folder });
  });
  afterEach(async () => {
    await database.close();
    rmSync(folder, { recursive: true });
  });

  const add = (id: string, event = "{}") =>
    database.write(() => database.statement("INSERT INTO outbox (id, event) VALUES (?, ?)").run(id, event));
  const emptyLog = () => database.read(() => database.statement("PRAGMA wal_checkpoint(TRUNCATE)").get());
  const ids = () => database.read(() => database.statement("SELECT id FROM outbox ORDER BY sequence").all());
  const bytesOfFiles = () =>
    Buffer.concat(["sightline.db", "sightline.db-wal"].map((name) => readFileSync(join(folder, name)))).toString(
      "latin1",
    );

  test("leaves nothing of what was deleted in the files", async () => {
    for (let index = 0; index < 200; index++) await add(`${index}`, `${SECRET}-${index}`.repeat(20));
    expect(bytesOfFiles()).toContain(SECRET);
    await database.write(() => database.statement("DELETE FROM outbox WHERE id <> '7'").run());
    await database.write(() => database.statement("UPDATE outbox SET event = '{}'").run());
    await database.scrub();
    expect(bytesOfFiles()).not.toContain(SECRET);
    expect(await ids()).toEqual([{ id: "7" }]);
  });

  test("answers readers meanwhile, and holds changes back in their order", async () => {
    await add("before");
    const order: string[] = [];
    const scrub = database.scrub().then(() => order.push("scrubbed"));
    const changes = ["a", "b", "c"].map((id) => add(id).then(() => order.push(id)));
    expect(await ids()).toEqual([{ id: "before" }]);
    order.push("read");
    await Promise.all([scrub, ...changes]);
    expect(order).toEqual(["read", "scrubbed", "a", "b", "c"]);
    expect(await ids()).toEqual(["before", "a", "b", "c"].map((id) => ({ id })));
  });

  test("makes a change that was held back when the database is closed", async () => {
    const scrub = database.scrub();
    const change = add("held");
    const scrubbed = expect(scrub).rejects.toMatchObject({ type: "STORE_UNAVAILABLE" });
    await database.close();
    await Promise.all([scrubbed, change]);
    database = await Database.open({ folder });
    expect(await ids()).toEqual([{ id: "held" }]);
  });

  test("is ended by a signal, after which all is as it was, changes are made, and it can be repeated", async () => {
    for (let index = 0; index < 200; index++) await add(`${index}`, `${SECRET}-${index}`.repeat(20));
    await database.write(() => database.statement("DELETE FROM outbox WHERE id <> '7'").run());
    await emptyLog();
    // Keeps it from its last step, which empties the log again.
    const reader = new DatabaseSync(database.path, { readOnly: true });
    reader.exec("BEGIN; SELECT count(*) FROM outbox");
    const ending = new AbortController();
    const scrub = database.scrub(ending.signal);
    const change = add("held");
    await expect.poll(() => isLocked(database.path)).toBe(true);
    const reason = new Error("the service is stopping");
    ending.abort(reason);
    await expect(scrub).rejects.toBe(reason);
    await change;
    reader.close();
    expect(await ids()).toEqual([{ id: "7" }, { id: "held" }]);
    expect(await database.read(() => database.statement("PRAGMA quick_check").get())).toEqual({ quick_check: "ok" });
    await expect(database.scrub(ending.signal)).rejects.toBe(reason);
    await database.scrub();
    expect(bytesOfFiles()).not.toContain(`${SECRET}-8`);
    expect(await ids()).toEqual([{ id: "7" }, { id: "held" }]);
  });

  test("is not begun while another program reads the log, which would grow by the database each time", async () => {
    for (let index = 0; index < 200; index++) await add(`${index}`, `${SECRET}-${index}`.repeat(20));
    const logBytes = () => statSync(`${database.path}-wal`).size;
    const before = logBytes();
    const reader = new DatabaseSync(database.path, { readOnly: true });
    reader.exec("BEGIN; SELECT count(*) FROM outbox");
    for (let attempt = 0; attempt < 2; attempt++)
      await expect(database.scrub()).rejects.toThrow(
        "the write-ahead log could not be emptied, since it is being read",
      );
    expect(logBytes()).toBe(before);
    reader.close();
    await database.scrub();
    expect(logBytes()).toBe(0);
  });

  test("ends with its process, and the next one can make changes", async () => {
    await database.close();
    const program = join(import.meta.dirname, "scrub.ts");
    const service = spawn(process.execPath, [program, folder], { stdio: ["ignore", "ignore", "inherit", "ipc"] });
    await once(service, "message");
    const reader = new DatabaseSync(database.path, { readOnly: true });
    reader.exec("BEGIN; SELECT count(*) FROM outbox");
    service.send("scrub");
    await expect.poll(() => isLocked(database.path)).toBe(true);
    const [pid = 0] = childrenOf(service);
    service.kill("SIGKILL");
    await once(service, "exit");
    database = await Database.open({ folder });
    await add("next");
    await expect.poll(() => existsSync(`/proc/${pid}/exe`)).toBe(false);
    reader.close();
    expect(await ids()).toEqual([{ id: "next" }]);
  });

  test("makes changes that were held back although it failed, and says so", async () => {
    const [path, elsewhere] = [join(folder, "sightline.db"), join(folder, "elsewhere.db")];
    renameSync(path, elsewhere);
    mkdirSync(path);
    const scrub = database.scrub();
    // A file that is not in its place takes no changes.
    scrub.catch(() => {
      rmdirSync(path);
      renameSync(elsewhere, path);
    });
    const change = add("held");
    await expect(scrub).rejects.toThrow("unable to open database file");
    await expect(scrub).rejects.toMatchObject({ type: "STORE_UNAVAILABLE" });
    await change;
    expect(await ids()).toEqual([{ id: "held" }]);
  });
});

test.each([
  [{ errcode: 13 }, "STORAGE_FULL"],
  [{ errcode: 10 }, "STORE_UNAVAILABLE"],
  [{ errcode: 778 }, "STORE_UNAVAILABLE"],
  [{ code: "EIO" }, "STORE_UNAVAILABLE"],
  [{ errcode: 5 }, "STORE_UNAVAILABLE"],
  [{ errcode: 517 }, "STORE_UNAVAILABLE"],
  [{ errcode: 11 }, "STORE_CORRUPT"],
  [{ errcode: 267 }, "STORE_CORRUPT"],
  [{ errcode: 26 }, "STORE_CORRUPT"],
  [{ code: "ENOSPC" }, "STORAGE_FULL"],
  [{ code: "EDQUOT" }, "STORAGE_FULL"],
])("an error with %j is %s", (properties, type) => {
  expect(asStorageFailure(Object.assign(new Error("x"), properties), "place")).toMatchObject({ type });
});

test("damage that is found later is said without the path of the file", async () => {
  const folder = mkdtempSync(join(tmpdir(), "sightline-damaged-"));
  const database = await Database.open({ folder });
  const damaged = Object.assign(new Error("database disk image is malformed"), { errcode: 11 });
  const write = database.write(() => {
    throw damaged;
  });
  await expect(write).rejects.toMatchObject({
    type: "STORE_CORRUPT",
    message: expect.not.stringContaining(folder),
    cause: damaged,
  });
  await database.close();
  rmSync(folder, { recursive: true });
});

test.each([{ errcode: 19 }, { code: "EACCES" }, {}])("an error with %j stays what it is", (properties) => {
  const error = Object.assign(new Error("x"), properties);
  expect(asStorageFailure(error, "place")).toBe(error);
});

test("a start that checks a large database for long says so", async () => {
  const folder = mkdtempSync(join(tmpdir(), "sightline-database-"));
  const notices: string[] = [];
  const start = async () =>
    (await Database.open({ folder, commitDelayMs: 60_000, onNotice: (notice) => notices.push(notice) })).close();
  await start();
  expect(notices).toEqual([]);
  const large = new DatabaseSync(join(folder, "sightline.db"));
  large.exec("CREATE TABLE ballast (bytes); INSERT INTO ballast VALUES (zeroblob(130000000))");
  large.close();
  await start();
  expect(notices).toEqual([expect.stringMatching(/sightline\.db is checked for damage: 13\d MB/)]);
  rmSync(folder, { recursive: true });
});
