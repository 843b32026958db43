/** A job's images as comma-separated values, one line per image. Pure. */
import type { JobImage } from "../contracts/job.ts";
import type { Box } from "../contracts/receipt.ts";
import { csvLine } from "../csv.ts";

const columns = [
  "index",
  "fileName",
  "state",
  "attempts",
  "width",
  "height",
  "faces",
  "faceBoxes",
  "labels",
  "objects",
  "code",
  "detail",
  "queueMs",
  "decodeMs",
  "inferenceMs",
  "startedAt",
  "finishedAt",
  "bytes",
  "sha256",
] as const;

export const RESULTS_HEADER = csvLine(columns);

/** Several values in one cell are separated by semicolons; a box is `x y width height`. Encodings are left out. */
export function resultsLine(image: JobImage): string {
  const { index, fileName, state, attempts, result, problem, startedAt, finishedAt, bytes, sha256 } = image;
  const { width, height, timings } = result ?? {};
  const { faceBoxes, labels, objects } = findingsOf(result);
  const { queueMs, decodeMs, inferenceMs } = timings ?? {};
  const found = [width, height, faceBoxes?.length, listed(faceBoxes?.map(boxText)), listed(labels), listed(objects)];
  const fault = state === "done" ? undefined : problem;
  const times = [queueMs, decodeMs, inferenceMs, startedAt, finishedAt];
  return csvLine([index, fileName, state, attempts, ...found, fault?.code, fault?.detail, ...times, bytes, sha256]);
}

interface Findings {
  /** Boxes of the last model that finds faces; undefined if none does. */
  readonly faceBoxes?: readonly (Box | undefined)[];
  readonly labels?: readonly string[];
  readonly objects?: readonly string[];
}

function findingsOf(result: JobImage["result"]): Findings {
  const ofModels = Object.values(result?.results ?? {}).map((found): Findings => {
    if ("faces" in found) return { faceBoxes: found.faces.map(({ box }) => box) };
    if ("labels" in found) return { labels: found.labels.map(({ label, score }) => `${label} ${score}`) };
    return { objects: found.objects.map(({ label, score, box }) => `${label} ${score} ${boxText(box)}`) };
  });
  return Object.assign({}, result?.faces && { faceBoxes: result.faces }, ...ofModels);
}

// A remote encoder reports no boxes.
const boxText = (box: Box | undefined) => box?.join(" ") ?? "";
const listed = (values: readonly string[] | undefined) => values?.join("; ");
