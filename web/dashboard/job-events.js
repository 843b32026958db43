import { api } from "./api.js";
import * as format from "./format.js";
import { eventRow } from "./parts.js";
import { repeat } from "./vendor/lit-html/directives/repeat.js";
import { html, nothing } from "./vendor/lit-html/lit-html.js";

const EVENTS = 1_000;
const SHOWN_EVENTS = 50;
/** Loaded at once after an interruption. */
const MOST_PAGES = 10;

/** The job's events: stored ones, page by page, and live ones once all that are stored were loaded. */
export class JobEvents {
  #id;
  #events = [];
  isComplete = false;

  constructor(id) {
    this.#id = id;
  }

  get #last() {
    return this.#events.at(-1)?.sequence ?? 0;
  }

  async loadMore(signal) {
    const { items } = await api.jobEvents(this.#id, { after: this.#last, limit: EVENTS }, signal);
    // The same ones may have been loaded twice at the same time.
    this.#events.push(...items.filter(({ sequence }) => sequence > this.#last));
    this.isComplete = items.length < EVENTS;
  }

  /** Loads what is stored since; those that came live need not be all. */
  async catchUp(signal) {
    let loaded = 0;
    do await this.loadMore(signal);
    while (!this.isComplete && ++loaded < MOST_PAGES);
  }

  /** @param recent Events of all jobs. */
  newestFirst(recent) {
    const isLater = ({ sequence, data }) => sequence > this.#last && data.jobId === this.#id;
    const later = this.isComplete ? recent.filter(isLater) : [];
    return [...this.#events, ...later].toReversed();
  }

  /** @param loadLater Called by the button for events that are stored, but not loaded yet. */
  render(recent, loadLater) {
    const all = this.newestFirst(recent);
    return html`<section class="panel" aria-labelledby="events-title">
      <div class="panel-head"><h2 id="events-title">Events of the job</h2></div>
      <ol class="plain events">${repeat(
        all.slice(0, SHOWN_EVENTS),
        ({ sequence }) => sequence,
        (event) => eventRow(event, false),
      )}</ol>
      ${all.length > SHOWN_EVENTS ? html`<p class="muted">The newest ${SHOWN_EVENTS} of ${format.plural(all.length, "event")}.</p>` : nothing}
      ${
        this.isComplete
          ? nothing
          : html`<div class="pager"><button type="button" @click=${loadLater}>Load later events</button></div>`
      }
    </section>`;
  }
}
