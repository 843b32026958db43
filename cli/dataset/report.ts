/** The report on a data set as an HTML page. */
import { barChart, lineChart, shortNumber } from "../report/chart.ts";
import { figures, htmlTable, page, section } from "../report/page.ts";
import type { DatasetAnswer, DatasetTimes, ImageFailure } from "./summary.ts";

/** Contents of `report.json`. */
export interface DatasetReport {
  readonly version: string;
  readonly dataset: string;
  readonly answer: DatasetAnswer;
  readonly run: {
    readonly url: string;
    readonly jobId: string;
    readonly state: string;
    readonly model: string;
    readonly createdAt: string;
    readonly finishedAt: string;
    /** Number of starts of the run: more than one after interruptions, whose time is included in the seconds. */
    readonly starts: number;
    readonly uploadSeconds: number;
    readonly processingSeconds: number;
    readonly totalSeconds: number;
    readonly imagesPerSecond: number;
  };
  readonly times: DatasetTimes;
  /** The first thousand failures. images.csv has all of them. */
  readonly failures: readonly ImageFailure[];
  readonly skipped: Readonly<Record<string, number>>;
}

const MOST_ROWS = 50;

export function datasetPage(
  report: DatasetReport,
  throughput: readonly (readonly [number, number])[],
  montage: string,
): string {
  const { answer, run, failures, skipped } = report;
  const skippedRows = Object.entries(skipped);
  const parts = [
    overview(report),
    montage &&
      section("Faces", montage, `${answer.faces} faces in ${answer.imagesWithFaces} of ${answer.done} images.`),
    answer.meanEncoding ? meanSection(answer.meanEncoding, answer.encodings) : "",
    timesSection(report, throughput),
    failures.length > 0 ? failureSection(failures, answer.failed) : "",
    skippedRows.length > 0 ? section("Files that were not sent", htmlTable(["reason", "files"], skippedRows)) : "",
  ];
  const lead = `${run.model} at ${run.url}, job ${run.jobId}, ${run.createdAt}`;
  return page({ title: report.dataset, lead, parts: parts.filter(Boolean) });
}

function overview({ answer, run }: DatasetReport): string {
  return figures([
    [String(answer.done), "images done"],
    [String(answer.failed), "images failed"],
    [String(answer.faces), "faces"],
    [shortNumber(run.imagesPerSecond), "images/s, upload included"],
    [`${shortNumber(run.totalSeconds)} s`, "in total"],
  ]);
}

function meanSection(mean: readonly number[], count: number): string {
  const points = mean.map((value, index): [number, number] => [index, value]);
  const chart = lineChart({ x: "dimension", y: "value", label: "Mean encoding" }, [{ name: "mean", points }]);
  return section("Mean encoding", chart, `The mean of ${count} encodings, each of ${mean.length} numbers.`);
}

function timesSection({ times, run }: DatasetReport, throughput: readonly (readonly [number, number])[]): string {
  const names = { queueMs: "queue", decodeMs: "decode", inferenceMs: "inference" } as const;
  const rows = (Object.keys(names) as (keyof typeof names)[]).map((name) => {
    const { mean, p50, p75, p90, p95, p99, max } = times[name];
    return [names[name], ...[mean, p50, p75, p90, p95, p99, max].map((ms) => ms.toFixed(2))];
  });
  const table = htmlTable(["ms per image", "mean", "p50", "p75", "p90", "p95", "p99", "max"], rows);
  const { p50, p75, p90, p95, p99 } = times.inferenceMs;
  const bars = Object.entries({ p50, p75, p90, p95, p99 });
  const inference = barChart({ x: "share of the images", y: "inference, ms", label: "Inference by percentile" }, bars);
  const rate =
    throughput.length > 1
      ? lineChart({ x: "seconds since the job was queued", y: "images/s", label: "Images per second over time" }, [
          { name: "images/s", points: throughput },
        ])
      : "";
  const note = `Upload ${shortNumber(run.uploadSeconds)} s, processing ${shortNumber(run.processingSeconds)} s.`;
  return section("Times", table + inference + rate, note);
}

function failureSection(failures: readonly ImageFailure[], total: number): string {
  const rows = failures
    .slice(0, MOST_ROWS)
    .map(({ index, fileName, code, detail }) => [index, fileName ?? "", code, detail]);
  const note = total > rows.length ? `${total - rows.length} more are in images.csv.` : "";
  return section("Failures", htmlTable(["index", "image", "code", "detail"], rows), note);
}
