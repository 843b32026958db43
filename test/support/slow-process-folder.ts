/**
 * Creates a process folder slowly, as a busy machine may, and keeps it until it is killed:
 * `node slow-process-folder.ts <folder of all processes> <name>`. Prints a line once the folder exists
 * but is not locked.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { FolderLock } from "../../lib/folders/folder-lock.ts";

const [processes = "", name = ""] = process.argv.slice(2);
const folder = join(processes, name);
mkdirSync(processes, { recursive: true });
const all = FolderLock.take(processes);
mkdirSync(folder);
writeFileSync(join(folder, "lock.db"), "");
process.stdout.write("exists\n");
await sleep(200);
const own = FolderLock.take(folder);
all.release();
await sleep(60_000);
own.release();
