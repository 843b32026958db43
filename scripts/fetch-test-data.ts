/**
 * Provides the five LFW images, which may not be committed. Unless `../shared` or SIGHTLINE_SHARED has them, extracts
 * them to `.tools/shared` from the archive that scikit-learn's data sets use (230 MB), after checking its hash.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { createWriteStream, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { rename } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { downloadedFolder, findShared } from "../test/support/shared-data.ts";
import golden from "../test-data/lfw-golden.json" with { type: "json" };

const ARCHIVE_URL = "https://ndownloader.figshare.com/files/5976018";
const ARCHIVE_SHA256 = "055f7d9c632d7370e6fb4afc7468d40f970c34a80d4c6f50ffec63f5a8d536c0";

const paths = golden.map(({ name }) => join("test-data/lfw-golden", name));

/** @throws if the images are missing and the archive cannot be downloaded or is not the expected one. */
export async function fetchGoldenImages(): Promise<void> {
  if (paths.every((path) => findShared(path) !== undefined)) return;
  console.log(`The LFW images are in no folder with shared data; downloading ${ARCHIVE_URL} …`);
  const folder = mkdtempSync(join(tmpdir(), "sightline-lfw-"));
  try {
    const archive = join(folder, "lfw.tgz");
    const response = await fetch(ARCHIVE_URL);
    if (!response.ok || !response.body) throw new Error(`The download failed: ${response.status}.`);
    const hash = createHash("sha256");
    await pipeline(
      Readable.from(response.body),
      async function* (chunks: AsyncIterable<Buffer>) {
        for await (const chunk of chunks) {
          hash.update(chunk);
          yield chunk;
        }
      },
      createWriteStream(archive),
    );
    if (hash.digest("hex") !== ARCHIVE_SHA256) throw new Error("The archive is not the expected file.");
    const members = golden.map(({ name }) => `lfw/${name.replace(/_\d+\.jpg$/, "")}/${name}`);
    execFileSync("tar", ["-xzf", archive, "-C", folder, ...members]);
    const target = join(downloadedFolder, "test-data/lfw-golden");
    mkdirSync(target, { recursive: true });
    for (const member of members) await rename(join(folder, member), join(target, basename(member)));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

if (import.meta.main) await fetchGoldenImages();
