import { api } from "./api.js";
import * as format from "./format.js";
import { eventRow } from "./parts.js";
import { repeat } from "./vendor/lit-html/directives/repeat.js";
import { html, nothing } from "./vendor/lit-html/lit-html.js";

const EVENTS = 1_000;
const SHOWN_EVENTS = 50;

/** The job's events: stored ones, page by page, then live ones once all stored ones are loaded. */
export class JobEvents {
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
