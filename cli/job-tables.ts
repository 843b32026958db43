/** Tables of jobs, and of the images of a job. */
import type { Job, JobImage } from "../client/jobs.ts";
import { findingsByModel } from "./findings.ts";
import { table } from "./terminal.ts";

export function imageTable(images: readonly JobImage[]): string {
  const hasModels = images.some(({ result }) => result?.results);
  const rows = images.flatMap(({ index, fileName, state, result, problem }) => {
    const found = problem ? [["", `${problem.code}: ${problem.detail}`] as const] : findingsByModel(result ?? {});
    return found.map(([model, text]) => [index, fileName ?? "", state, ...(hasModels ? [model] : []), text]);
  });
  return hasModels
    ? table(["index", "image", "state", "model", "found; boxes are [x, y, width, height]"], rows)
    : table(["index", "image", "state", "boxes [x, y, width, height]"], rows);
}

export function jobTable(jobs: readonly Job[]): string {
  const rows = jobs.map(({ id, state, model, createdAt, images, labels }) => {
    const text = Object.entries(labels).map(([key, value]) => `${key}:${value}`);
    return [id, state, model, createdAt, images.done, images.failed, images.total, text.join(",")];
  });
  return table(["id", "state", "model", "created", "done", "failed", "total", "labels"], rows);
}
