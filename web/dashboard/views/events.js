import { api } from "../api.js";
import { choice, empty, eventRow } from "../parts.js";
import { repeat } from "../vendor/lit-html/directives/repeat.js";
import { html, nothing } from "../vendor/lit-html/lit-html.js";

const PAGE = 100;
const SHOWN = 300;
/**
 * Maximum events that are kept after earlier ones were loaded. More would make the page slow: then only the latest are
 * shown.
 */
const MOST_KEPT = 3_000;
const FILTERS = [
  ["all", "All"],
  ["jobs", "Jobs only"],
  ["failures", "Failures"],
];
const filters = {
  all: () => true,
  jobs: ({ type }) => type.startsWith("dev.sightline.job."),
  failures: ({ type }) => /failed$/.test(type),
};

export function events(_params, { live, update, fail }) {
  let filter = "all";
  /** After earlier events were loaded: these and all later ones, ascending. */
  let earlier = [];
  /** The sequence up to which they include all events that may be read. */
  let keptTo = 0;
  /** Maximum number of events that are kept. */
  let most = 0;
  let isLoading = false;

  const followed = () => [...earlier, ...live.recent.filter(({ sequence }) => !(sequence <= earlier.at(-1)?.sequence))];

  /** Keeps the events that follow the earlier ones, since the connection keeps only the latest. Never leaves a gap. */
  function keep() {
    if (earlier.length === 0) return;
    const isWhole = keptTo >= live.begin && earlier.length < most;
    earlier = isWhole ? followed() : [];
    keptTo = isWhole ? live.sequence : -1;
  }

  function extend(found) {
    earlier = [...found, ...followed()];
    keptTo = live.sequence;
    most = earlier.length + MOST_KEPT;
  }

  /** Sequence of the first event that is shown. */
  const firstSequence = () => followed()[0]?.sequence ?? live.sequence + 1;

  /** Events before the given one. For a key that sees only its own events, they may be far from each other. */
  async function eventsBefore(first) {
    for (let span = PAGE; ; span *= 2) {
      const found = [];
      const start = Math.max(0, first - 1 - span);
      for (let after = start; after < first - 1; ) {
        const { items } = await api.events({ after, limit: PAGE });
        found.push(...items.filter(({ sequence }) => sequence < first));
        after = items.length === PAGE ? items.at(-1).sequence : first;
      }
      if (found.length > 0 || start === 0) return found;
    }
  }

  async function showEarlier() {
    // A second click would list the same events twice.
    if (isLoading) return;
    isLoading = true;
    try {
      const first = firstSequence();
      // The connection may drop events that are shown meanwhile.
      extend([]);
      const found = await eventsBefore(first);
      if (keptTo >= live.begin) extend(found);
      update();
    } catch (problem) {
      fail(problem);
    } finally {
      isLoading = false;
    }
  }

  return {
    title: "Events",
    // Called for each event: before the page is drawn again, more may arrive than the connection keeps.
    wants() {
      if (live.sequence - keptTo >= PAGE) keep();
      return false;
    },
    async load() {},
    render() {
      keep();
      const known = followed();
      const first = firstSequence();
      const limit = Math.max(SHOWN, earlier.length);
      const shown = known.filter(filters[filter]).slice(-limit).reverse();
      const choose = (value) => {
        filter = value;
        update();
      };
      return html`
        <h1 tabindex="-1">Events</h1>
        <p class="lead">Every change of a job and of an image, as it happens. The number is the event's sequence in the log.</p>
        <section class="panel" aria-label="Events">
          <div class="panel-head">${choice("Show", FILTERS, filter, choose)}</div>
          ${
            shown.length === 0
              ? empty(
                  "No event",
                  known.length === 0 && first <= 1 ? "Nothing has happened yet." : "None of the latest events matches.",
                )
              : html`<ol class="plain events" id="event-list">${repeat(
                  shown,
                  ({ sequence }) => sequence,
                  (event) => eventRow(event),
                )}</ol>`
          }
          ${
            first > 1
              ? html`<div class="pager"><button type="button" @click=${showEarlier}>Show earlier events</button></div>`
              : nothing
          }
        </section>
      `;
    },
  };
}
