/** `sightline process`: finds faces in images, or runs other models on them. */
import { writeFile } from "node:fs/promises";
import { dirname, join, parse, resolve } from "node:path";
import type { Command } from "commander";
import { boxText, facesOf } from "../client/faces.ts";
import type { AnalysisResult, ProcessResult, SightlineClient } from "../client/sightline-client.ts";
import { createFolder, SHARED_MODE } from "../lib/folders/create-folder.ts";
import { type ConnectionOptions, connect, serviceCommand } from "./command.ts";
import { exitCodes } from "./failure.ts";
import { batchesOf, type NamedUpload, openImages } from "./files.ts";
import { type Findings, findingsByModel } from "./findings.ts";
import { type InferenceOptions, inferenceQuery, withInferenceOptions } from "./inference-options.ts";
import { StatusLine, table } from "./terminal.ts";

type Result = ProcessResult | AnalysisResult;
type Receipt = Result["images"][number];

interface Options extends ConnectionOptions, InferenceOptions {
  readonly json?: true;
  readonly out?: string;
}

export function processCommand(): Command {
  const command = serviceCommand("process")
    .description("Find faces in images, or what other models find, without a job.")
    .argument("<files...>", "images: JPEG, PNG, WebP, BMP, TIFF, GIF, HEIC, AVIF; - is one from standard input")
    .option("--json", "print the receipts as JSON")
    .option("--out <folder>", "folder for PNG copies with the results drawn");
  return withInferenceOptions(command)
    .addHelpText(
      "after",
      `
Exit codes: 1 if an image failed.

Examples:
  sightline process me.jpg you.png
  sightline process --json *.jpg | jq '.images[].faces'
  curl -s https://example.org/me.jpg | sightline process -
  sightline process --out boxes --min-size 48 group.jpg
  sightline process --models objects,classify --top-k 3 cat.png`,
    )
    .action(processFiles);
}

async function processFiles(paths: string[], { json, out, url, key, ...options }: Options): Promise<void> {
  const query = inferenceQuery(options);
  const uploads = await openImages(paths);
  const client = connect({ url, ...(key !== undefined && { key }) });
  const status = new StatusLine();
  const receipts: Receipt[] = [];
  let what = {};
  for (const batch of batchesOf(uploads)) {
    status.show(() => `${receipts.length} of ${uploads.length} images`);
    const { images, ...models } = await client.process(batch, query as InferenceOptions & { models: string });
    what = models;
    receipts.push(...images);
  }
  status.clear();
  if (out !== undefined) await writeAnnotated(client, uploads, receipts, out, query);
  console.log(json ? JSON.stringify({ ...what, images: receipts }, null, 2) : receiptTable(receipts));
  if (receipts.some((receipt) => "problem" in receipt)) process.exitCode = exitCodes.imagesFailed;
}

/** Writes an annotated copy of each image that was processed. */
async function writeAnnotated(
  client: SightlineClient,
  uploads: readonly NamedUpload[],
  receipts: readonly Receipt[],
  folder: string,
  query: InferenceOptions,
): Promise<void> {
  createFolder(folder, SHARED_MODE);
  const beside = uploads.filter(({ path }) => dirname(resolve(path)) === resolve(folder));
  const names = annotatedNames(namesOf(uploads), namesOf(beside));
  for (const [index, upload] of uploads.entries()) {
    const receipt = receipts[index];
    if (!receipt || "problem" in receipt) continue;
    const image = await client.annotate(upload, query);
    await writeFile(join(folder, names[index] as string), image.stream());
  }
}

const namesOf = (uploads: readonly NamedUpload[]) => uploads.map(({ fileName }) => fileName);

/**
 * Names of annotated images: `me.jpg` → `me.png`, with a suffix if names collide.
 * @param kept Names of images that are in the same folder.
 */
export function annotatedNames(fileNames: readonly string[], kept: readonly string[] = []): string[] {
  const taken = new Set(kept.map((name) => name.toLowerCase()));
  return fileNames.map((fileName) => {
    const { name } = parse(fileName);
    let unique = `${name}.png`;
    for (let n = 2; taken.has(unique.toLowerCase()); n++) unique = `${name}-${n}.png`;
    taken.add(unique.toLowerCase());
    return unique;
  });
}

function receiptTable(receipts: readonly Receipt[]): string {
  return receipts.some((receipt) => "results" in receipt) ? modelTable(receipts) : faceTable(receipts);
}

function faceTable(receipts: readonly Receipt[]): string {
  const rows = receipts.map((receipt) => {
    const name = receipt.fileName ?? "";
    if ("problem" in receipt) return [name, "", "", "", problemText(receipt)];
    const boxes = facesOf(receipt).map(boxText);
    return [name, sizeOf(receipt), boxes.length, receipt.timings.inferenceMs.toFixed(1), boxes.join(" ")];
  });
  return table(["image", "size", "faces", "ms", "boxes [x, y, width, height]"], rows);
}

/** A row for each image and model. */
function modelTable(receipts: readonly Receipt[]): string {
  const rows = receipts.flatMap((receipt) => {
    const name = receipt.fileName ?? "";
    if ("problem" in receipt) return [[name, "", "", "", problemText(receipt)]];
    const { perModelMs = {} } = receipt.timings as { perModelMs?: Record<string, number> };
    return findingsByModel(receipt as Findings).map(([model, found]) => [
      name,
      sizeOf(receipt),
      model,
      perModelMs[model]?.toFixed(1) ?? "",
      found,
    ]);
  });
  return table(["image", "size", "model", "ms", "found; boxes are [x, y, width, height]"], rows);
}

function problemText({ problem: { code, detail } }: { readonly problem: { code: string; detail: string } }): string {
  return `${code}: ${detail}`;
}

function sizeOf({ width, height }: { readonly width: number; readonly height: number }): string {
  return `${width} × ${height}`;
}
