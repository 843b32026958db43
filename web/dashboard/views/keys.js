import { api } from "../api.js";
import { now } from "../clock.js";
import { copyButton } from "../copy.js";
import { confirm } from "../dialog.js";
import { bytes, count, shortId, until } from "../format.js";
import { ADMINISTRATOR } from "../identity.js";
import { isOver, warningOf } from "../key-loss.js";
import { empty, emptyPage, fullTime, loading, moment, Pager, time } from "../parts.js";
import { randomText } from "../random-text.js";
import { repeat } from "../vendor/lit-html/directives/repeat.js";
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { zoneName } from "../zone.js";

const PAGE = 50;
const SCOPES = [
  ["process", "process images"],
  ["jobs", "jobs and their events"],
  ["sessions", "sessions and encodings"],
  ["collections", "collections of faces"],
  ["read-only", "read all of these"],
  ["metrics", "metrics, nodes and statistics"],
  ["admin", "everything, for all owners"],
];
const DAYS = [
  ["", "never"],
  ["30", "in 30 days"],
  ["90", "in 90 days"],
  ["365", "in a year"],
];
const LIMITS = [
  ["requestsPerMinute", "Requests a minute", count],
  ["imagesPerMinute", "Images a minute", count],
  ["storedBytes", "Stored bytes", bytes],
];
const DAY_MS = 86_400_000;
const POLL_MS = 500;

function stateOf({ revokedAt, expiresAt }) {
  if (revokedAt) return html`<span class="muted">revoked ${time(revokedAt)}</span>`;
  if (!expiresAt) return html`valid`;
  if (Date.parse(expiresAt) <= now()) return html`<span class="muted">expired ${time(expiresAt)}</span>`;
  return html`valid until ${fullTime(expiresAt, until)}`;
}

const limitsOf = ({ limits }) =>
  limits
    ? LIMITS.filter(([name]) => limits[name] !== undefined).map(
        ([name, text, format]) => html`<span class="label">${text}: ${format(limits[name])}</span>`,
      )
    : html`<span class="muted">none</span>`;

const expiryAfter = (days) => (days === "" ? undefined : new Date(now() + Number(days) * DAY_MS).toISOString());

const inWords = (kind) => kind.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

const working = html`<span class="working" role="status"><span class="spinner"></span> Erasing…</span>`;

const receiptNotice = ({ id, state, erased, checkedAt }) => html`<section class="panel" aria-labelledby="receipt-title">
  <div class="panel-head"><h2 id="receipt-title">Receipt of the erasure</h2></div>
  <div class="notice" role="status">
    <p><code>${id}</code></p>
    <p>${Object.entries(erased).map(([kind, count], index) => `${index > 0 ? ", " : ""}${inWords(kind).trim()}: ${count}`)}</p>
    ${checkedAt ? html`<p>Searched again ${time(checkedAt)}: nothing remains.</p>` : nothing}
    ${state === "running" ? working : nothing}
  </div>
</section>`;

