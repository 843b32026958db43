import { api } from "../api.js";
import { choice, empty, eventRow } from "../parts.js";
import { repeat } from "../vendor/lit-html/directives/repeat.js";
import { html, nothing } from "../vendor/lit-html/lit-html.js";

const PAGE = 100;
const SHOWN = 300;
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

export function events(_params, { live, update, report }) {
  let filter = "all";
  /** Events before those followed, loaded on demand; ascending. */
  let earlier = [];

  const followed = () => [...earlier, ...live.recent.filter(({ sequence }) => !(sequence <= earlier.at(-1)?.sequence))];

  async function showEarlier() {
    const first = followed()[0]?.sequence ?? 1;
    try {
      const after = Math.max(0, first - 1 - PAGE);
      const { items } = await api.events({ after, limit: PAGE });
      earlier = [...items.filter(({ sequence }) => sequence < first), ...followed()];
      update();
    } catch (problem) {
      report(problem);
    }
  }

  return {
    title: "Events",
    wants: () => false,
    async load() {},
    render() {
      const known = followed();
      const limit = SHOWN + earlier.length;
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
                  known.length === 0 ? "Nothing has happened yet." : "None of the latest events matches.",
                )
              : html`<ol class="plain events" id="event-list">${repeat(
                  shown,
                  ({ sequence }) => sequence,
                  (event) => eventRow(event),
                )}</ol>`
          }
          ${
            (known[0]?.sequence ?? 1) > 1
              ? html`<div class="pager"><button type="button" @click=${showEarlier}>Show earlier events</button></div>`
              : nothing
          }
        </section>
      `;
    },
  };
}
