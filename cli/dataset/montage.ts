/** Crops faces from their images without decoding them: the browser does that. */
import { escapeHtml } from "../report/page.ts";
import { type DatasetSource, imagesOf } from "./source.ts";
import type { SampledFace } from "./summary.ts";

/** Larger images are left out: the montage would grow to hundreds of megabytes. */
const MAX_IMAGE_BYTES = 512 * 1024;
/** Margin around a face, as a fraction of its size. */
const MARGIN = 0.2;

/** Media types that browsers display, by the file's first bytes in hexadecimal. */
const MAGIC: readonly (readonly [type: string, pattern: RegExp])[] = [
  ["image/jpeg", /^ffd8ff/],
  ["image/png", /^89504e47/],
  ["image/webp", /^52494646.{8}57454250/],
  ["image/bmp", /^424d/],
  ["image/gif", /^47494638/],
  ["image/avif", /^.{8}6674797061766966/],
];

/** Reads the data set again for the sampled images. @returns HTML, empty if there is nothing to show. */
export async function montage(source: DatasetSource, faces: readonly SampledFace[]): Promise<string> {
  const byIndex = new Map(faces.map((face) => [face.index, face]));
  const last = Math.max(-1, ...byIndex.keys());
  const figures: string[] = [];
  for await (const { index, content } of imagesOf(source, { isWanted: (index) => byIndex.has(index) })) {
    const face = byIndex.get(index);
    if (face && content && content.length <= MAX_IMAGE_BYTES) figures.push(figure(face, content));
    if (index >= last) break;
  }
  return figures.length === 0 ? "" : `<div class="faces">${figures.join("\n")}</div>`;
}

function figure({ fileName, box: [x, y, w, h], width, height }: SampledFace, content: Buffer): string {
  const type = MAGIC.find(([, pattern]) => pattern.test(content.toString("hex", 0, 12)))?.[0];
  if (!type) return "";
  const view = [x - w * MARGIN, y - h * MARGIN, w * (1 + 2 * MARGIN), h * (1 + 2 * MARGIN)].map(Math.round);
  const name = escapeHtml(fileName ?? "");
  const href = `data:${type};base64,${content.toString("base64")}`;
  return (
    `<figure><svg viewBox="${view.join(" ")}" role="img" aria-label="${name}">` +
    `<image href="${href}" width="${width}" height="${height}"/></svg><figcaption title="${name}">${name}</figcaption></figure>`
  );
}
