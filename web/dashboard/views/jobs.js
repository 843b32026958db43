import { api } from "../api.js";
import * as format from "../format.js";
import { badge, choice, empty, jobLink, labels, loading, Pager, progressBar, progressText, time } from "../parts.js";
import { repeat } from "../vendor/lit-html/directives/repeat.js";
import { html, nothing } from "../vendor/lit-html/lit-html.js";

const FILTERS = [
  ["", "All"],
  ["created,queued,running", "In progress"],
  ["succeeded", "Succeeded"],
  ["partially_failed", "Partly failed"],
  ["failed", "Failed"],
  ["cancelled", "Cancelled"],
];
const PAGE = 25;

const row = (job) => html`<tr>
  <td data-label="Job">${jobLink(job.id)}</td>
  <td data-label="State">${badge(job.state)}</td>
  <td data-label="Progress" class="wide">${progressBar(job)}<span class="muted">${progressText(job)}</span></td>
  <td data-label="Failed" class="number">${job.images.failed > 0 ? html`<span class="bad-text">${format.count(job.images.failed)}</span>` : "0"}</td>
  <td data-label="Labels">${Object.keys(job.labels).length > 0 ? labels(job.labels) : "–"}</td>
  <td data-label="Created">${time(job.createdAt)}</td>
</tr>`;

export function jobs(_params, { query, refresh, navigate }) {
  const pager = new Pager();
  const state = FILTERS.some(([value]) => value === query.state) ? query.state : "";
  let page;

  return {
    title: "Jobs",
    async load(signal) {
      page = await api.jobs({ limit: PAGE, state: state || undefined, cursor: pager.cursor }, signal);
    },
    render() {
      const choose = (value) => navigate(value === "" ? "#/jobs" : `#/jobs?state=${encodeURIComponent(value)}`);
      return html`
        <h1 tabindex="-1">Jobs</h1>
        <section class="panel" aria-label="Jobs">
          <div class="panel-head">${choice("State", FILTERS, state, choose)}</div>
          ${
            !page
              ? loading()
              : page.items.length === 0
                ? empty(
                    state ? "No such job" : "No job yet",
                    state
                      ? "No job is in this state."
                      : html`<a href="#/try">Try it with an image</a>, or send some to <code>POST /v1/jobs</code>.`,
                  )
                : html`<table class="stacking">
                    <thead>
                      <tr><th>Job</th><th>State</th><th>Progress</th><th class="number">Failed</th><th>Labels</th><th>Created</th></tr>
                    </thead>
                    <tbody>${repeat(page.items, ({ id }) => id, row)}</tbody>
                  </table>`
          }
          ${page ? pager.render(page.nextCursor, refresh) : nothing}
        </section>
      `;
    },
  };
}
