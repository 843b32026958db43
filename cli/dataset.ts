/** `sightline dataset`: processes a data set as one job and writes a report. */
import { createWriteStream } from "node:fs";
import { rename, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { type Command, Option } from "commander";
import { ServiceProblem } from "../client/errors.ts";
import type { Job, JobQuery } from "../client/jobs.ts";
import type { SightlineClient } from "../client/sightline-client.ts";
import { FACES_HAAR } from "../lib/contracts/model-name.ts";
import { createFolder, SHARED_MODE } from "../lib/folders/create-folder.ts";
import packageJson from "../package.json" with { type: "json" };
import { type ConnectionOptions, connect, interrupted, serviceCommand } from "./command.ts";
import { modelNames, suggesting } from "./completion/suggestions.ts";
import { CSV_HEADER, imageLine } from "./dataset/csv.ts";
import { download, isUrl, nameOfUrl } from "./dataset/download.ts";
import { hash } from "./dataset/fingerprint.ts";
import { montage } from "./dataset/montage.ts";
import { nameOfDataset, openDataset } from "./dataset/open.ts";
import { type DatasetReport, datasetPage } from "./dataset/report.ts";
import { newRun, type Run, readRun, removeRun, writeRun } from "./dataset/run-file.ts";
import type { DatasetSource } from "./dataset/source.ts";
import { DatasetSummary } from "./dataset/summary.ts";
import { type UploadSettings, upload } from "./dataset/upload.ts";
import { exitCodes, UsageError } from "./failure.ts";
import { progressOf } from "./job.ts";
import { clockTime, progressLine, StatusLine } from "./terminal.ts";

interface Options extends ConnectionOptions {
  readonly model?: string;
  readonly out?: string;
  readonly fresh?: true;
}

export function datasetCommand(): Command {
  return serviceCommand("dataset")
    .description(
      "Process a data set as one job and write a report. After an interruption, the same command resumes it.",
    )
    .argument("<path-or-url>", "folder, .tgz, .tar.gz, .tar or .zip, or the URL of an archive")
    .addOption(suggesting(new Option("--model <name>", `model to run (default: ${FACES_HAAR})`), modelNames))
    .option("--out <folder>", "folder for the report and the state of the run (default: sightline-<name>)")
    .option("--fresh", "start over, ignoring an earlier run in the folder")
    .addHelpText(
      "after",
      `
Writes report.json, images.csv and report.html; run.json has the state to resume from.
Exit codes: 1 if an image failed.

Examples:
  sightline dataset lfw.tgz
  sightline dataset --model face-encoding --out lfw-report photos/
  sightline dataset https://example.org/images.zip`,
    )
    .action(processDataset);
}

async function processDataset(pathOrUrl: string, options: Options): Promise<void> {
  const status = new StatusLine();
  const name = nameOfDataset(isUrl(pathOrUrl) ? nameOfUrl(pathOrUrl) : resolve(pathOrUrl));
  const folder = options.out ?? `sightline-${name}`;
  try {
    await runDataset(pathOrUrl, folder, options, status);
  } finally {
    if (interrupted.aborted) status.say("Interrupted; the same command goes on with it.");
  }
}

async function runDataset(pathOrUrl: string, folder: string, options: Options, status: StatusLine): Promise<void> {
  const client = connect(options);
  const path = isUrl(pathOrUrl) ? await fetchArchive(pathOrUrl, folder, status) : pathOrUrl;
  // Removes the download, so that the next run fetches it again: instead of an archive, the server may have sent a page
  // that asks for a password.
  const discard = () => (isUrl(pathOrUrl) ? rm(path, { force: true }) : Promise.resolve());
  const source = await openDataset(path).catch(async (error) => {
    await discard();
    throw error;
  });
  const { run, job } = await uploadAll({ client, source, folder, options, status, discard });
  const over = await client.jobs.finished(job.id, (current) =>
    status.show((width) => progressLine({ what: "processing", ...progressOf(current) }, width)),
  );
  if (over.state === "cancelled") {
    status.say(`sightline: The job ${job.id} was cancelled; --fresh begins anew.`);
    process.exitCode = exitCodes.imagesFailed;
    return;
  }
  status.show(() => "writing the report");
  const report = await writeReport({ client, source, folder, job: over, run, url: options.url });
  status.clear();
  console.log(summarize(report, folder));
  if (report.answer.failed > 0) process.exitCode = exitCodes.imagesFailed;
}

function fetchArchive(url: string, folder: string, status: StatusLine): Promise<string> {
  return download(url, folder, interrupted, (bytes, total) =>
    status.show((width) => {
      const details = `${(bytes / 1e6).toFixed(1)} MB`;
      return total
        ? progressLine({ what: "download", fraction: bytes / total, details }, width)
        : `download  ${details}`;
    }),
  );
}

interface Work {
  readonly client: SightlineClient;
  readonly source: DatasetSource;
  readonly folder: string;
  readonly options: Options;
  readonly status: StatusLine;
  /** Removes a downloaded archive. */
  readonly discard: () => Promise<void>;
}

async function uploadAll(work: Work): Promise<{ run: Run; job: Job }> {
  const { client, source, folder, options, status, discard } = work;
  const query: JobQuery = {
    labels: `dataset:${source.name.replace(/[,:\p{Cc}]/gu, "_").slice(0, 200)}`,
    ...(options.model !== undefined && { model: options.model as NonNullable<JobQuery["model"]> }),
  };
  createFolder(folder, SHARED_MODE);
  let run = await runFor(work);
  const save = (next: Run) => {
    run = next;
    return writeRun(folder, next);
  };
  /** @param before Number of images that the job has already. */
  const settingsFrom = (before: number): UploadSettings => {
    const startedAt = performance.now();
    let readBytes = 0;
    return {
      ...{ client, source, query, save },
      onRead: (bytes: number) => {
        readBytes += bytes;
      },
      onBatch: ({ acknowledged }: Run) => {
        const seconds = (performance.now() - startedAt) / 1000;
        const fraction = readBytes / source.totalBytes;
        status.show((width) => {
          const rate = (acknowledged - before) / seconds;
          const left = clockTime((seconds / fraction) * (1 - fraction));
          const details = `${acknowledged} images  ${rate.toFixed(1)} images/s  ${left} left`;
          return progressLine({ what: "upload", fraction, details }, width);
        });
      },
    };
  };
  await save(run);
  try {
    return await upload(run, settingsFrom(run.acknowledged));
  } catch (error) {
    // A data set that is damaged or has no images will stay so: delete its job and run file.
    if (error instanceof UsageError)
      await Promise.all([run.jobId && client.jobs.delete(run.jobId), removeRun(folder), discard()]);
    if (!(error instanceof ServiceProblem && error.code === "JOB_NOT_FOUND")) throw error;
    status.say(`The job ${run.jobId} is gone; a new one is made.`);
    return upload(newRun(run.fingerprint), settingsFrom(0));
  }
}

/**
 * The folder's run, or a new one. @throws UsageError if the folder's run has other images, another model or another
 * service.
 */
async function runFor({ source, folder, options, status }: Work): Promise<Run> {
  const fingerprint = hash([source.fingerprint, options.url, options.model ?? ""]);
  const earlier = options.fresh ? undefined : await readRun(folder);
  if (!earlier) return newRun(fingerprint);
  if (earlier.fingerprint !== fingerprint)
    throw new UsageError(
      `${folder} is of a run with other images, another model or another service; choose another --out or --fresh.`,
    );
  const where = earlier.isUploaded ? "all images are uploaded" : `${earlier.acknowledged} images are uploaded`;
  status.say(`Going on with an earlier run: ${where}.`);
  return { ...earlier, starts: earlier.starts + 1 };
}

interface Finished extends Pick<Work, "client" | "source" | "folder"> {
  readonly job: Job;
  readonly run: Run;
  readonly url: string;
}

async function writeReport({ client, source, folder, job, run, url }: Finished): Promise<DatasetReport> {
  const summary = new DatasetSummary(job);
  const lines = async function* () {
    yield CSV_HEADER;
    for await (const image of client.jobs.results(job.id)) {
      summary.add(image);
      yield imageLine(image);
    }
  };
  await pipeline(lines, createWriteStream(join(folder, "images.csv.part")));
  await rename(join(folder, "images.csv.part"), join(folder, "images.csv"));
  const answer = summary.answer();
  const { createdAt, queuedAt = createdAt, finishedAt = queuedAt, state, model, id: jobId } = job;
  const seconds = (from: string, to: string) => (Date.parse(to) - Date.parse(from)) / 1000;
  const totalSeconds = seconds(createdAt, finishedAt);
  const report: DatasetReport = {
    version: packageJson.version,
    dataset: source.name,
    answer,
    run: {
      ...{ url, jobId, state, model, createdAt, finishedAt, starts: run.starts },
      uploadSeconds: seconds(createdAt, queuedAt),
      processingSeconds: seconds(queuedAt, finishedAt),
      totalSeconds,
      imagesPerSecond: answer.images / Math.max(totalSeconds, 1e-3),
    },
    times: summary.times(),
    failures: summary.failures,
    skipped: run.skipped,
  };
  await writeFile(join(folder, "report.json"), `${JSON.stringify(report, null, 2)}\n`);
  const faces = await montage(source, summary.faces());
  await writeFile(join(folder, "report.html"), datasetPage(report, summary.throughput(), faces));
  return report;
}

function summarize({ answer, run, times }: DatasetReport, folder: string): string {
  const { images, done, failed, faces, imagesWithFaces, encodings, meanEncoding, failuresByCode } = answer;
  const { p50, p95, p99 } = times.inferenceMs;
  const codes = Object.entries(failuresByCode).map(([code, count]) => `${code} ${count}`);
  return [
    `images     ${images}: ${done} done, ${failed} failed${codes.length > 0 ? ` (${codes.join(", ")})` : ""}`,
    `faces      ${faces} in ${imagesWithFaces} images`,
    ...(meanEncoding
      ? [
          `encoding   mean of ${encodings}: [${meanEncoding
            .slice(0, 4)
            .map((value) => value.toFixed(4))
            .join(", ")}, … ${meanEncoding.length} numbers]`,
        ]
      : []),
    `inference  p50 ${p50.toFixed(2)}, p95 ${p95.toFixed(2)}, p99 ${p99.toFixed(2)} ms`,
    `time       ${run.totalSeconds.toFixed(1)} s, ${run.imagesPerSecond.toFixed(1)} images/s`,
    `Report: ${join(folder, "report.html")}, report.json, images.csv`,
  ].join("\n");
}
