import { api } from "../api.js";
import { confirm } from "../dialog.js";
import * as format from "../format.js";
import { findingsText, timingsText } from "../image.js";
import { badge, choice, empty, eventRow, labels, loading, Pager, progressBar, time } from "../parts.js";
import { repeat } from "../vendor/lit-html/directives/repeat.js";
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { showImage } from "./image-viewer.js";

const IMAGES = 25;
const EVENTS = 1_000;
const SHOWN_EVENTS = 50;
const FILTERS = [
  ["", "All"],
  ["done", "Done"],
  ["failed", "Failed"],
  ["running", "Running"],
  ["pending", "Waiting"],
];

const isUnderWay = ({ state }) => ["created", "queued", "running"].includes(state);

/** The job's events: stored ones, page by page, then live ones once all stored ones are loaded. */
class JobEvents {
  #id;
  #events = [];
  isComplete = false;

  constructor(id) {
    this.#id = id;
  }

  async loadMore(signal) {
    const { items } = await api.jobEvents(
      this.#id,
      { after: this.#events.at(-1)?.sequence ?? 0, limit: EVENTS },
      signal,
    );
    this.#events.push(...items);
    this.isComplete = items.length < EVENTS;
  }

  /** @param recent Events of all jobs. */
  newestFirst(recent) {
    const last = this.#events.at(-1)?.sequence ?? 0;
    if (this.isComplete)
      this.#events.push(...recent.filter(({ sequence, data }) => sequence > last && data.jobId === this.#id));
    return this.#events.toReversed();
  }
}

function facts(job) {
  const fact = (name, value) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
  const { images, progress } = job;
  const end = job.finishedAt ? new Date(job.finishedAt) : Date.now();
  const options = Object.entries(job.options).map(([name, value]) => `${name} ${value}`);
  return html`<dl class="facts">
    ${fact("Done", format.count(images.done))}
    ${fact("Failed", images.failed > 0 ? html`<span class="bad-text">${format.count(images.failed)}</span>` : "0")}
    ${fact("Running", format.count(images.running))} ${fact("Waiting", format.count(images.pending))}
    ${fact("Rate", progress.imagesPerSecond === null ? "–" : `${format.rate(progress.imagesPerSecond)}/s`)}
    ${
      isUnderWay(job)
        ? fact(
            "Time left",
            progress.etaSeconds === null ? "no estimate yet" : `about ${format.duration(progress.etaSeconds)}`,
          )
        : fact("Finished", time(job.finishedAt))
    }
    ${fact("Took", job.startedAt ? format.duration(format.secondsBetween(job.startedAt, end)) : "–")}
    ${fact("Model", job.models?.join(", ") ?? job.model)} ${fact("Options", options.join(", ") || "the defaults")}
    ${fact("Priority", job.priority)} ${fact("Created", time(job.createdAt))}
    ${job.deadline ? fact("Deadline", time(job.deadline)) : nothing}
    ${job.callbackUrl ? fact("Webhook", html`<span class="file-name">${job.callbackUrl}</span>`) : nothing}
    ${Object.keys(job.labels).length > 0 ? fact("Labels", labels(job.labels)) : nothing}
  </dl>`;
}

export function job({ id }, { live, query, refresh, update, act, navigate, report }) {
  const pager = new Pager();
  const events = new JobEvents(id);
  let filter = FILTERS.some(([value]) => value === query.images) ? query.images : "";
  let view;
  let page;
  let hasEvents = false;

  const cancel = async () => {
    const question = {
      title: "Cancel this job?",
      text: "Images in progress are finished; no others are started. A cancelled job cannot be resumed.",
      action: "Cancel the job",
    };
    if (await confirm(question)) act(() => api.cancel(id), "The job is cancelled.");
  };
  const remove = async () => {
    const question = {
      title: "Delete this job?",
      text: "Its images and results are deleted permanently. Its events stay in the log.",
      action: "Delete the job",
    };
    if (!(await confirm(question))) return;
    if (await act(() => api.remove(id), "The job is deleted.")) navigate("#/jobs");
  };

  const actions = ({ state, images }) => html`<div class="actions">
    ${
      state === "created"
        ? html`<button type="button" ?disabled=${images.total === 0} @click=${() => act(() => api.execute(id), "The job is queued.")}>Execute</button>`
        : nothing
    }
    ${
      state === "failed" || state === "partially_failed"
        ? html`<button type="button" class="primary" @click=${() => act(() => api.retry(id), "The failed images are queued again.")}>
            Retry failed images
          </button>`
        : nothing
    }
    ${isUnderWay(view) ? html`<button type="button" @click=${cancel}>Cancel</button>` : nothing}
    <button type="button" class="danger" @click=${remove}>Delete</button>
  </div>`;

  const open = (index) =>
    showImage(
      id,
      page.items,
      page.items.findIndex((image) => image.index === index),
    );

  // The whole row is clickable; the button is for keyboards and screen readers.
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

  const choose = (value) => {
    filter = value;
    pager.reset();
    page = undefined;
    update();
    refresh();
  };

  const imagesPanel = () => html`<section class="panel" aria-labelledby="images-title">
    <div class="panel-head"><h2 id="images-title">Images</h2>${choice("Images shown", FILTERS, filter, choose)}</div>
    ${
      !page
        ? loading()
        : page.items.length === 0
          ? empty("No such image", filter ? "No image of the job is in this state." : "The job has no image yet.")
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
    ${page ? pager.render(page.nextCursor, refresh) : nothing}
  </section>`;

  const moreEvents = async () => {
    await events.loadMore().catch(report);
    update();
  };

  const eventsPanel = () => {
    const all = events.newestFirst(live.recent);
    return html`<section class="panel" aria-labelledby="events-title">
      <div class="panel-head"><h2 id="events-title">Events of the job</h2></div>
      <ol class="plain events">${repeat(
        all.slice(0, SHOWN_EVENTS),
        ({ sequence }) => sequence,
        (event) => eventRow(event, false),
      )}</ol>
      ${all.length > SHOWN_EVENTS ? html`<p class="muted">The newest ${SHOWN_EVENTS} of ${format.plural(all.length, "event")}.</p>` : nothing}
      ${
        events.isComplete
          ? nothing
          : html`<div class="pager"><button type="button" @click=${moreEvents}>Load later events</button></div>`
      }
    </section>`;
  };

  return {
    title: `Job ${format.shortId(id)}`,
    wants: ({ data }) => data.jobId === id,
    async load(signal) {
      const query = { limit: IMAGES, cursor: pager.cursor, state: filter || undefined };
      [view, page] = await Promise.all([api.job(id, signal), api.results(id, query, signal)]);
      if (hasEvents) return;
      hasEvents = true;
      await events.loadMore(signal);
    },
    render() {
      if (!view) return loading();
      return html`
        <p class="crumbs"><a href="#/jobs">Jobs</a> /</p>
        <div class="title-row">
          <h1 tabindex="-1">Job <span class="id">${format.shortId(id)}</span></h1>
          ${badge(view.state)} ${actions(view)}
        </div>
        <section class="panel" aria-label="Progress and settings">
          ${progressBar(view)}
          <p class="progress-text">
            ${format.count(view.images.done + view.images.failed)} of ${format.plural(view.images.total, "image")}
          </p>
          ${facts(view)}
          <p class="muted hash">${id}</p>
        </section>
        ${imagesPanel()} ${eventsPanel()}
      `;
    },
  };
}
