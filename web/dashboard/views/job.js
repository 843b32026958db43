import { api } from "../api.js";
import { copyButton } from "../copy.js";
import * as format from "../format.js";
import { findingsText, timingsText } from "../image.js";
import { downloads, hasFailed, jobActions, mayRetryHelp } from "../job-actions.js";
import { JobEvents } from "../job-events.js";
import { facts } from "../job-facts.js";
import { badge, choice, empty, emptyPage, loading, pages, progressBar } from "../parts.js";
import { repeat } from "../vendor/lit-html/directives/repeat.js";
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { showImage } from "./image-viewer.js";

const IMAGES = 50;
const FILTERS = [
  ["", "All"],
  ["done", "Done"],
  ["failed", "Failed"],
  ["running", "Running"],
  ["pending", "Waiting"],
];

const unknown = (id) => html`
  <p class="crumbs"><a href="#/jobs">Jobs</a> /</p>
  <h1 tabindex="-1">Unknown job</h1>
  <p>There is no job <code class="file-name">${id}</code> ${copyButton(id, "the id")}</p>
  <p class="muted">
    It may have been deleted, by hand or because its time was over, or it may belong to somebody else.
    <a href="#/jobs">All jobs</a>
  </p>
`;

export function job({ id }, { live, query, changesJobs, act, navigate }) {
  const events = new JobEvents(id);
  let filter;
  let cursor;
  let view;
  let page;
  let isUnknown = false;
  /** Whether all images and events of a job that has ended were read. */
  let isComplete = false;

  const changeQuery = (wanted) => {
    filter = FILTERS.some(([value]) => value === wanted.images) ? wanted.images : "";
    ({ cursor } = wanted);
  };
  changeQuery(query);

  const address = (images, at) => {
    const given = Object.entries({ images, cursor: at }).filter(([, value]) => value);
    return given.length === 0 ? `#/jobs/${id}` : `#/jobs/${id}?${new URLSearchParams(given)}`;
  };

  /** Whether the job had ended at the last load, and was not retried since. Images in progress may outlast its end. */
  const hasLongEnded = (job) =>
    view !== undefined && Boolean(job.finishedAt) && job.finishedAt === view.finishedAt && job.images.running === 0;

  async function load(signal) {
    const wanted = { limit: IMAGES, cursor, state: filter || undefined };
    const at = address(filter, cursor);
    // Images and events of such a job stay as they are. The audit log has an entry for each time that they are read.
    if (isComplete && page.at === at && hasLongEnded(await api.job(id, signal))) return;
    const [job, results] = await Promise.all([api.job(id, signal), api.results(id, wanted, signal)]);
    const isLast = hasLongEnded(job);
    page = { ...results, at };
    const canRetry = view?.state === job.state ? view.canRetry : await mayRetryHelp(job, signal);
    view = { ...job, canRetry };
    await events.load(signal);
    isComplete = isLast;
  }

  const open = (index) => showImage(id, () => page.items, index);

  // A row of the table. The whole row is clickable; the button is for keyboards and screen readers.
  const row = ({
    index,
    fileName,
    state,
    result,
    problem,
    attempts,
  }) => html`<tr class="clickable" @click=${() => open(index)}>
    <td data-label="Image" class="number">${index}</td>
    <td data-label="File" class="wide"><button type="button" class="link file-name">${fileName ?? `image ${index}`}</button></td>
    <td data-label="State">${badge(state)}</td>
    <td data-label="Found">
      ${problem && state !== "done" ? html`<span class="bad-text" title=${problem.detail ?? ""}>${problem.title}</span>` : findingsText(result)}
    </td>
    <td data-label="Attempts" class="number">${attempts}</td>
    <td data-label="Time" class="number">${timingsText(result?.timings)}</td>
  </tr>`;

  const imagesPanel = () => html`<section class="panel" aria-labelledby="images-title">
    <div class="panel-head">
      <h2 id="images-title">Images</h2>
      ${choice("Images shown", FILTERS, filter, (value) => navigate(address(value)))} ${downloads(view)}
    </div>
    ${
      page.items.length === 0
        ? emptyPage(
            cursor,
            empty("No such image", filter ? "No image of the job is in this state." : "The job has no image yet."),
          )
        : html`<table class="stacking images">
            <thead>
              <tr>
                <th class="number">Image</th><th>File</th><th>State</th><th>Found</th>
                <th class="number">Attempts</th><th class="number">Time</th>
              </tr>
            </thead>
            <tbody>${repeat(page.items, ({ index }) => index, row)}</tbody>
          </table>`
    }
    ${pages(address(filter), cursor, page, address(filter, cursor), (other) => navigate(address(filter, other)))}
  </section>`;

  return {
    title: `Job ${format.shortId(id)}`,
    wants: ({ data }) => data.jobId === id,
    changeQuery,
    async load(signal) {
      try {
        await load(signal);
        isUnknown = false;
      } catch (error) {
        if (error.code !== "JOB_NOT_FOUND") throw error;
        isUnknown = true;
      }
    },
    render() {
      if (isUnknown) return unknown(id);
      if (!view) return loading();
      return html`
        <p class="crumbs"><a href="#/jobs">Jobs</a> /</p>
        <div class="title-row">
          <h1 tabindex="-1">Job <span class="id">${format.shortId(id)}</span></h1>
          ${badge(view.state)} ${changesJobs ? jobActions(view, { act, navigate }) : nothing}
        </div>
        <section class="panel" aria-label="Progress and settings">
          ${progressBar(view)}
          <p class="progress-text">
            ${format.count(view.images.done + view.images.failed)} of ${format.plural(view.images.total, "image")}
          </p>
          ${
            hasFailed(view) && !view.canRetry
              ? html`<p class="notice">A retry would not help: the failures are due to the images themselves or to the job's settings.</p>`
              : nothing
          }
          ${facts(view)}
          <p class="muted hash">${id} ${copyButton(id, "the job's id")}</p>
        </section>
        ${imagesPanel()} ${events.render(live.recent)}
      `;
    },
  };
}
