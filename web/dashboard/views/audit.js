import { api } from "../api.js";
import { empty, emptyPage, loading, moment, Pager } from "../parts.js";
import { repeat } from "../vendor/lit-html/directives/repeat.js";
import { html } from "../vendor/lit-html/lit-html.js";
import { zoneName } from "../zone.js";

const PAGE = 50;

export function audit(_params, context) {
  const pager = new Pager(context);
  let page;

  const row = ({ time: at, action, object, keyName, keyId, owner, address, status }) => html`<tr>
    <td data-label="Time">${moment(at)}</td>
    <td data-label="Action"><code>${action}</code></td>
    <td data-label="Object" class="wide"><span class="file-name">${object ?? "–"}</span></td>
    <td data-label="By"><span class="file-name" title=${keyId ?? owner ?? ""}>${keyName ?? keyId ?? owner ?? "the service"}</span></td>
    <td data-label="From">${address ?? "–"}</td>
    <td data-label="Status" class="number">${status ?? "–"}</td>
  </tr>`;

  return {
    title: "Audit log",
    wants: () => false,
    async load(signal) {
      page = await pager.load((cursor) => api.audit({ limit: PAGE, cursor }, signal));
    },
    changeQuery: (query) => pager.changeQuery(query),
    render() {
      if (!page) return loading();
      return html`
        <h1 tabindex="-1">Audit log</h1>
        <p class="lead">Actions of administrators, erasures, and accesses to face vectors, newest first.</p>
        <section class="panel" aria-label="Audit log">
          ${
            page.items.length === 0
              ? emptyPage(
                  pager.cursor,
                  empty(
                    "Nothing was recorded",
                    "The list shows, for example, keys that are created and accesses to face vectors.",
                  ),
                )
              : html`<table class="stacking">
                  <thead>
                    <tr>
                      <th>Time, ${zoneName()}</th><th>Action</th><th>Object</th><th>By</th><th>From</th><th class="number">Status</th>
                    </tr>
                  </thead>
                  <tbody>
                    ${repeat(page.items, ({ sequence }) => sequence, row)}
                  </tbody>
                </table>`
          }
          ${pager.render(page)}
        </section>
      `;
    },
  };
}
