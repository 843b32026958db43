import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadManifests, ownManifest } from "../../lib/vision/models/manifest.ts";

const folder = mkdtempSync(join(tmpdir(), "sightline-manifest-"));

function manifest(content: unknown): string {
  const path = join(folder, `${Math.random().toString(36).slice(2)}.json`);
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

/** The project's own entry, as it is read, under another name and without a reference. */
function own(name: string, changes: object = {}) {
  const {
    referencePath: _path,
    reference: _reference,
    ...entry
  } = loadManifests([ownManifest]).find((one) => one.name === name) as Entry;
  return { ...entry, name: "mine", ...changes };
}
type Entry = ReturnType<typeof loadManifests>[number];
const inputOf = (name: string) => own(name).input;

function read(entry: object): Entry {
  return loadManifests([ownManifest, manifest({ models: [entry] })]).at(-1) as Entry;
}

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
    expect(read(own("faces-yunet", { reference: "mine.json" }))).toMatchObject({
      name: "mine",
      kind: "face-detector",
      referencePath: join(folder, "mine.json"),
    });
  });

  it("takes several versions of a model: the last is the default, the others are named by their version", () => {
    const path = manifest({
      models: ["two", "three"].map((version) => own("faces-yunet", { name: "faces-yunet", version })),
    });
    const models = loadManifests([ownManifest, path]).filter(({ name }) => name.startsWith("faces-yunet"));
    expect(models.map(({ name, version }) => [name, version])).toEqual([
      [expect.stringMatching(/^faces-yunet@yunet-/), expect.stringMatching(/^yunet-/)],
      ["faces-yunet@two", "two"],
      ["faces-yunet", "three"],
    ]);
  });

  it("fills in what an input leaves out", () => {
    const input = { fit: "letterbox", width: 64, height: 64, padding: 114, position: "centre", colors: "rgb" };
    expect(read(own("objects", { input })).input).toEqual({
      ...input,
      enlarge: true,
      mean: [0, 0, 0],
      deviation: [1, 1, 1],
      axes: "nchw",
      resampling: "area",
    });
  });

  const letterbox = inputOf("objects");
  const { files } = own("faces-yunet");
  it.each([
    ["no JSON", "{", /cannot be used/],
    ["another form", [], /must have the form/],
    [
      "an unknown kind",
      [own("objects", { kind: "tea-leaves" })],
      /\.kind: there is no kind tea-leaves, but face-detec/,
    ],
    [
      "a kind that every object has a member of",
      [own("objects", { kind: "constructor" })],
      /\.kind: there is no kind constructor, but face-detec/,
    ],
    ["a name with spaces", [own("objects", { name: "a b" })], /models\.0\.name/],
    [
      "a file that is a path",
      [own("faces-yunet", { files: { model: { ...files.model, name: "../x" } } })],
      /files\.model\.name/,
    ],
    ["two faults", [own("objects", { version: "", licence: 1 })], /version .*; .*licence /],
    ["a name that is taken", [own("faces-yunet", { name: "faces-yunet" })], /Two models are called faces-yunet/],
    [
      "a version that cannot be told from others in a name",
      ["a,b", "c"].map((version) => own("faces-yunet", { name: "x", version })),
      /x: of several versions, a,b cannot be part of a name/,
    ],
    [
      "a file name that is taken",
      [own("faces-yunet", { files: { model: { ...files.model, sha256: "0".repeat(64) } } })],
      /Two different files are called yunet_n_dynamic.onnx/,
    ],
    [
      "an encoder without its detector",
      [own("face-encoding", { detector: "y" })],
      /its detector, y, is no model of kind face-detector/,
    ],
    [
      "an encoder of the cascade's faces",
      [own("face-encoding", { detector: "faces-haar" })],
      /its detector, faces-haar, gives no landmarks; name a face-detector of a manifest/,
    ],
    [
      "a layout of another kind",
      [own("objects", { layout: "scrfd" })],
      /models\.0\.layout must be one of yolox, yolov8, yolov5, end-to-end$/,
    ],
    ["no layout", [own("classify", { layout: undefined })], /models\.0 must have layout$/],
    ["no input", [own("classify", { input: undefined })], /models\.0 must have input$/],
    [
      "another fit",
      [own("classify", { input: { fit: "squeeze" } })],
      /models\.0\.input\.fit must be one of stretch, crop, letterbox, scale-down$/,
    ],
    [
      "a field of another fit",
      [own("objects", { input: { ...letterbox, shortSide: 256 } })],
      /models\.0\.input must not have shortSide$/,
    ],
    [
      "an unknown field, and nothing else about it",
      [own("classify", { sizes: 5 })],
      /cannot be used: models\.0 must not have sizes$/,
    ],
    [
      "an input without colours",
      [own("objects", { input: { ...letterbox, colors: undefined } })],
      /models\.0\.input must have colors$/,
    ],
    [
      "a deviation of nothing",
      [own("objects", { input: { ...letterbox, deviation: [1, 0, 1] } })],
      /models\.0\.input\.deviation\.1 must be more than 0$/,
    ],
    [
      "a size that does not fit the cells of a layout",
      [own("objects", { input: { ...letterbox, width: 400 } })],
      /models\.0\.input\.width is 400; the layout yolox needs a multiple of 32$/,
    ],
    [
      "a crop of more than the image",
      [own("classify", { input: { ...inputOf("classify"), shortSide: 223 } })],
      /models\.0\.input\.shortSide is 223; a crop needs at least the larger of width and height$/,
    ],
    ["a network called as the cascade", [own("classify", { name: "faces-haar" })], /^faces-haar is no network/],
    [
      "a coarse pass of a network of one size",
      [own("faces-yunet", { input: letterbox })],
      /models\.0\.coarsePass needs an input\.fit of scale-down$/,
    ],
    [
      "an entry of the older form with a fault",
      [own("objects", { kind: "yolox", layout: undefined, input: { size: 400 } })],
      /models\.0\.input\.size must be multiple of 32$/,
    ],
  ])("refuses %s, naming what is wrong", (_what, models, message) => {
    const content = Array.isArray(models) && models.length > 0 ? { models } : models;
    expect(() => loadManifests([ownManifest, manifest(content)])).toThrow(message);
  });

  it("refuses one that is not there", () => {
    expect(() => loadManifests([join(folder, "none.json")])).toThrow(/none\.json cannot be used: ENOENT/);
  });
});

