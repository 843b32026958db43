/** A folder with a user's own models: their files, and the manifest that names them. */
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface OwnModel {
  readonly name: string;
  readonly network: Buffer;
  /** Labels, one for each class. */
  readonly labels?: readonly string[];
  /** Fields of its entry that differ between models. */
  readonly entry: object;
}

/** Settings of a service that has these models and no others. */
export function withOwnModels(models: readonly OwnModel[]) {
  const folder = mkdtempSync(join(tmpdir(), "sightline-own-models-"));
  const written = (name: string, content: Buffer) => {
    writeFileSync(join(folder, name), content);
    const sha256 = createHash("sha256").update(content).digest("hex");
    return { name, url: "https://models.example/", sha256, bytes: content.length };
  };
  const entries = models.map(({ name, network, labels, entry }) => ({
    name,
    version: "1",
    licence: "none",
    quality: [],
    files: {
      model: written(`${name}.onnx`, network),
      ...(labels && { labels: written(`${name}.txt`, Buffer.from(labels.map((label) => `${label}\n`).join(""))) }),
    },
    ...entry,
  }));
  const manifest = join(folder, "manifest.json");
  writeFileSync(manifest, JSON.stringify({ models: entries }));
  return {
    settings: { MODELS_DIR: folder, MODELS_MANIFEST: manifest, MODELS: models.map(({ name }) => name).join(",") },
    remove: () => rmSync(folder, { recursive: true }),
  };
}
