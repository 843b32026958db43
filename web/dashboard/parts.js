/** Components shared by several views. */
import * as format from "./format.js";
import { inline } from "./inline.js";
import { html, nothing, svg } from "./vendor/lit-html/lit-html.js";

export const badge = (state) => html`<span class="badge ${state}">${format.stateWord(state)}</span>`;

export const time = (value) =>
  value ? html`<time datetime=${value} title=${format.dateAndTime(value)}>${format.ago(value)}</time>` : html`–`;

/** A time of day and date, with how long ago it was. The zone is shown nearby. */
export const moment = (value) =>
  value
    ? html`<time datetime=${value} title=${format.dateAndTime(value)}>${format.shortMoment(value)} <span class="muted">${format.ago(value)}</span></time>`
    : html`–`;

/**
 * A time with its zone.
 * @param distance Formats its distance; `format.until` if the time may be in the future.
 */
export const fullTime = (value, distance = format.ago) =>
  value
    ? html`<time datetime=${value}>${format.dateAndTime(value)} <span class="muted">${distance(value)}</span></time>`
    : html`–`;

export const jobLink = (id) => html`<a class="id" href="#/jobs/${id}" title=${id}>${format.shortId(id)}</a>`;

const labelText = ([key, value]) => (value === "" ? key : `${key}: ${value}`);
export const labels = (values) => html`<span class="labels">
  ${Object.entries(values)
    .map(labelText)
    .map((text) => html`<span class="label" title=${text}>${text}</span>`)}
</span>`;

export const empty = (title, text) => html`<div class="empty"><p class="empty-title">${title}</p><p>${text}</p></div>`;

/**
 * What a page without entries says.
 * @param cursor Undefined for the first page. The entries of a later one may be gone since its address was made.
 * @param ofFirst What the first page says.
 */
export const emptyPage = (cursor, ofFirst) =>
  cursor ? empty("Nothing more", "The list ends before this page.") : ofFirst;

/** Advice for an empty list of jobs. It mentions only what the key allows. */
export function noJobYet({ processes, changesJobs }) {
  if (!changesJobs) return empty("No job yet", "Jobs that other keys of the same owner make are listed here.");
  const sent = html`send some to <code>POST /v1/jobs</code>`;
  return empty(
    "No job yet",
    processes ? html`<a href="#/try">Try it with an image</a>, or ${sent}.` : html`To make one, ${sent}.`,
  );
}

export const loading = () => html`<p class="loading" role="status">Loading…</p>`;

/** What the page does about a problem that may pass by itself. */
function nextTry({ status, retryAfterMs }) {
  if (status !== 0 && status !== 429 && status < 500) return nothing;
  return retryAfterMs > 10_000
    ? "The page tries again within a minute, since the service asks it to wait."
    : "The page tries again every few seconds.";
}

/**
 * Why the page could not be loaded; the content below it may be stale.
 * @param plain Address of the page without its parameters, such as filters; undefined if it has none.
 */
export function errorNotice(problem, plain) {
  if (!problem) return nothing;
  const isAddress = problem.status === 400 && plain !== undefined;
  return html`<div class="notice error" role="alert">
    <strong>${inline(problem.message)}</strong>
    ${nextTry(problem)}
    ${isAddress ? html`The address of this page asks for it. <a href=${plain}>Show the page without it</a>` : nothing}
  </div>`;
}

/**
 * Shows why the user's action failed. It stays visible wherever they are on the page, until they close it or do
 * something else.
 */
export const failureNotice = (problem, close) =>
  problem
    ? html`<div class="notice error failure" role="alert">
        <strong>${inline(problem.message)}</strong>
        <button type="button" class="quiet" aria-label="Close the message" @click=${close}>✕</button>
      </div>`
    : nothing;

/** Shown if anybody may do anything. */
export const openNotice = () => html`<div class="notice warn" role="note">
  <strong>This service needs no keys (<code>AUTH=off</code>).</strong> Whoever reaches it may read and delete everything.
</div>`;

/** The progress of a job: done, failed and running images as one bar. */
export function progressBar({ images, progress }) {
  const { total, done, failed, running } = images;
  const share = (value) => (total === 0 ? 0 : (100 * value) / total);
  const percent = Math.round(progress.fraction * 100);
  return html`<svg
    class="progress"
    viewBox="0 0 100 1"
    preserveAspectRatio="none"
    role="progressbar"
    aria-label="Progress"
    aria-valuemin="0"
    aria-valuemax="100"
    aria-valuenow=${percent}
    aria-valuetext="${done} done, ${failed} failed of ${total}"
  >
    ${svg`<rect class="done" width=${share(done)} height="1" />
      <rect class="failed" x=${share(done)} width=${share(failed)} height="1" />
      <rect class="running" x=${share(done + failed)} width=${share(running)} height="1" />`}
  </svg>`;
}

