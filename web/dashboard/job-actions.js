/** Actions on one job. */
import { api } from "./api.js";
import { confirm } from "./dialog.js";
import { html, nothing } from "./vendor/lit-html/lit-html.js";

/** Number of failed images whose problems are examined, to find out whether a retry may help. */
const LOOKED_AT = 100;

export const isUnderWay = ({ state }) => ["created", "queued", "running"].includes(state);
export const hasFailed = ({ state }) => state === "failed" || state === "partially_failed";

/** Whether a retry would fail again, because the image itself or a setting of the job is the reason. */
const isLasting = ({ problem }) => problem !== undefined && problem.status < 500 && problem.status !== 429;

/**
 * Whether a retry of the job may have another outcome. If there are many failed images, only the first are examined.
 */
export async function mayRetryHelp(job, signal) {
  if (!hasFailed(job)) return false;
  const { items, nextCursor } = await api.results(job.id, { state: "failed", limit: LOOKED_AT }, signal);
  return nextCursor !== undefined || !items.every(isLasting);
}

const CANCEL = {
  title: "Cancel this job?",
  text: "Images in progress are finished; no others are started. A cancelled job cannot be resumed.",
  action: "Cancel the job",
};
const REMOVE = {
  title: "Delete this job?",
  text: "Its images and results are deleted permanently. Its events stay in the log.",
  action: "Delete the job",
};

/** @param job The job with `canRetry`, which says whether a retry may help. */
export function jobActions({ id, state, images, canRetry }, { act, navigate }) {
  const execute = () => act(() => api.execute(id), "The job is queued.", `execute ${id}`);
  const retry = () => act(() => api.retry(id), "The failed images are queued again.", `retry ${id}`);
  const cancel = async () => {
    if (await confirm(CANCEL)) act(() => api.cancel(id), "The job is cancelled.");
  };
  const remove = async () => {
    if (!(await confirm(REMOVE))) return;
    if (await act(() => api.remove(id), "The job is deleted.")) navigate("#/jobs");
  };
  return html`<div class="actions">
    ${
      state === "created"
        ? html`<button type="button" ?disabled=${images.total === 0} @click=${execute}>Execute</button>`
        : nothing
    }
    ${canRetry ? html`<button type="button" class="primary" @click=${retry}>Retry failed images</button>` : nothing}
    ${isUnderWay({ state }) ? html`<button type="button" @click=${cancel}>Cancel</button>` : nothing}
    <button type="button" class="danger" @click=${remove}>Delete</button>
  </div>`;
}

/** Links to all results as one file. */
export const downloads = ({ id, images }) =>
  images.total === 0
    ? nothing
    : html`<div class="actions" role="group" aria-label="Download the results">
        <a class="button" href=${api.exportAddress(id, "csv")} download>Download CSV</a>
        <a class="button" href=${api.exportAddress(id, "json")} download>Download JSON</a>
      </div>`;
