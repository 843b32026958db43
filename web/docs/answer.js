/** An answer of the service: reads it as it arrives, and shows it. */
import { copyButton } from "../dashboard/copy.js";
import * as format from "../dashboard/format.js";
import { imageWithBoxes } from "../dashboard/image.js";
import { html, nothing } from "../dashboard/vendor/lit-html/lit-html.js";
import { visible } from "../dashboard/visible-json.js";

/** Maximum characters to show. More text would make the page slow; the download has all of it, if the answer ends. */
const MOST_CHARACTERS = 200_000;
/** Answers of this type have no end. All of their bytes would fill the memory. */
const ENDLESS = "text/event-stream";
const isText = (type) => /^text\/|[/+](json|x-ndjson)$/.test(type);

/**
 * Sends a request, and reads its answer.
 * @param change Called with what has arrived so far, each time there is more:
 * `{ status, statusText, headers, type, text, blob, durationMs }`, `blob` once it is whole. A stream is never whole.
 * @throws what `fetch` throws; on abort, only before the headers have come.
 */
export async function ask(address, options, change) {
  const startedAt = performance.now();
  const response = await fetch(address, options);
  const type = response.headers.get("content-type")?.split(";")[0] ?? "";
  const answer = { status: response.status, statusText: response.statusText, headers: [...response.headers], type };
  const chunks = [];
  const decoder = new TextDecoder();
  let text = "";
  let isRead = false;
  const tell = (more) => change({ ...answer, text, durationMs: performance.now() - startedAt, ...more });
  try {
    const reader = response.body?.getReader();
    for (let read = await reader?.read(); read && !read.done; read = await reader.read()) {
      if (type !== ENDLESS) chunks.push(read.value);
      if (!isText(type) || text.length >= MOST_CHARACTERS) continue;
      text += decoder.decode(read.value, { stream: true });
      tell();
    }
    isRead = true;
  } catch (error) {
    if (!options.signal.aborted) throw error;
  }
  tell(isRead && type !== ENDLESS ? { blob: new Blob(chunks, { type }) } : {});
}

function jsonOf({ type, text, blob }) {
  if (!blob || !/[/+]json$/.test(type) || text.length > MOST_CHARACTERS) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The files with the receipts of `/process`, which are in the same order. */
const receiptsOf = (json, files) =>
  Array.isArray(json?.images) && json.images.length === files.length
    ? json.images.map((image, index) => ({ ...image, file: files[index] })).filter(({ width }) => width !== undefined)
    : [];

/**
 * @param files The images that were sent.
 * @param urlOf Returns the address of a file or of an answer, for as long as it is shown.
 * @param next Links to operations on the subject of the answer, each `{ href, text }`.
 */
export function answerPanel(answer, { files, urlOf, next }) {
  const { status, statusText, headers, type, text, blob, durationMs } = answer;
  const json = jsonOf(answer);
  const isProblem = type === "application/problem+json";
  // Only JSON is shown in another form. Other texts are shown as they are, so that a copy is exact.
  const shown = json === undefined ? text : visible(JSON.stringify(json, null, 2));
  return html`<section class="panel answer" aria-labelledby="answer-title">
    <div class="panel-head">
      <h2 id="answer-title">Answer</h2>
      <span class="badge ${status < 400 ? "done" : "failed"}">${status} ${statusText}</span>
      <span class="muted">${format.milliseconds(durationMs)}${blob ? `, ${format.bytes(blob.size)}` : nothing}</span>
    </div>
    ${
      isProblem && json
        ? html`<div class="notice error">
            <strong>${json.title}</strong>
            <p>${visible(json.detail ?? "")} <code>${json.code}</code></p>
            <p><a href=${json.type}>What to do</a></p>
          </div>`
        : nothing
    }
    ${receiptsOf(json, files).map(
      (receipt) => html`<figure>
        ${imageWithBoxes({ url: urlOf(receipt.file), name: receipt.fileName, result: receipt })}
        <figcaption class="muted">${visible(receipt.fileName ?? "")}</figcaption>
      </figure>`,
    )}
    ${blob && type.startsWith("image/") ? html`<div class="image plain"><img src=${urlOf(blob)} alt="The answer" /></div>` : nothing}
    ${shown ? html`<pre class="body" tabindex="0" aria-label="Body of the answer">${shown.slice(0, MOST_CHARACTERS)}</pre>` : nothing}
    ${blob?.size === 0 ? html`<p class="muted">The answer has no body.</p>` : nothing}
    <div class="actions">
      ${shown ? html`<span class="copying">${copyButton(shown, "the body")} Copy</span>` : nothing}
      ${blob && blob.size > 0 ? html`<a class="button" href=${urlOf(blob)} download="answer">Download</a>` : nothing}
    </div>
    <details>
      <summary>Headers of the answer</summary>
      <dl class="headers">${headers.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
    </details>
    ${
      next.length > 0
        ? html`<nav aria-label="What to do next"><h3>Next</h3>
            <ul class="plain next">${next.map(({ href, text }) => html`<li><a href=${href}>${text}</a></li>`)}</ul></nav>`
        : nothing
    }
  </section>`;
}
