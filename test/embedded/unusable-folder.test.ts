/** What is said about a data folder that cannot be used: which file it is about, why, and what to do. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openEmbedded } from "../../lib/backends/embedded.ts";
import { temporaryFolder } from "../support/service.ts";

const STRANGER = 65_534;
const isRoot = process.geteuid?.() === 0;

let root: string;
let folder: string;
beforeEach(() => {
  root = temporaryFolder();
  folder = join(root, "data");
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

async function makeFolder(): Promise<void> {
  await (await openEmbedded({ folder, leaseMs: 1000 })).close();
}

/** What the start says, or that it succeeded. */
async function said(path = folder): Promise<string> {
  try {
    await (await openEmbedded({ folder: path, leaseMs: 1000 })).close();
    return "it can be used";
  } catch (error) {
    const { name, message } = error as Error;
    return name === "StartFailure" ? message : String(error);
  }
}

/** The same to another user, in a process that has its files open already. */
async function saidToStranger(): Promise<string> {
  chmodSync(root, 0o755);
  const holder = spawn(process.execPath, [join(import.meta.dirname, "holder.ts"), folder, String(STRANGER)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    const [line] = (await once(holder.stdout.setEncoding("utf8"), "data")) as [string];
    return line.trim();
  } finally {
    holder.kill("SIGKILL");
    if (holder.exitCode === null && holder.signalCode === null) await once(holder, "exit");
  }
}

function makeDatabase(statements: string): string {
  mkdirSync(folder, { mode: 0o700 });
  const path = join(folder, "sightline.db");
  using database = new DatabaseSync(path);
  database.exec(statements);
  return path;
}

describe.skipIf(!isRoot)("to another user", () => {
  test("it names the owner of the folder", async () => {
    await makeFolder();
    expect(await saidToStranger()).toBe(
      `StartFailure: The data folder ${folder} cannot be used: user ${STRANGER} may not write to ${folder}, which belongs to user 0. Give it to user ${STRANGER}, or set another DATA_DIR.`,
    );
  });

  test.each(["lock.db", "sightline.db", "blobs"])("it names %s, which another user made before", async (name) => {
    await makeFolder();
    const path = join(folder, name);
    for (const own of ["", "lock.db", "sightline.db", "blobs", "blobs/.incoming"])
      chownSync(join(folder, own), STRANGER, STRANGER);
    expect(await saidToStranger()).toBe("open");
    chownSync(path, 0, 0);
    expect(await saidToStranger()).toContain(
      `user ${STRANGER} may not write to ${path}, which belongs to user 0. Give it to user ${STRANGER}, `,
    );
  });

  test("it says that the user may not write to a folder of its own", async () => {
    await makeFolder();
    chownSync(folder, STRANGER, STRANGER);
    chmodSync(folder, 0o500);
    expect(await saidToStranger()).toContain(
      `may not write to ${folder}. Give user ${STRANGER} the right to do so, or set another DATA_DIR.`,
    );
  });

  test("it does not take a lock that may only be read", async () => {
    await makeFolder();
    for (const own of ["", "sightline.db", "blobs", "blobs/.incoming"])
      chownSync(join(folder, own), STRANGER, STRANGER);
    chmodSync(join(folder, "lock.db"), 0o644);
    expect(await saidToStranger()).toContain(`may not write to ${join(folder, "lock.db")}`);
  });

  test("it says what cannot be created", async () => {
    expect(await saidToStranger()).toContain(`user ${STRANGER} may not create ${folder}.`);
  });
});

test.each(["sightline.db", "lock.db"])("a folder in place of %s is named", async (name) => {
  mkdirSync(join(folder, name), { recursive: true, mode: 0o700 });
  expect(await said()).toContain(`${join(folder, name)} must be a file. Set another DATA_DIR.`);
});

test("a file in place of a folder is named", async () => {
  mkdirSync(folder, { mode: 0o700 });
  writeFileSync(join(folder, "blobs"), "");
  expect(await said()).toContain(`${join(folder, "blobs")} must be a folder.`);
});

test("a link to something missing is named", async () => {
  symlinkSync(join(root, "missing"), folder);
  expect(await said()).toContain(`${folder} cannot be used: it is a link to something missing.`);
  rmSync(folder);
  mkdirSync(folder, { mode: 0o700 });
  symlinkSync(join(root, "missing/file"), join(folder, "sightline.db"));
  expect(await said()).toContain(`${join(folder, "sightline.db")} is a link to something missing.`);
});

test("the longest path is used, and a longer one is said to be too long", async () => {
  const below = `${root}/${"d".repeat(200)}/`;
  const longest = below + "e".repeat(491 - below.length - 101).concat("/", "f".repeat(100));
  expect(await said(longest)).toBe("it can be used");
  expect(await said(`${longest}f`)).toContain("its path has more than 491 bytes. Set another DATA_DIR.");
  const tooLong = join(root, "d".repeat(300));
  expect(await said(tooLong)).toContain(`${tooLong} cannot be used: its path is too long.`);
});

test("the database of another program is left as it is", async () => {
  const path = makeDatabase("CREATE TABLE users (name TEXT); INSERT INTO users VALUES ('somebody')");
  const before = readFileSync(path);
  const message = `${path} is the database of another program. Move it away, or set another DATA_DIR.`;
  expect(await said()).toBe(message);
  expect(readFileSync(path)).toEqual(before);
  using database = new DatabaseSync(path);
  database.exec("PRAGMA user_version = 3");
  expect(await said()).toBe(message);
});

test("a database whose tables are not those of its version is damaged", async () => {
  const tables = ["jobs", "outbox", "idempotency_keys"].map((name) => `CREATE TABLE ${name} (other TEXT);`);
  const path = makeDatabase(`${tables.join("")} PRAGMA user_version = 1`);
  expect(await said()).toContain(`${path} is damaged: no such table`);
});

describe.skipIf(!isRoot || spawnSync("mount", ["--version"]).status !== 0)("a small disk", () => {
  const mount = (...args: string[]) => spawnSync("mount", [...args, root]).status === 0;
  const onDisk = (size: string) => mount("-t", "tmpfs", "-o", `size=${size}`, "tmpfs");
  afterEach(() => spawnSync("umount", [root]));

  test("without room is full, also if the folder is new", async ({ skip }) => {
    if (!onDisk("64k")) skip();
    const full = `The data folder ${folder} cannot be used: the disk is full. Free space, or set another DATA_DIR.`;
    expect(await said()).toBe(full);
    writeFileSync(join(root, "filler"), Buffer.alloc(4096));
    expect(await said()).toBe(full);
    expect(mount("-o", "remount,size=16m")).toBe(true);
    expect(await said()).toBe("it can be used");
  });

  test("that is read-only is said to be so, with a folder that is new and one that is not", async ({ skip }) => {
    if (!onDisk("16m")) skip();
    await makeFolder();
    mkdirSync(join(root, "empty"), { mode: 0o700 });
    expect(mount("-o", "remount,ro")).toBe(true);
    for (const path of [folder, join(root, "empty"), join(root, "new")])
      expect(await said(path)).toBe(
        `The data folder ${path} cannot be used: its file system is read-only. Set another DATA_DIR.`,
      );
  });
});
