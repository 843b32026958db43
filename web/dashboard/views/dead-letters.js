import { api } from "../api.js";
import { inline } from "../inline.js";
import { empty, emptyPage, jobLink, loading, Pager, time } from "../parts.js";
import { repeat } from "../vendor/lit-html/directives/repeat.js";
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { givenUpWebhooks } from "./given-up-webhooks.js";

const PAGE = 50;

export function deadLetters(_params, context) {
  const { act, changesJobs } = context;
  const pager = new Pager(context);
  const webhooks = givenUpWebhooks(context);
  let page;

  const retry = (jobId) =>
    act(() => api.retry(jobId), "The failed images of the job are queued again.", `retry ${jobId}`);

  const row = (letter, isFirstOfJob) => html`<tr>
    <td data-label="Job">${jobLink(letter.jobId)}</td>
    <td data-label="Image"><span class="file-name">${letter.fileName ?? `image ${letter.index}`}</span></td>
    <td data-label="Problem" class="wide"><span>${inline(letter.problem?.detail ?? letter.problem?.title ?? "–")}<br /><code>${letter.problem?.code}</code></span></td>
    <td data-label="Attempts" class="number">${letter.attempts}</td>
    <td data-label="Given up">${time(letter.finishedAt)}</td>
    <td class="row-action">
      ${
        isFirstOfJob && changesJobs
          ? html`<button type="button" @click=${() => retry(letter.jobId)} aria-label="Retry job ${letter.jobId}">
            Retry job
          </button>`
          : nothing
      }
    </td>
  </tr>`;

  return {
    title: "Dead letters",
    async load(signal) {
      const letters = pager.load((cursor) => api.deadLetters({ limit: PAGE, cursor }, signal));
      [page] = await Promise.all([letters, webhooks.load(signal)]);
    },
    changeQuery(query) {
      pager.changeQuery(query);
      webhooks.changeQuery(query);
    },
    render() {
      if (!page) return loading();
      const firsts = new Set(page.items.filter(({ jobId }, index) => page.items[index - 1]?.jobId !== jobId));
      return html`
        <h1 tabindex="-1">Dead letters</h1>
        <p class="lead">Images whose every attempt failed, for reasons other than their content, and webhooks that could not be delivered.</p>
        <section class="panel" aria-label="Dead letters">
          ${
            page.items.length === 0
              ? emptyPage(
                  pager.cursor,
                  empty("Nothing was given up", "Images are listed here when their last attempt has failed."),
                )
              : html`<table class="stacking">
                  <thead>
                    <tr>
                      <th>Job</th><th>Image</th><th>Problem</th><th class="number">Attempts</th><th>Given up</th>
                      <th><span class="unseen">Actions</span></th>
                    </tr>
                  </thead>
                  <tbody>
                    ${repeat(
                      page.items,
                      ({ jobId, index }) => `${jobId}/${index}`,
                      (letter) => row(letter, firsts.has(letter)),
                    )}
                  </tbody>
                </table>`
          }
          ${pager.render(page)}
        </section>
        ${webhooks.render()}
      `;
    },
  };
}
