/** Checks that model files are present and match the manifest. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { filesOf, type ManifestEntry, type ModelFile } from "./manifest.ts";
import type { LoadableModel } from "./runtime.ts";

const MISSING = " is missing";

export async function sha256Of(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}

/** @returns the fault of a file, or undefined if it matches. */
export async function faultOf({ name, sha256, bytes }: ModelFile, folder: string): Promise<string | undefined> {
  const path = join(folder, name);
  try {
    const { size } = await stat(path);
    if (size !== bytes) return `${name} has ${size} bytes instead of ${bytes}`;
    return (await sha256Of(path)) === sha256 ? undefined : `${name} is damaged: its sha256 is not that of the manifest`;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === "ENOENT" ? name + MISSING : `${name} cannot be read (${code ?? message})`;
  }
}

/** Result of the check. `isMissing` means that none of the files is present. */
export type Checked = { readonly model: LoadableModel } | { readonly reason: string; readonly isMissing: boolean };

/** A loadable model, or the reason why it cannot be loaded. */
export async function checkFiles(manifest: ManifestEntry, folder: string): Promise<Checked> {
  const files = filesOf(manifest);
  const checks = await Promise.all(files.map((file) => faultOf(file, folder)));
  const faults = checks.filter((fault) => fault !== undefined);
  if (faults.length > 0) {
    const reason = `${faults.join(", ")}; ${remedyFor(manifest)}`;
    return { reason, isMissing: faults.every((fault) => fault.endsWith(MISSING)) && faults.length === files.length };
  }
  const paths = Object.entries(manifest.files).map(([role, { name }]) => [role, join(folder, name)]);
  return { model: { manifest, paths: Object.fromEntries(paths) } };
}

function remedyFor({ name, files }: ManifestEntry): string {
  const isPublished = Object.values(files).every(({ url }) => url !== undefined);
  return isPublished
    ? `\`npm run models -- pull ${name}\` fetches its files, then restart the service or load the model`
    : "put the files that its manifest describes into MODELS_DIR, or correct the manifest";
}
