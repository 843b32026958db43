import { api } from "../api.js";
import * as format from "../format.js";
import { classList, findingsText, imageWithBoxes, timingsList } from "../image.js";
import { inline } from "../inline.js";
import { rememberImages } from "../local-images.js";
import { ModelChoice } from "../model-choice.js";
import { randomText } from "../random-text.js";
import { html, nothing } from "../vendor/lit-html/lit-html.js";

/** Above this number, images become a job, because the page would be too large to be useful. */
const MOST_AT_ONCE = 60;
/**
 * Idempotency keys of unanswered requests for jobs, by the choice. The service may have made the job: repeating the
 * same choice returns it.
 */
const unanswered = new Map();

export function tryIt(_params, { changesJobs, update, navigate, announce, fail, takeDropped }) {
  const choice = new ModelChoice();
  let results = [];
  let problem;
  let busy = 0;
  /** Number of the latest request for images, and of the request whose answer is shown. */
  let turns = 0;
  let shownTurn = 0;
  let durationMs;
  let urls = [];
  const abort = new AbortController();
  const settings = () => document.getElementById("try-form");

  function forget() {
    for (const url of urls) URL.revokeObjectURL(url);
    urls = [];
    results = [];
  }

  async function send(list) {
    const files = [...list];
    if (files.length === 0) return;
    const form = settings();
    if (!form.reportValidity()) return;
    const options = choice.query(form);
    const isJob = form.elements.asJob?.checked || files.length > MOST_AT_ONCE;
    problem = undefined;
    if (isJob && !changesJobs) {
      const message = `More than ${MOST_AT_ONCE} images become a job, for which the key must allow \`jobs\`. Please choose fewer.`;
      problem = { message };
      return update();
    }
    busy++;
    const turn = ++turns;
    // Whether an answer to a later request is shown already, so that this one is outdated.
    const isLate = () => turn < shownTurn;
    update();
    try {
      if (isJob) {
        const content = JSON.stringify([
          options,
          files.map(({ name, size, lastModified }) => [name, size, lastModified]),
        ]);
        if (!unanswered.has(content)) unanswered.set(content, randomText());
        const job = await api.createJob(files, options, unanswered.get(content), abort.signal);
        unanswered.delete(content);
        rememberImages(job.id, files);
        return navigate(`#/jobs/${job.id}`);
      }
      const startedAt = performance.now();
      const { images } = await api.process(files, options, abort.signal);
      if (isLate()) return;
      shownTurn = turn;
      forget();
      durationMs = performance.now() - startedAt;
      urls = files.map((file) => URL.createObjectURL(file));
      results = images.map((image, index) => ({ ...image, url: urls[index] }));
      announce(
        `${format.plural(images.length, "image")} processed. ${images.map((image) => (image.problem ? image.problem.title : findingsText(image))).join("; ")}`,
      );
    } catch (error) {
      // The page for signing in takes the place of this one.
      if (error.status === 401) fail(error);
      else if (!abort.signal.aborted && (isJob || !isLate())) problem = error;
    } finally {
      busy--;
      update();
    }
  }

  const chosen = ({ target }) => {
    send([...target.files]);
    // Allows the same file to be chosen again.
    target.value = "";
  };
  const paste = ({ clipboardData }) => {
    if (clipboardData && clipboardData.files.length > 0) send(clipboardData.files);
  };
  document.addEventListener("paste", paste, { signal: abort.signal });

  const card = (result) => html`<li class="panel result">
    <div class="panel-head">
      <h2 class="file-name">${result.fileName ?? "image"}</h2>
      ${result.problem ? nothing : html`<strong class="findings">${findingsText(result)}</strong>`}
    </div>
    ${
      result.problem
        ? html`<div class="notice error"><strong>${result.problem.title}</strong><p>${inline(result.problem.detail)} <code>${result.problem.code}</code></p></div>`
        : html`${imageWithBoxes({ url: result.url, name: result.fileName, result })} ${classList(result)}
            ${timingsList(result.timings)}
            <p class="muted">${result.width} × ${result.height} pixels</p>`
    }
  </li>`;

  return {
    title: "Try it",
    wants: () => false,
    async load(signal) {
      choice.offer((await api.models(signal)).items);
      // Comes after the choice of models has been drawn, whose defaults apply to the images.
      update();
      send(takeDropped());
    },
    takeFiles: () => send(takeDropped()),
    close() {
      abort.abort();
      forget();
    },
    render() {
      return html`
        <h1 tabindex="-1">Try it</h1>
        <p class="lead">Images are sent only to this service, which keeps them only as long as a job needs them.</p>
        <form id="try-form" class="panel" @submit=${(event) => event.preventDefault()}>
          <div class="drop-zone">
            <p class="drop-title">Drop images anywhere, or paste one</p>
            <p class="muted">JPEG, PNG, WebP, BMP, TIFF, GIF, HEIC or AVIF, one or many</p>
            <div class="actions">
              <label class="button primary">
                Choose files
                <input type="file" name="files" multiple accept="image/jpeg,image/png,image/webp,image/bmp,image/tiff,image/gif,image/heic,image/heif,image/avif" @change=${chosen} />
              </label>
              <label class="button camera">
                Take a photo
                <input type="file" name="photo" accept="image/*" capture="environment" @change=${chosen} />
              </label>
            </div>
            ${busy > 0 ? html`<p class="working" role="status"><span class="spinner"></span> Working…</p>` : nothing}
          </div>
          ${
            changesJobs
              ? html`<label class="check"><input type="checkbox" name="asJob" /> Make it a job, which survives a restart and appears under Jobs</label>`
              : nothing
          }
          ${choice.render(update)}
        </form>
        ${
          problem
            ? html`<div class="notice error" role="alert"><strong>${inline(problem.message)}</strong> ${problem.code ? html`<code>${problem.code}</code>` : nothing}</div>`
            : nothing
        }
        ${
          results.length > 0
            ? html`<p class="muted">${format.plural(results.length, "image")} in ${format.milliseconds(durationMs)}, including the upload.</p>
                <ul class="plain results">${results.map(card)}</ul>`
            : nothing
        }
      `;
    },
  };
}
