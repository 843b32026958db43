import { api } from "../api.js";
import { empty, emptyPage, jobLink, loading, Pager, time } from "../parts.js";
import { repeat } from "../vendor/lit-html/directives/repeat.js";
import { html, nothing } from "../vendor/lit-html/lit-html.js";

const PAGE = 50;

/** The panel of webhooks that were given up, on the page of dead letters. */
export function givenUpWebhooks(context) {
  const { act, changesJobs } = context;
  const pager = new Pager(context, "webhooks");
  let page;

  const retry = (id) => act(() => api.retryDelivery(id), "The webhook is sent again.", `send ${id}`);

  const row = ({ id, jobId, type, callbackUrl, reason, attempts, givenUpAt }) => html`<tr>
    <td data-label="Job">${jobLink(jobId)}</td>
    <td data-label="Event">${type.replace("dev.sightline.", "")}</td>
    <td data-label="Problem" class="wide"><span>${reason}<br /><code>${callbackUrl}</code></span></td>
    <td data-label="Attempts" class="number">${attempts}</td>
    <td data-label="Given up">${time(givenUpAt)}</td>
    <td class="row-action">
      ${
        changesJobs
          ? html`<button type="button" @click=${() => retry(id)} aria-label="Send again the webhook ${id}">Send again</button>`
          : nothing
      }
    </td>
  </tr>`;

  return {
    async load(signal) {
      page = await pager.load((cursor) => api.deliveries({ limit: PAGE, cursor }, signal));
    },
    changeQuery: (query) => pager.changeQuery(query),
    render() {
      if (!page) return loading();
      return html`<section class="panel" aria-label="Webhooks">
        <div class="panel-head"><h2>Webhooks</h2></div>
        ${
          page.items.length === 0
            ? emptyPage(
                pager.cursor,
                empty(
                  "No webhook was given up",
                  "Webhooks are listed here when their receiver has not accepted them in time.",
                ),
              )
            : html`<table class="stacking">
                <thead>
                  <tr>
                    <th>Job</th><th>Event</th><th>Problem</th><th class="number">Attempts</th><th>Given up</th>
                    <th><span class="unseen">Actions</span></th>
                  </tr>
                </thead>
                <tbody>${repeat(page.items, ({ id }) => id, row)}</tbody>
              </table>`
        }
        ${pager.render(page)}
      </section>`;
    },
  };
}