export function keys(_params, context) {
  const { act, update, fail } = context;
  const pager = new Pager(context);
  let page;
  let created;
  let receipt;
  /** Ids of keys whose owners are being erased, which takes some seconds. */
  const erasing = new Set();
  let missing = false;
  let isCreating = false;
  /** The latest unanswered request for a key. */
  let unanswered;
  /** Ends what is found out before the latest question. */
  let asking;

  async function create(event) {
    event.preventDefault();
    // A double click would make a second key.
    if (isCreating) return;
    const form = event.target;
    const scopes = SCOPES.map(([scope]) => scope).filter((scope) => form.elements[`scope-${scope}`].checked);
    missing = scopes.length === 0;
    update();
    if (missing) return;
    const days = form.elements.days.value;
    const given = LIMITS.map(([name]) => [name, form.elements[name].valueAsNumber]).filter(([, most]) => most > 0);
    const limits = given.length > 0 ? Object.fromEntries(given) : undefined;
    const wanted = { name: form.elements.name.value.trim(), scopes, limits };
    // The service may have made the key although no answer arrived. Repeating the same request returns the same key.
    const content = JSON.stringify([wanted, days]);
    if (unanswered?.content !== content)
      unanswered = { content, expiresAt: expiryAfter(days), idempotencyKey: randomText() };
    const { expiresAt, idempotencyKey } = unanswered;
    isCreating = true;
    const isDone = await act(async () => {
      created = await api.createKey({ ...wanted, expiresAt }, idempotencyKey);
    }, "The key is created.");
    isCreating = false;
    if (!isDone) return;
    unanswered = undefined;
    form.reset();
  }

  /** @param isLost Whether a key becomes invalid. @returns whether it was confirmed. */
  async function isConfirmed(isLost, { text, ...question }) {
    // A second click asks no second question.
    asking?.abort();
    asking = new AbortController();
    const { signal } = asking;
    try {
      const warning = await warningOf(isLost, signal);
      return !signal.aborted && (await confirm({ ...question, text: warning + text }));
    } catch (problem) {
      if (!signal.aborted) fail(problem);
      return false;
    }
  }

  async function revoke({ id, name }) {
    const text = "Whoever uses the key, or a session opened with it, is refused from then on. Its data stays.";
    const question = { title: `Revoke “${name}”?`, text, action: "Revoke" };
    if (await isConfirmed((key) => key.id === id, question)) await act(() => api.revokeKey(id), "The key is revoked.");
  }

  async function erase({ id, name, owner }) {
    const keepsKeys = owner === ADMINISTRATOR;
    const text = keepsKeys
      ? "All that belongs to the first administrator is erased for good: jobs with images and results, collections, and " +
        "what is in sessions. The keys and sessions stay valid."
      : "All that belongs to the key's owner is erased for good: jobs with images and results, sessions, collections, and " +
        "all keys of the owner.";
    const question = { title: `Erase everything of “${name}”?`, text, action: "Erase" };
    if (!(await isConfirmed((key) => !keepsKeys && key.owner === owner, question))) return;
    erasing.add(id);
    update();
    const isDone = await act(async () => {
      receipt = await api.erase(id);
      while (receipt.state === "running") {
        update();
        await new Promise((resolve) => setTimeout(resolve, POLL_MS));
        receipt = await api.erasure(receipt.id);
      }
    }, "Everything is erased.");
    erasing.delete(id);
    update();
    // The button may be far below.
    if (isDone) document.getElementById("receipt-title")?.scrollIntoView({ block: "center" });
  }

  const actionsOf = (key) => html`<span class="actions">
    ${
      isOver(key)
        ? nothing
        : html`<button type="button" class="danger" @click=${() => revoke(key)} aria-label="Revoke the key ${key.name}">Revoke</button>`
    }
    <button type="button" class="danger" @click=${() => erase(key)} aria-label="Erase everything of the owner of ${key.name}">
      Erase
    </button>
  </span>`;

  const row = (key) => html`<tr>
    <td data-label="Name"><span class="file-name">${key.name}</span></td>
    <td data-label="Begins, id"><span><code>${key.hint}…</code><br /><code class="muted" title=${key.id}>${shortId(key.id)}</code></span></td>
    <td data-label="Scopes" class="wide"><span class="labels">${key.scopes.map((scope) => html`<span class="label">${scope}</span>`)}</span></td>
    <td data-label="Limits"><span class="labels">${limitsOf(key)}</span></td>
    <td data-label="State"><span>${stateOf(key)}</span></td>
    <td data-label="Created">${moment(key.createdAt)}</td>
    <td class="row-action">
      ${erasing.has(key.id) ? working : actionsOf(key)}
    </td>
  </tr>`;

  return {
    title: "Keys",
    wants: () => false,
    close: () => asking?.abort(),
    async load(signal) {
      page = await pager.load((cursor) => api.keys({ limit: PAGE, cursor }, signal));
    },
    changeQuery: (query) => pager.changeQuery(query),
    render() {
      if (!page) return loading();
      return html`
        <h1 tabindex="-1">Keys</h1>
        <form class="panel" @submit=${create} aria-labelledby="new-key-title">
          <div class="panel-head"><h2 id="new-key-title">New key</h2></div>
          <div class="fields">
            <label>Name <input name="name" required maxlength="100" autocomplete="off" /></label>
            <label>
              Expires
              <select name="days">${DAYS.map(([days, text]) => html`<option value=${days}>${text}</option>`)}</select>
            </label>
            ${LIMITS.map(
              ([name, text]) => html`<label>
                ${text} <input name=${name} type="number" min="1" step="1" placeholder="no limit" />
              </label>`,
            )}
          </div>
          <fieldset class="scopes">
            <legend>Allows</legend>
            ${SCOPES.map(
              ([scope, text]) => html`<label class="check">
                <input type="checkbox" name="scope-${scope}" /> <span><strong>${scope}</strong> ${text}</span>
              </label>`,
            )}
          </fieldset>
          ${missing ? html`<p class="bad-text" role="alert">Choose what the key allows.</p>` : nothing}
          <div class="actions"><button type="submit" class="primary">Create</button></div>
          ${
            created
              ? html`<div class="notice new-key" role="status">
                  <strong>The key of “${created.name}”, which is not shown again:</strong>
                  <p><code>${created.key}</code> ${copyButton(created.key, "the new key")}</p>
                </div>`
              : nothing
          }
        </form>
        ${receipt ? receiptNotice(receipt) : nothing}
        <section class="panel" aria-label="Keys">
          ${
            page.items.length === 0
              ? emptyPage(
                  pager.cursor,
                  empty(
                    "No keys yet",
                    "The administrator's key is a setting of the service, which is not listed here.",
                  ),
                )
              : html`<table class="stacking">
                  <thead>
                    <tr>
                      <th>Name</th><th>Begins, id</th><th>Scopes</th><th>Limits</th><th>State</th><th>Created, ${zoneName()}</th>
                      <th><span class="unseen">Actions</span></th>
                    </tr>
                  </thead>
                  <tbody>
                    ${repeat(page.items, ({ id }) => id, row)}
                  </tbody>
                </table>`
          }
          ${pager.render(page)}
        </section>
      `;
    },
  };
}
