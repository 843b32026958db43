/**
 * Model descriptions that are available without loading the models. Kinds are code, models are data: a new model of a
 * known kind is a new entry, here or in the user's own manifest (`MODELS_MANIFEST`).
 */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Static, Type } from "typebox";
import { Compile, type Validator } from "typebox/compile";
import { Sha256 } from "../../contracts/sha256.ts";

const closed = { additionalProperties: false } as const;
const share = Type.Number({ minimum: 0, maximum: 1 });
/** The side of a fixed-size network is a multiple of all its strides. */
const size = Type.Integer({ minimum: 32, maximum: 4096, multipleOf: 32 });
const side = Type.Integer({ minimum: 32, maximum: 4096 });
const triple = Type.Array(Type.Number(), { minItems: 3, maxItems: 3 });

const ModelFile = Type.Object(
  {
    name: Type.String({ pattern: "^\\w[\\w.-]{0,127}$" }),
    url: Type.String({ pattern: "^https?://" }),
    sha256: Sha256,
    bytes: Type.Integer({ minimum: 1 }),
  },
  closed,
);
export type ModelFile = Static<typeof ModelFile>;

const common = {
  name: Type.String({ pattern: "^[a-z0-9][a-z0-9-]{0,62}$" }),
  version: Type.String({ minLength: 1 }),
  licence: Type.String({ minLength: 1 }),
  notes: Type.Optional(Type.String()),
  quality: Type.Array(Type.Object({ measure: Type.String(), value: Type.String(), source: Type.String() }, closed)),
  /** Expected result for `self-check.jpg`: path of a JSON file relative to the manifest. */
  reference: Type.Optional(Type.String()),
};
const network = Type.Object({ model: ModelFile }, closed);
const networkAndLabels = Type.Object({ model: ModelFile, labels: ModelFile }, closed);
const detection = Type.Object({ score: share, overlap: share }, closed);

const kinds = {
  yunet: Type.Object(
    {
      kind: Type.Literal("yunet"),
      ...common,
      files: network,
      /** Longest side to scale images down to, or the fixed size of the exported network. */
      input: Type.Union([Type.Object({ maxSide: side }, closed), Type.Object({ size }, closed)]),
      thresholds: detection,
    },
    closed,
  ),
  mobilefacenet: Type.Object(
    {
      kind: Type.Literal("mobilefacenet"),
      ...common,
      files: network,
      /** Model of kind `yunet` that finds the faces to encode. */
      detector: common.name,
      /** Minimum cosine of two encodings that counts as the same person. */
      thresholds: Type.Object({ samePerson: share }, closed),
    },
    closed,
  ),
  "imagenet-classifier": Type.Object(
    {
      kind: Type.Literal("imagenet-classifier"),
      ...common,
      files: networkAndLabels,
      /** The centre square of `size` pixels when the short side is `resize`; mean and deviation of RGB. */
      input: Type.Object({ size: side, resize: side, mean: triple, deviation: triple }, closed),
    },
    closed,
  ),
  yolox: Type.Object(
    {
      kind: Type.Literal("yolox"),
      ...common,
      files: networkAndLabels,
      input: Type.Object({ size }, closed),
      thresholds: detection,
    },
    closed,
  ),
};

type Kinds = { readonly [Kind in keyof typeof kinds]: Static<(typeof kinds)[Kind]> };
export type ModelKind = keyof Kinds;
export type ManifestOf<Kind extends ModelKind> = Kinds[Kind];
export type ModelManifest = Kinds[ModelKind];

export const tasks = {
  yunet: "face-detection",
  mobilefacenet: "face-encoding",
  "imagenet-classifier": "image-classification",
  yolox: "object-detection",
} as const satisfies Record<ModelKind, string>;

const manifestFile = Compile(Type.Object({ models: Type.Array(Type.Object({ kind: Type.String() })) }, closed));
const validators: Partial<Record<string, Validator>> = Object.fromEntries(
  Object.entries(kinds).map(([kind, schema]) => [kind, Compile(schema)]),
);

/** Manifest of the project's own models. */
export const ownManifest = join(import.meta.dirname, "manifest.json");

/** A model's entry, with the resolved path of its reference. */
export type ManifestEntry = ModelManifest & { readonly referencePath?: string };

/**
 * The entries of all manifests, in order.
 * @throws Error with all faults of an invalid manifest.
 */
export function loadManifests(paths: readonly string[]): ManifestEntry[] {
  const entries = paths.flatMap(readManifest);
  const names = new Set<string>();
  for (const entry of entries) {
    if (names.has(entry.name)) throw new Error(`Two models are called ${entry.name}.`);
    names.add(entry.name);
  }
  const files = new Map<string, string>();
  for (const { name, sha256 } of entries.flatMap(filesOf)) {
    if ((files.get(name) ?? sha256) !== sha256) throw new Error(`Two different files are called ${name}.`);
    files.set(name, sha256);
  }
  for (const entry of entries)
    if (
      entry.kind === "mobilefacenet" &&
      !entries.some(({ name, kind }) => name === entry.detector && kind === "yunet")
    )
      throw new Error(`${entry.name}: its detector, ${entry.detector}, is no model of kind yunet.`);
  return entries;
}

function readManifest(path: string): ManifestEntry[] {
  const fault = (reason: string) => new Error(`The manifest ${path} cannot be used: ${reason}`);
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw fault((error as Error).message);
  }
  if (!manifestFile.Check(content)) throw fault('it must have the form {"models": [{"kind": …}, …]}.');
  return content.models.map((model, index) => {
    const validator = validators[model.kind];
    if (!validator)
      throw fault(`models.${index}: there is no kind ${model.kind}, but ${Object.keys(kinds).join(", ")}.`);
    const faults = validator.Errors(model).map(({ instancePath, message }) => {
      return `models.${index}${instancePath.replaceAll("/", ".")} ${message}`;
    });
    if (faults.length > 0) throw fault(faults.join("; "));
    const entry = model as ModelManifest;
    return entry.reference ? { ...entry, referencePath: join(dirname(path), entry.reference) } : entry;
  });
}

/** Files of a model. */
export function filesOf({ files }: ModelManifest): ModelFile[] {
  return Object.values(files);
}