describe("an entry of the older form is read as the same model", () => {
  const { mean, deviation } = inputOf("classify");
  it.each([
    ["yunet", "faces-yunet", { input: { maxSide: 1600 } }],
    ["mobilefacenet", "face-encoding", { input: undefined }],
    ["imagenet-classifier", "classify", { input: { size: 224, resize: 256, mean, deviation } }],
    ["yolox", "objects", { input: { size: 416 } }],
  ])("%s", (kind, name, older) => {
    const written = own(name, { kind, ...older, layout: undefined, coarsePass: undefined });
    const expected = own(name);
    // The filter of the classifier was another.
    if (name === "classify") expected.input = { ...expected.input, resampling: "area" } as typeof expected.input;
    expect(read(written)).toEqual(expected);
  });

  it("yunet for one size", () => {
    const written = own("faces-yunet", {
      kind: "yunet",
      input: { size: 640 },
      layout: undefined,
      coarsePass: undefined,
    });
    const { coarsePass: _none, ...expected } = own("faces-yunet") as { coarsePass?: unknown };
    expect(read(written)).toEqual({
      ...expected,
      input: { ...letterboxOf(640), position: "corner", enlarge: false, padding: 0, colors: "bgr" },
    });
  });
});

function letterboxOf(side: number) {
  const { maxSide: _side, stride: _stride, ...rest } = inputOf("faces-yunet") as { maxSide?: number; stride?: number };
  return { ...rest, fit: "letterbox", width: side, height: side };
}
