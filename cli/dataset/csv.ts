/** The results of images as CSV (RFC 4180), one line per image. */
import { facesOf } from "../../client/faces.ts";
import type { JobImage } from "../../client/jobs.ts";
import { csvLine } from "../../lib/csv.ts";

export const CSV_HEADER =
  "index,fileName,sha256,bytes,state,width,height,faces,boxes,queueMs,decodeMs,inferenceMs,code,detail\r\n";

export function imageLine(image: JobImage): string {
  const { index, fileName, sha256, bytes, state, result, problem } = image;
  const faces = state === "done" ? facesOf(image) : undefined;
  // A remote encoder gives no boxes.
  const boxes = faces?.flatMap(({ box }) => (box ? [box.join(" ")] : [])).join("; ");
  const { queueMs, decodeMs, inferenceMs } = result?.timings ?? {};
  const found = [result?.width, result?.height, faces?.length, boxes, queueMs, decodeMs, inferenceMs];
  const cells = [index, fileName, sha256, bytes, state, ...found, problem?.code, problem?.detail];
  return csvLine(cells);
}
