/** `sightline process`: finds the faces in images. */
import { mkdir, writeFile } from "node:fs/promises";
import { join, parse } from "node:path";
import type { Command } from "commander";
import { boxText, facesOf } from "../client/faces.ts";
import type { FaceQuery, ProcessResult, SightlineClient } from "../client/sightline-client.ts";
import { type ConnectionOptions, connect, decimal, serviceCommand, wholeNumber } from "./command.ts";
import { exitCodes } from "./failure.ts";
import { batchesOf, type NamedUpload, openFiles } from "./files.ts";
import { StatusLine, table } from "./terminal.ts";

type Receipt = ProcessResult["images"][number];

interface Options extends ConnectionOptions, FaceQuery {
  readonly json?: true;
  readonly out?: string;
}

export function processCommand(): Command {
  return serviceCommand("process")
    .description("Find the faces in images, without a job.")
    .argument("<files...>", "images: JPEG, PNG, WebP, BMP, TIFF, GIF, HEIC, AVIF")
    .option("--json", "print the receipts as JSON")
    .option("--out <folder>", "folder for PNG copies with the boxes drawn")
    .option("--scale-factor <number>", "growth of the search window", decimal(1.01, 4))
    .option("--min-neighbors <number>", "overlapping windows a face needs", wholeNumber(0, 100))
    .option("--min-size <pixels>", "smallest face that is reported", wholeNumber(24, 10_000))
    .addHelpText(
      "after",
      `
Exit codes: 1 if an image failed.

Examples:
  sightline process me.jpg you.png
  sightline process --json *.jpg | jq '.images[].faces'
  sightline process --out boxes --min-size 48 group.jpg`,
    )
    .action(processFiles);
}

async function processFiles(paths: string[], { json, out, url, key, ...query }: Options): Promise<void> {
  const uploads = await openFiles(paths);
  const client = connect({ url, ...(key !== undefined && { key }) });
  const status = new StatusLine();
  const receipts: Receipt[] = [];
  let model = "";
  for (const batch of batchesOf(uploads)) {
    status.show(() => `${receipts.length} of ${uploads.length} images`);
    const result = await client.process(batch, query);
    model = result.model;
    receipts.push(...result.images);
  }
  status.clear();
  if (out !== undefined) await writeAnnotated(client, uploads, receipts, out, query);
  console.log(json ? JSON.stringify({ model, images: receipts }, null, 2) : receiptTable(receipts));
  if (receipts.some((receipt) => "problem" in receipt)) process.exitCode = exitCodes.imagesFailed;
}

/** Writes a copy with boxes of each image that was processed. */
async function writeAnnotated(
  client: SightlineClient,
  uploads: readonly NamedUpload[],
  receipts: readonly Receipt[],
  folder: string,
  query: FaceQuery,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const names = annotatedNames(uploads.map(({ fileName }) => fileName));
  for (const [index, upload] of uploads.entries()) {
    const receipt = receipts[index];
    if (!receipt || "problem" in receipt) continue;
    const image = await client.annotate(upload, query);
    await writeFile(join(folder, names[index] as string), image.stream());
  }
}

/** `me.jpg` → `me.png`, with a suffix where names collide. */
export function annotatedNames(fileNames: readonly string[]): string[] {
  const taken = new Set<string>();
  return fileNames.map((fileName) => {
    const { name } = parse(fileName);
    let unique = `${name}.png`;
    for (let n = 2; taken.has(unique.toLowerCase()); n++) unique = `${name}-${n}.png`;
    taken.add(unique.toLowerCase());
    return unique;
  });
}

export function receiptTable(receipts: readonly Receipt[]): string {
  const rows = receipts.map((receipt) => {
    const name = receipt.fileName ?? "";
    if ("problem" in receipt) return [name, "", "", "", `${receipt.problem.code}: ${receipt.problem.detail}`];
    const boxes = facesOf(receipt).map(boxText);
    const { width, height, timings } = receipt;
    return [name, `${width} × ${height}`, boxes.length, timings.inferenceMs.toFixed(1), boxes.join(" ")];
  });
  return table(["image", "size", "faces", "ms", "boxes [x, y, width, height]"], rows);
}
