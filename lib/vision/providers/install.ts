/** Puts the libraries of a provider next to those of `onnxruntime-node`. A file under its final name is complete. */
import { createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { openPromise } from "yauzl";
import { faultOf } from "../models/files.ts";
import { type LibraryFile, WHEEL_FOLDER } from "./cuda.ts";

/** The folder and the version of the libraries of `onnxruntime-node` for this machine. */
export function onnxruntimeHere(): { readonly folder: string; readonly version: string } {
  const require = createRequire(import.meta.url);
  const path = require.resolve("onnxruntime-node/package.json");
  const { version } = require(path) as { version: string };
  return { folder: join(dirname(path), "bin/napi-v6", process.platform, process.arch), version };
}

/**
 * Extracts files from a wheel, which is a .zip file, and checks each before it gets its final name.
 * @throws Error if the wheel lacks a file, or a file differs.
 */
export async function installLibraries(files: readonly LibraryFile[], wheelPath: string, folder: string) {
  const missing = new Map(files.map((file) => [WHEEL_FOLDER + file.name, file]));
  const zip = await openPromise(wheelPath);
  try {
    for await (const entry of zip.eachEntry()) {
      const file = missing.get(entry.fileName);
      if (!file) continue;
      const part = `${file.name}.part`;
      try {
        await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(join(folder, part)));
        const fault = await faultOf({ ...file, name: part }, folder);
        if (fault) throw new Error(`${fault}.`);
        await rename(join(folder, part), join(folder, file.name));
      } finally {
        await rm(join(folder, part), { force: true });
      }
      missing.delete(entry.fileName);
    }
  } finally {
    zip.close();
  }
  if (missing.size > 0) throw new Error(`${wheelPath} has no ${[...missing.keys()].join(", ")}.`);
}
