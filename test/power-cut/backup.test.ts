/** The power fails right after a backup was made: it is there, and whole. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openEmbedded } from "../../lib/backends/embedded.ts";
import { restoreMongo } from "../../lib/backends/mongo/dump.ts";
import { created } from "../ports/sample-jobs.ts";
import { useMongoServers } from "../support/mongo-servers.ts";
import { newDatabase } from "../support/mongo-store.ts";
import { UnreliableDisk } from "./disk.ts";

const servers = await useMongoServers();

let disk: UnreliableDisk;
beforeAll(() => {
  disk = new UnreliableDisk();
});
afterAll(() => disk.remove());

/** Calls a function of a file in `lib/backends` in a process that writes to the disk. */
function run(file: string, name: string, ...args: readonly string[]): void {
  const module = pathToFileURL(join(import.meta.dirname, "../../lib/backends", file)).href;
  const program = `await (await import(${JSON.stringify(module)})).${name}(...${JSON.stringify(args)})`;
  execFileSync(process.execPath, ["--input-type=module", "-e", program], {
    env: { ...process.env, ...disk.environment },
  });
}

test("a backup is on the disk, with its name, once the command has ended", async () => {
  const image = Buffer.from("image");
  const [data, copy] = [join(disk.folder, "data"), join(disk.folder, "copy")];
  const source = await openEmbedded({ folder: data, leaseMs: 1_000 });
  const upload = await source.blobs.upload("job");
  const { sha256 } = await upload.put([image], 1_000);
  await upload.end();
  await source.store.insertJob(created("job"), []);
  run("backup.ts", "backUp", data, copy);
  await source.close();
  disk.cut();

  const restored = await openEmbedded({ folder: join(disk.folder, "copy"), leaseMs: 1_000 });
  expect(await restored.store.getJob("job")).toMatchObject({ id: "job" });
  expect(await restored.blobs.get({ jobId: "job", sha256 })).toEqual(image);
  await restored.close();
});

test.each(servers)("so is a dump of the database, on $name", async (mongo) => {
  const [from, to] = [newDatabase(mongo), newDatabase(mongo)];
  try {
    await (await from.open()).store.insertJob(created("job"), []);
    run("mongo/dump.ts", "dumpMongo", mongo.url, from.db.databaseName, join(disk.folder, mongo.name));
    disk.cut();

    await restoreMongo(mongo.url, to.db.databaseName, join(disk.folder, mongo.name));
    expect(await (await to.open()).store.getJob("job")).toMatchObject({ id: "job" });
  } finally {
    await Promise.all([from.drop(), to.drop()]);
  }
});
