import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadManifests, ownManifest } from "../../lib/vision/models/manifest.ts";

const folder = mkdtempSync(join(tmpdir(), "sightline-manifest-"));
const [yunet, encoder] = loadManifests([ownManifest]);

function manifest(content: unknown): string {
  const path = join(folder, `${Math.random().toString(36).slice(2)}.json`);
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}
const { referencePath: _path, ...entry } = yunet as NonNullable<typeof yunet>;
const { referencePath: _other, ...encoding } = encoder as NonNullable<typeof encoder>;

describe("the manifest", () => {
  it("says of each model where it comes from and what it may be used for", () => {
    const models = loadManifests([ownManifest]);
    expect(models.map(({ name }) => name)).toEqual(["faces-yunet", "face-encoding", "classify", "objects"]);
    expect(models.find(({ name }) => name === "face-encoding")?.notes).toContain("MS-Celeb-1M");
    for (const { quality, licence } of models) {
      expect(licence).not.toBe("");
      expect(quality.length).toBeGreaterThan(0);
    }
  });

  it("takes further models of a known kind", () => {
    const path = manifest({ models: [{ ...entry, name: "mine", reference: "mine.json" }] });
    expect(loadManifests([ownManifest, path]).at(-1)).toMatchObject({
      name: "mine",
      kind: "yunet",
      referencePath: join(folder, "mine.json"),
    });
  });

  it.each([
    ["no JSON", "{", /cannot be used/],
    ["another form", [], /must have the form/],
    ["an unknown kind", { models: [{ ...entry, name: "x", kind: "tea-leaves" }] }, /no kind tea-leaves, but yunet, /],
    ["a name with spaces", { models: [{ ...entry, name: "a b" }] }, /models\.0\.name/],
    [
      "a file that is a path",
      { models: [{ ...entry, name: "x", files: { model: { ...entry.files.model, name: "../x" } } }] },
      /files\.model\.name/,
    ],
    ["two faults", { models: [{ ...entry, name: "x", version: "", licence: 1 }] }, /version .*; .*licence /],
    ["a name that is taken", { models: [entry] }, /Two models are called faces-yunet/],
    [
      "a file name that is taken",
      { models: [{ ...entry, name: "x", files: { model: { ...entry.files.model, sha256: "0".repeat(64) } } }] },
      /Two different files are called yunet_n_dynamic.onnx/,
    ],
    [
      "an encoder without its detector",
      { models: [{ ...encoding, name: "x", detector: "y" }] },
      /its detector, y, is no model of kind yunet/,
    ],
  ])("refuses %s, naming what is wrong", (_what, content, message) => {
    expect(() => loadManifests([ownManifest, manifest(content)])).toThrow(message);
  });

  it("refuses one that is not there", () => {
    expect(() => loadManifests([join(folder, "none.json")])).toThrow(/none\.json cannot be used: ENOENT/);
  });
});
