/** One line per image (RFC 4180). */
import { facesOf } from "../../client/faces.ts";
import type { JobImage } from "../../client/jobs.ts";

export const CSV_HEADER =
  "index,fileName,sha256,bytes,state,width,height,faces,boxes,queueMs,decodeMs,inferenceMs,code,detail\r\n";

export function csvLine(image: JobImage): string {
  const { index, fileName, sha256, bytes, state, result, problem } = image;
  const faces = state === "done" ? facesOf(image) : undefined;
  const boxes = faces?.map(({ box }) => box?.join(" ")).join("; ");
  const { queueMs, decodeMs, inferenceMs } = result?.timings ?? {};
  const found = [result?.width, result?.height, faces?.length, boxes, queueMs, decodeMs, inferenceMs];
  const cells = [index, fileName, sha256, bytes, state, ...found, problem?.code, problem?.detail];
  return `${cells.map(cell).join(",")}\r\n`;
}

function cell(value: string | number | null | undefined): string {
  if (value === null || value === undefined) return "";
  const text = String(value);
  // Spreadsheets evaluate cells that begin so as formulas; an apostrophe marks them as text.
  const safe = typeof value === "string" && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
