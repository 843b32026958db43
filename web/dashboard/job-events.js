import { api } from "./api.js";
import { eventRow } from "./parts.js";
import { repeat } from "./vendor/lit-html/directives/repeat.js";
import { html, nothing } from "./vendor/lit-html/lit-html.js";

const PAGE = 1_000;
const SHOWN = 50;

/** The newest events of a job, stored and live. There may be very many, so only those that are shown are kept. */
export class JobEvents {
  #id;
  /** Kept events, ascending. */
  #newest = [];
  /** Whether the job has events before these. */
  #hasEarlier = false;
  /** Whether all stored events were read, so that live ones follow without a gap. */
  #isRead = false;

  constructor(id) {
    this.#id = id;
  }

  get #last() {
    return this.#newest.at(-1)?.sequence ?? 0;
  }

  /** Reads the events that were stored since the last call. Some of those that arrived live may be missing. */
  async load(signal) {
    try {
      this.#add(await this.#newestSince(this.#last, signal));
      this.#isRead = true;
    } catch (error) {
      // The log was restored from a backup that ends earlier, so it is read from the beginning the next time.
      if (error.status === 410) [this.#newest, this.#hasEarlier] = [[], false];
      throw error;
    }
  }

  #add(events) {
    // Events may have been loaded twice at the same time.
    const all = [...this.#newest, ...events.filter(({ sequence }) => sequence > this.#last)];
    this.#hasEarlier ||= all.length > SHOWN;
    this.#newest = all.slice(-SHOWN);
  }

  async #page(after, limit, signal) {
    return (await api.jobEvents(this.#id, { after, limit }, signal)).items;
  }

  /** All events since `last`, or at least as many of the newest as are shown. */
  async #newestSince(last, signal) {
    const first = await this.#page(last, PAGE, signal);
    // A page of large events has fewer than its limit, but may have more than are shown.
    if (first.length <= SHOWN) return first;
    let low = first.at(-1).sequence;
    const next = await this.#page(low, SHOWN, signal);
    if (next.length < SHOWN) return [...first, ...next];
    // At least as many events as are shown follow `low`, and fewer follow `high`.
    let { lastSequence: high } = await api.whoAmI(signal);
    while (high - low > SHOWN) {
      const middle = Math.floor((low + high) / 2);
      const found = await this.#page(middle, SHOWN, signal);
      if (found.length < SHOWN) high = middle;
      else low = middle;
    }
    this.#hasEarlier = true;
    return this.#page(low, 2 * SHOWN, signal);
  }

  /** @param recent Events of all jobs. */
  #newestFirst(recent) {
    const isLater = ({ sequence, data }) => sequence > this.#last && data.jobId === this.#id;
    return [...this.#newest, ...(this.#isRead ? recent.filter(isLater) : [])].toReversed();
  }

  /** @param recent Events of all jobs. */
  render(recent) {
    const all = this.#newestFirst(recent);
    return html`<section class="panel" aria-labelledby="events-title">
      <div class="panel-head"><h2 id="events-title">Events of the job</h2></div>
      <ol class="plain events">${repeat(
        all.slice(0, SHOWN),
        ({ sequence }) => sequence,
        (event) => eventRow(event, false),
      )}</ol>
      ${
        this.#hasEarlier || all.length > SHOWN
          ? html`<p class="muted">The newest ${SHOWN} events. <code>GET /v1/jobs/${this.#id}/events</code> has all.</p>`
          : nothing
      }
    </section>`;
  }
}
