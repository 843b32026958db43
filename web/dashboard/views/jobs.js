import { api } from "../api.js";
import { copyButton } from "../copy.js";
import * as format from "../format.js";
import { ADMINISTRATOR } from "../identity.js";
import { filterForm, filtersOf, isFiltered, jobsHash } from "../job-filters.js";
import {
  badge,
  empty,
  emptyPage,
  jobLink,
  labels,
  loading,
  moment,
  noJobYet,
  pages,
  progressBar,
  progressText,
} from "../parts.js";
import { Selection } from "../selection.js";
import { repeat } from "../vendor/lit-html/directives/repeat.js";
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { zoneName } from "../zone.js";

const PAGE = 50;
const MOST_KEYS = 1_000;

/** Pairs of owners and the names of their keys. */
function ownersOf(keys) {
  const names = Map.groupBy(keys, ({ owner }) => owner);
  // The first admin key is one of the administrator's.
  names.delete(ADMINISTRATOR);
  const known = Array.from(names, ([owner, ofOwner]) => [owner, ofOwner.map(({ name }) => name).join(", ")]);
  return [["none", "nobody"], [ADMINISTRATOR, "administrator"], ...known];
}

export function jobs(_params, context) {
  const { update, refresh, keepFocus, navigate, announce, isAdmin, changesJobs, report } = context;
  const selection = new Selection({ update, refresh, keepFocus, announce, shown: () => page.items });
  const known = { models: [], owners: isAdmin ? ownersOf([]) : undefined };
  let filters = filtersOf(context.query);
  let { cursor } = context.query;
  let page;
  let isKnown = false;

  async function learn(signal) {
    const [models, keys] = await Promise.all([
      api.models(signal),
      isAdmin ? api.keys({ limit: MOST_KEYS }, signal) : undefined,
    ]);
    known.models = models.items.map(({ name }) => [name, name]);
    if (keys) known.owners = ownersOf(keys.items);
    isKnown = true;
  }

  const ownerName = (owner = "none") => known.owners?.find(([value]) => value === owner)?.[1] ?? owner;

  const row = (job) => html`<tr>
    ${
      changesJobs
        ? html`<td class="choose">
            <input
              type="checkbox"
              aria-label="Choose job ${job.id}"
              .checked=${selection.has(job.id)}
              @change=${({ target }) => selection.choose([job], target.checked)}
            />
          </td>`
        : nothing
    }
    <td data-label="Job"><span>${jobLink(job.id)} ${copyButton(job.id, `the id of job ${format.shortId(job.id)}`)}</span></td>
    <td data-label="State">${badge(job.state)}</td>
    <td data-label="Progress" class="wide">${progressBar(job)}<span class="muted">${progressText(job)}</span></td>
    <td data-label="Failed" class="number">${job.images.failed > 0 ? html`<span class="bad-text">${format.count(job.images.failed)}</span>` : "0"}</td>
    <td data-label="Model"><span class="file-name">${job.models?.join(", ") ?? job.model}</span></td>
    <td data-label="Labels">${Object.keys(job.labels).length > 0 ? labels(job.labels) : "–"}</td>
    ${isAdmin ? html`<td data-label="Owner"><span class="file-name" title=${job.owner ?? ""}>${ownerName(job.owner)}</span></td>` : nothing}
    <td data-label="Created">${moment(job.createdAt)}</td>
  </tr>`;

  const table = () => html`<table class="stacking jobs ${changesJobs ? "choosable" : ""}">
    <thead>
      <tr>
        ${
          changesJobs
            ? html`<th>
                <span class="unseen">Chosen</span>
                <input
                  type="checkbox"
                  aria-label="Choose all jobs on this page"
                  .checked=${page.items.every(({ id }) => selection.has(id))}
                  @change=${({ target }) => selection.choose(page.items, target.checked)}
                />
              </th>`
            : nothing
        }
        <th>Job</th><th>State</th><th>Progress</th><th class="number">Failed</th><th>Model</th><th>Labels</th>
        ${isAdmin ? html`<th>Owner</th>` : nothing}
        <th>Created, ${zoneName()}</th>
      </tr>
    </thead>
    <tbody>${repeat(page.items, ({ id }) => id, row)}</tbody>
  </table>`;

  const nothingFound = () =>
    emptyPage(cursor, isFiltered(filters) ? empty("No such job", "No job matches these filters.") : noJobYet(context));

  return {
    title: "Jobs",
    async load(signal) {
      const at = jobsHash(filters, cursor);
      page = { ...(await api.jobs({ ...filters, limit: PAGE, cursor }, signal)), at };
      selection.see(page.items);
      if (isKnown) return;
      // The list is useful without them, so it does not wait.
      learn(signal).then(update, (problem) => signal.aborted || report(problem));
    },
    /** Called for other filters or another page, without leaving the view. */
    changeQuery(query) {
      filters = filtersOf(query);
      ({ cursor } = query);
    },
    render() {
      return html`
        <h1 tabindex="-1">Jobs</h1>
        <section class="panel" aria-label="Jobs">
          ${filterForm(filters, known, (wanted) => navigate(jobsHash(wanted)))} ${selection.render()}
          ${!page ? loading() : page.items.length === 0 ? nothingFound() : table()}
          ${page ? pages(jobsHash(filters), cursor, page, jobsHash(filters, cursor), (other) => navigate(jobsHash(filters, other))) : nothing}
        </section>
      `;
    },
  };
}
