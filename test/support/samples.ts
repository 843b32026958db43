/** Programs that run all samples of the API document, with the data that each of them needs. */
import { join } from "node:path";
import { expect } from "vitest";
import { SightlineClient } from "../../client/sightline-client.ts";
import { type CodeSample, PYTHON_PREAMBLE, TYPESCRIPT_PREAMBLE } from "../../lib/openapi/samples/writers.ts";
import { readText } from "./deployment.ts";

export interface Operation {
  readonly operationId: string;
  readonly summary?: string;
  readonly description?: string;
  readonly tags: readonly string[];
  readonly parameters?: readonly { readonly $ref?: string; readonly name: string; readonly description?: string }[];
  readonly "x-codeSamples"?: readonly CodeSample[];
}

type PathItem = Readonly<Record<string, Operation>> & { readonly parameters?: Operation["parameters"] };

/** All operations of docs/openapi.json, with the parameters of their paths. */
export function operations(): Operation[] {
  const { paths } = JSON.parse(readText("docs/openapi.json")) as { paths: Record<string, PathItem> };
  return Object.values(paths).flatMap(({ parameters = [], ...methods }) =>
    Object.values(methods).map((operation) => ({
      ...operation,
      parameters: [...parameters, ...(operation.parameters ?? [])],
    })),
  );
}

/** A sample with the key to run it with, and the values of its variables. */
export interface BoundSample {
  readonly operationId: string;
  readonly source: string;
  readonly key: string;
  readonly variables: Readonly<Record<string, string>>;
}

/**
 * The samples of a language in the order of the document, but with the one that unloads a model at the end. Creates the
 * jobs, keys and other resources that they use.
 */
export async function boundSamples(label: string, url: string, adminKey: string, image: Blob): Promise<BoundSample[]> {
  const world = new World(url, adminKey, image);
  const bound: BoundSample[] = [];
  for (const { operationId, tags, "x-codeSamples": samples = [] } of operations()) {
    const source = samples.find((sample) => sample.label === label)?.source;
    if (source !== undefined) bound.push({ operationId, source, ...(await world.bindingFor(operationId, tags)) });
  }
  const isLast = ({ operationId }: BoundSample) => operationId === "unloadModel";
  return [...bound.filter((sample) => !isLast(sample)), ...bound.filter(isLast)];
}

/** Resources for the samples. Each sample gets its own, because some delete it. */
class World {
  readonly #admin: SightlineClient;
  readonly #key: string;
  readonly #image: Blob;

  constructor(url: string, key: string, image: Blob) {
    this.#admin = new SightlineClient({ url, key });
    this.#key = key;
    this.#image = image;
  }

