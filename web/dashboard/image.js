/** Images with their results drawn over them. */

import * as format from "./format.js";
import { html, nothing, svg } from "./vendor/lit-html/lit-html.js";

/** A remote encoder gives faces without boxes. */
const asBoxes = (faces = []) =>
  faces.map((face) => (Array.isArray(face) ? { box: face } : face)).filter(({ box }) => box);

/** Normalizes a result of any kind of model to its findings: `{ boxes: [{ box, label, score }], labels, timings }`. */
export function findingsOf(result) {
  const outputs = [result, ...Object.values(result?.results ?? {})].filter(Boolean);
  return {
    boxes: outputs.flatMap(({ faces, objects = [] }) => [...asBoxes(faces), ...objects]),
    labels: outputs.flatMap(({ labels = [] }) => labels),
    timings: result?.timings,
  };
}

/** Summary of a result: `2 faces`, `3 objects`, `tabby cat (87 %)`. */
export function findingsText(result) {
  if (!result) return "–";
  const outputs = [result, ...Object.values(result.results ?? {})];
  const texts = outputs.flatMap(({ faces, objects, labels }) => [
    ...(faces ? [faces.length === 0 ? "no face" : format.plural(faces.length, "face")] : []),
    ...(objects ? [objects.length === 0 ? "no object" : format.plural(objects.length, "object")] : []),
    ...(labels?.[0] ? [`${labels[0].label} (${Math.round(labels[0].score * 100)} %)`] : []),
  ]);
  // Two models may find the same faces.
  return [...new Set(texts)].join(", ") || "–";
}

/** The classes of a result, best first. */
export function classList(result) {
  const { labels } = findingsOf(result);
  if (labels.length === 0) return nothing;
  return html`<ol>${labels.map(({ label, score }) => html`<li>${label}, ${Math.round(score * 100)} %</li>`)}</ol>`;
}

export function timingsText(timings) {
  if (!timings) return "–";
  const { queueMs, decodeMs, inferenceMs } = timings;
  return format.milliseconds(queueMs + decodeMs + inferenceMs);
}

export const timingsList = ({ queueMs, decodeMs, inferenceMs }) => html`<dl class="timings">
  <div><dt>Waited</dt><dd>${format.milliseconds(queueMs)}</dd></div>
  <div><dt>Decoded</dt><dd>${format.milliseconds(decodeMs)}</dd></div>
  <div><dt>Inference</dt><dd>${format.milliseconds(inferenceMs)}</dd></div>
</dl>`;

/** The label and the score of a box, such as `cat 64 %`; faces have no label, and not all have a score. */
const boxText = ({ label, score }) =>
  [label, score === undefined ? undefined : `${Math.round(score * 100)} %`].filter(Boolean).join(" ");

function boxShape(found, size) {
  const [x, y, width, height] = found.box;
  const letters = size / 32;
  // The text is above the box or, at the top of the image, inside it.
  const textY = y > 1.5 * letters ? y - size / 100 : y + 1.2 * letters;
  const text = boxText(found);
  return svg`<rect class="halo" x=${x} y=${y} width=${width} height=${height} rx=${size / 200} />
    <rect class="box" x=${x} y=${y} width=${width} height=${height} rx=${size / 200} />
    ${text ? svg`<text x=${x} y=${textY} font-size=${letters}>${text}</text>` : nothing}`;
}

/**
 * The image with its boxes or, if there is none to show, the boxes in an empty frame of its size.
 * Boxes are in pixels of the image as displayed, and browsers apply its EXIF orientation as the service does.
 */
export function imageWithBoxes({ url, name, result }) {
  const { boxes } = findingsOf(result);
  // What is written into the image cannot be read by a screen reader.
  const objects = boxes.filter(({ label }) => label).map(boxText);
  const findings = result ? [findingsText(result), ...(objects.length > 0 ? [objects.join(", ")] : [])] : ["no result"];
  const alt = `${name ?? "Image"}: ${findings.join(": ")}`;
  const image = url
    ? html`<img src=${url} alt=${result ? "" : alt} @error=${({ target }) => target.parentElement.classList.add("undisplayable")} />`
    : nothing;
  if (!result) return html`<div class="image plain">${image}</div>`;
  const { width, height } = result;
  return html`<div class="image ${url ? "" : "frame"}">
    ${image}
    <svg viewBox="0 0 ${width} ${height}" role="img" aria-label=${alt}>
      ${boxes.map((box) => boxShape(box, Math.max(width, height)))}
    </svg>
  </div>`;
}