export function progressText({ images, progress, state }) {
  const over = `${format.count(images.done + images.failed)} of ${format.plural(images.total, "image")}`;
  if (state !== "running" && state !== "queued") return over;
  if (progress.etaSeconds === null) return `${over} · no estimate yet`;
  return `${over} · about ${format.duration(progress.etaSeconds)} left`;
}

/**
 * A group of toggle buttons, one of them pressed.
 * @param choose Called with the value and the button.
 */
export const choice = (label, options, chosen, choose) => html`<div class="choice" role="group" aria-label=${label}>
  ${options.map(
    ([value, text]) =>
      html`<button
        type="button"
        aria-pressed=${value === chosen}
        @click=${({ currentTarget }) => choose(value, currentTarget)}
      >${text}</button>`,
  )}
</div>`;

/**
 * A button that is idle at times. It keeps the focus then, which the browser would take from a disabled one, so that
 * keyboard users can continue from there.
 */
export const lastingButton = (text, isIdle, press, name) => html`<button
  type="button"
  aria-disabled=${isIdle}
  aria-label=${name ?? nothing}
  @click=${() => isIdle || press()}
>
  ${text}
</button>`;

/** The cursors of visited pages, by the address of the list. */
const visited = new Map();

/**
 * Navigation between pages whose cursor is in the address. The browser's Back works too, and the first page is always
 * reachable.
 * @param list The list: its address without the cursor, or another name.
 * @param page The page that is shown: its `nextCursor`, and the address or cursor `at` that it was loaded for.
 * @param wanted The address or cursor of the page to show. Until it is loaded, the next one is not known.
 * @param move Called with the cursor of another page; undefined for the first.
 */
export function pages(list, cursor, { nextCursor, at }, wanted, move) {
  const isLoading = at !== wanted;
  const before = visited.get(list) ?? [undefined];
  if (!before.includes(cursor)) before.push(cursor);
  const place = before.indexOf(cursor);
  visited.set(list, before.slice(0, place + 1).concat((isLoading ? undefined : nextCursor) ?? []));
  if (!cursor && !nextCursor) return nothing;
  return html`<nav class="pager" aria-label="Pages">
    ${lastingButton("First page", !cursor, () => move(undefined))}
    ${lastingButton("← Previous", !cursor, () => move(before[place - 1]))}
    ${lastingButton("Next →", !nextCursor || isLoading, () => move(nextCursor))}
  </nav>`;
}

/** The place in a list that has no filters, by a parameter of the address. */
export class Pager {
  #list;
  #name;
  #navigate;

  /** @param name Name of the parameter, of which each list of a view has its own. */
  constructor({ query, navigate }, name = "cursor") {
    this.#list = `${location.hash.split("?")[0]} ${name}`;
    this.#name = name;
    this.#navigate = navigate;
    this.changeQuery(query);
  }

  /** Call when the address has changed without leaving the view. */
  changeQuery(query) {
    this.cursor = query[this.#name];
  }

  /** @param read Reads the page with a cursor. */
  async load(read) {
    const at = this.cursor;
    return { ...(await read(at)), at };
  }

  render(page) {
    return pages(this.#list, this.cursor, page, this.cursor, (cursor) => this.#navigate(this.#addressOf(cursor)));
  }

  #addressOf(cursor) {
    const [path, search] = location.hash.split("?");
    const query = new URLSearchParams(search);
    if (cursor) query.set(this.#name, cursor);
    else query.delete(this.#name);
    return query.size > 0 ? `${path}?${query}` : path;
  }
}

/**
 * An event as a row of a list.
 * @param namesJob Whether to name the job; false if all events belong to the same one.
 */
export function eventRow({ sequence, time: at, type, data }, namesJob = true) {
  const [entity, state] = type.replace("dev.sightline.", "").split(".");
  const isImage = entity === "image";
  const of = namesJob ? html`${isImage ? " of " : " "}${jobLink(data.jobId)}` : nothing;
  return html`<li class="event" data-sequence=${sequence}>
    <span class="event-sequence">${sequence}</span>
    <time datetime=${at}>${format.timeOfDay(at)}</time>
    ${badge(!isImage && state === "running" ? "started" : state)}
    <span class="event-what">${isImage ? `image ${data.index}` : "job"}${of}</span>
    <span class="event-more">${isImage ? (data.fileName ?? nothing) : nothing}</span>
  </li>`;
}
