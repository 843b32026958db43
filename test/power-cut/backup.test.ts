/** The power fails right after a backup was made: it is there, and whole. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openEmbedded } from "../../lib/backends/embedded.ts";
import { created } from "../ports/sample-jobs.ts";
import { UnreliableDisk } from "./disk.ts";

let disk: UnreliableDisk;
beforeAll(() => {
  disk = new UnreliableDisk();
});
afterAll(() => disk.remove());

test("a backup is on the disk, with its name, once the command has ended", async () => {
  const image = Buffer.from("image");
  const [data, copy] = [join(disk.folder, "data"), join(disk.folder, "copy")];
  const source = await openEmbedded({ folder: data, leaseMs: 1_000 });
  const upload = await source.blobs.upload("job");
  const { sha256 } = await upload.put([image], 1_000);
  await upload.end();
  await source.store.insertJob(created("job"), []);
  const module = pathToFileURL(join(import.meta.dirname, "../../lib/backends/backup.ts")).href;
  const program = `await (await import(${JSON.stringify(module)})).backUp(...${JSON.stringify([data, copy])})`;
  execFileSync(process.execPath, ["--input-type=module", "-e", program], {
    env: { ...process.env, ...disk.environment },
  });
  await source.close();
  disk.cut();

  const restored = await openEmbedded({ folder: join(disk.folder, "copy"), leaseMs: 1_000 });
  expect(await restored.store.getJob("job")).toMatchObject({ id: "job" });
  expect(await restored.blobs.get({ jobId: "job", sha256 })).toEqual(image);
  await restored.close();
});
