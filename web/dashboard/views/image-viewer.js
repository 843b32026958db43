/** One image of a job, large, with its boxes and its receipt. */
import { api } from "../api.js";
import { openDialog } from "../dialog.js";
import * as format from "../format.js";
import { classList, findingsText, imageWithBoxes, timingsList } from "../image.js";
import { inline } from "../inline.js";
import { localImage } from "../local-images.js";
import { badge, lastingButton } from "../parts.js";
import { html, nothing } from "../vendor/lit-html/lit-html.js";

const gone = (problem) =>
  problem.code === "PICTURE_GONE"
    ? "The image is no longer stored: the service keeps it while its job runs and, if it failed, for a retry."
    : problem.message;

/**
 * @param newest Returns the page of images as it was last loaded.
 * @param first Index of the image to begin with.
 */
export async function showImage(jobId, newest, first) {
  /** The images of the page when it was opened, so that none moves while the viewer is open. */
  const images = newest();
  let position = images.findIndex(({ index }) => index === first);
  let url;
  let notice;
  let loading;
  let update = () => {};

  async function load() {
    loading?.abort();
    loading = new AbortController();
    if (url) URL.revokeObjectURL(url);
    url = undefined;
    notice = undefined;
    const { signal } = loading;
    const { index } = images[position];
    try {
      const blob = localImage(jobId, index) ?? (await api.imageFile(jobId, index, signal));
      if (signal.aborted) return;
      if (blob.type === "application/octet-stream") notice = "The file is not an image.";
      else url = URL.createObjectURL(blob);
    } catch (problem) {
      if (signal.aborted) return;
      notice = gone(problem);
    }
    update();
  }

  function step(change) {
    const next = position + change;
    if (next < 0 || next >= images.length) return;
    position = next;
    load();
    update();
  }

  const content = ({ close, update: redraw }) => {
    update = redraw;
    const image = images[position];
    const { index, fileName, state, result, problem, attempts, bytes, sha256 } =
      newest().find((one) => one.index === image.index) ?? image;
    const name = fileName ?? `Image ${index}`;
    return html`<div class="dialog-body viewer">
      <div class="panel-head">
        <h2 id="dialog-title" class="file-name">${name}</h2>
        <button type="button" class="quiet" aria-label="Close" @click=${() => close()}>✕</button>
      </div>
      ${url || result ? imageWithBoxes({ url, name, result }) : nothing}
      ${notice ? html`<p class="notice">${notice}</p>` : nothing}
      <p class="unseen" role="status">${name}: ${result ? findingsText(result) : state}</p>
      <div class="viewer-facts">
        <p>${badge(state)} <strong>${result ? findingsText(result) : nothing}</strong></p>
        ${problem ? html`<p class="bad-text">${inline(problem.detail ?? problem.title)} <code>${problem.code}</code></p>` : nothing}
        ${classList(result)}
        ${result ? timingsList(result.timings) : nothing}
        <p class="muted">
          Image ${index}, ${format.bytes(bytes)}, ${result ? `${result.width} × ${result.height} pixels, ` : nothing}${format.plural(attempts, "attempt")}
        </p>
        ${sha256 ? html`<p class="muted hash">SHA-256 ${sha256}</p>` : nothing}
      </div>
      <div class="actions">
        ${lastingButton("← Previous", position === 0, () => step(-1))}
        <span class="muted">${position + 1} of ${images.length} shown</span>
        ${lastingButton("Next →", position === images.length - 1, () => step(1))}
      </div>
    </div>`;
  };
  const onKey = ({ key }) => {
    if (key === "ArrowLeft") step(-1);
    if (key === "ArrowRight") step(1);
  };
  load();
  await openDialog("viewer-dialog", "dialog-title", content, onKey);
  loading?.abort();
  if (url) URL.revokeObjectURL(url);
}
