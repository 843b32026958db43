/** Selection of several jobs, and actions on all of them. */
import { api } from "./api.js";
import { confirm } from "./dialog.js";
import * as format from "./format.js";
import { hasFailed, isUnderWay } from "./job-actions.js";
import { html, nothing } from "./vendor/lit-html/lit-html.js";

const AT_ONCE = 4;

/** Whether the job was deleted meanwhile. */
const isGone = ({ status }) => status === 404;
/** Whether the job's state did not allow the action. */
const isRefused = ({ status }) => status === 409;

const ACTIONS = [
  {
    name: "Retry",
    done: "queued again",
    applies: hasFailed,
    run: api.retry,
    refused: "had nothing to retry",
    question: "Their failed images are processed again.",
    action: "Retry them",
  },
  {
    name: "Cancel",
    done: "cancelled",
    applies: isUnderWay,
    run: api.cancel,
    refused: "had ended",
    question: "No more of their images are started. A cancelled job cannot be resumed.",
    action: "Cancel the jobs",
  },
  {
    name: "Delete",
    done: "deleted",
    applies: () => true,
    run: api.remove,
    refused: "could not be deleted",
    question: "Their images and results are deleted permanently. Their events stay in the log.",
    action: "Delete the jobs",
    isDanger: true,
  },
];

/** Runs a few at a time, so that many jobs do not slow the service down for others. @returns the problems. */
async function runAll(run, ids, onProgress) {
  const waiting = [...ids];
  const problems = [];
  let ended = 0;
  const worker = async () => {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
      await run(id).catch((problem) => problems.push(problem));
      onProgress(++ended);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return problems;
}

/** Summary such as `18 of 20 jobs cancelled, 2 had ended`. */
function summary({ done, refused }, count, problems) {
  const others = problems.filter((problem) => !isGone(problem) && !isRefused(problem));
  const parts = [
    [problems.filter(isRefused).length, refused],
    [problems.filter(isGone).length, "were gone"],
    [others.length, `failed: ${others[0]?.message}`],
  ].filter(([number]) => number > 0);
  const rest = parts.map(([number, text]) => `, ${format.count(number)} ${text}`).join("");
  return `${format.count(count - problems.length)} of ${format.plural(count, "job")} ${done}${rest}`;
}

export class Selection {
  /** Chosen jobs by id, as last seen. */
  #chosen = new Map();
  #progress;
  #summary;
  #context;

  /** @param context `update()`, `refresh()`, `keepFocus()`, `announce(text)`, and `shown()`, the jobs on the page. */
  constructor(context) {
    this.#context = context;
  }

  has(id) {
    return this.#chosen.has(id);
  }

  /** Updates the states of chosen jobs. */
  see(jobs) {
    for (const job of jobs) if (this.has(job.id)) this.#chosen.set(job.id, job);
  }

  choose(jobs, isChosen) {
    for (const job of jobs) {
      if (isChosen) this.#chosen.set(job.id, job);
      else this.#chosen.delete(job.id);
    }
    this.#summary = undefined;
    this.#context.update();
    this.#context.keepFocus();
  }

  async #act(action) {
    const { update, refresh, keepFocus, announce } = this.#context;
    const ids = [...this.#chosen.keys()];
    const title = `${action.name} ${format.plural(ids.length, "job")}?`;
    if (!(await confirm({ title, text: action.question, action: action.action, keep: "Change nothing" }))) return;
    const show = (ended) => {
      this.#progress = `${format.count(ended)} of ${format.count(ids.length)}`;
      update();
    };
    show(0);
    const problems = await runAll(action.run, ids, show);
    this.#progress = undefined;
    this.#summary = summary(action, ids.length, problems);
    this.#chosen.clear();
    announce(this.#summary);
    update();
    await refresh();
    keepFocus();
  }

  render() {
    const jobs = [...this.#chosen.values()];
    // A screen reader is told only the outcome, since it would read every number.
    if (this.#progress) return html`<p class="working"><span class="spinner"></span> ${this.#progress}</p>`;
    if (jobs.length === 0) return this.#summary ? html`<p class="notice">${this.#summary}.</p>` : nothing;
    return html`<div class="actions chosen" role="group" aria-label="Chosen jobs">
      <strong>${format.plural(jobs.length, "job")} chosen</strong>
      ${ACTIONS.map(
        (action) => html`<button
          type="button"
          class=${action.isDanger ? "danger" : ""}
          ?disabled=${!jobs.some(action.applies)}
          @click=${() => this.#act(action)}
        >
          ${action.name}
        </button>`,
      )}
      <button type="button" class="link" @click=${() => this.choose(this.#context.shown(), true)}>Choose all on this page</button>
      <button type="button" class="link" @click=${() => this.choose(jobs, false)}>Choose none</button>
    </div>`;
  }
}