  async bindingFor(id: string, tags: readonly string[]): Promise<Pick<BoundSample, "key" | "variables">> {
    const [tag] = tags;
    // Sessions have collections of their own.
    if (tag === "Sessions" || tag === "Faces") return this.#session(id);
    return { key: this.#key, variables: await this.#variables(id) };
  }

  async #session(id: string): Promise<Pick<BoundSample, "key" | "variables">> {
    const visitor = await this.#admin.openSession();
    const binding = { key: visitor.key as string, variables: {} };
    if (!/Collection|Face/.test(id) || id === "createCollection") return binding;
    await visitor.collections.create("friends");
    const { id: faceId } = await visitor.collections.add("friends", this.#image);
    return { ...binding, variables: { faceId } };
  }

  async #variables(id: string): Promise<Record<string, string>> {
    const { keys, uploads, jobs } = this.#admin;
    const newKey = async () => (await keys.create({ name: "for a sample", scopes: ["process"] })).id;
    if (/Job|Images|Picture|Results/.test(id)) {
      const isFinished = ["retryJob", "listResults"].includes(id);
      // A retry needs a job with an image that failed.
      const image = id === "retryJob" ? new Blob(["no image"]) : this.#image;
      const { id: jobId } = await jobs.create([image], { execute: isFinished });
      if (isFinished) await jobs.finished(jobId);
      return { jobId };
    }
    if (/Key$|^erase$/.test(id)) return { keyId: await newKey() };
    if (id === "readErasure") return { erasureId: (await this.#admin.erase({ key: await newKey() })).id };
    if (id === "getFaceEncoding") return { uploadId: (await uploads.add(this.#image)).id };
    if (/Version$/.test(id)) return { version: (await this.#admin.model("classify")).version };
    // There is no webhook that was given up, so the id is invalid.
    if (id === "retryDelivery") return { eventId: "none" };
    return {};
  }
}

const snake = (name: string) => name.replace(/[A-Z]/g, "_$&").toLowerCase();
const shellName = (name: string) => snake(name).toUpperCase();
const text = JSON.stringify;

/** All programs print a line for each operation with its outcome to standard error: `getJob<tab>ok`. */
export function shellProgram(url: string, samples: readonly BoundSample[]): string {
  const run = samples.map(({ operationId, source, key, variables }) => {
    const all = { ...variables, sightlineKey: key, sightlineUrl: url };
    const assigned = Object.entries(all).map(([name, value]) => `${shellName(name)}='${value}'`);
    return `${assigned.join("\n")}\nanswer=$(${source} 2>&1 | tr -d '\\0'; exit "\${PIPESTATUS[0]}") && tell ${operationId} ok || tell ${operationId} "$answer"`;
  });
  return [
    'curl() { command curl -sS --fail-with-body --max-time 60 "$@"; }',
    'tell() { printf "%s\\t%s\\n" "$1" "$(printf %s "$2" | tr "\\n" " ")" >&2; }',
    ...run,
  ].join("\n");
}

export function typescriptProgram(url: string, samples: readonly BoundSample[]): string {
  const client = join(import.meta.dirname, "../../client/index.ts");
  const run = samples.map(({ operationId, source, key, variables }) => {
    const names = Object.keys(variables).join(", ");
    const body = `const { ${names} } = ${text(variables)};\n${bodyOf(source, TYPESCRIPT_PREAMBLE)}`;
    return `await run(${text(operationId)}, ${text(key)}, async (client) => {\n${body}\n});`;
  });
  return [
    'import { openAsBlob } from "node:fs";',
    `import { SightlineClient } from ${text(client)};`,
    "async function run(name, key, sample) {",
    `  const outcome = await sample(new SightlineClient({ url: ${text(url)}, key })).then(() => "ok", String);`,
    '  process.stderr.write(name + "\\t" + outcome + "\\n");',
    "}",
    ...run,
  ].join("\n");
}

export function pythonProgram(url: string, samples: readonly BoundSample[]): string {
  const run = samples.flatMap(({ operationId, source, key, variables }, index) => [
    `def sample_${index}(client):`,
    ...Object.entries(variables).map(([name, value]) => `    ${snake(name)} = ${text(value)}`),
    ...bodyOf(source, PYTHON_PREAMBLE)
      .split("\n")
      .map((line) => `    ${line}`),
    `run(${text(operationId)}, ${text(key)}, sample_${index})`,
  ]);
  return [
    "import sys",
    "from sightline_client import SightlineClient",
    "def run(name, key, sample):",
    "    try:",
    `        with SightlineClient(${text(url)}, key) as client:`,
    "            sample(client)",
    '        outcome = "ok"',
    "    except Exception as error:",
    "        outcome = repr(error)",
    '    print(name, outcome, sep="\\t", file=sys.stderr)',
    ...run,
  ].join("\n");
}

/** The part of a sample after the lines with which every sample begins, which the program has once. */
function bodyOf(source: string, preamble: string): string {
  if (!source.startsWith(preamble)) throw new Error(`A sample begins otherwise: ${source}`);
  return source.slice(preamble.length);
}

/** The outcomes that a program has printed. */
export function outcomesOf(printed: string): Record<string, string> {
  return Object.fromEntries(
    printed
      .trim()
      .split("\n")
      .map((line) => line.split("\t")),
  );
}

/** The outcomes of samples if all of them work. */
export function expectedOutcomes(samples: readonly BoundSample[]): Record<string, unknown> {
  return Object.fromEntries(
    samples.map(({ operationId: id }) => [
      id,
      id === "retryDelivery" ? expect.stringContaining("no such delivery") : "ok",
    ]),
  );
}
