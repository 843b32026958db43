/** The page for trying operations of the API: a form for each, its answer, and the equivalent curl command. */
import { toggleTheme } from "../dashboard/color-theme.js";
import { copyButton } from "../dashboard/copy.js";
import { onOtherIdentity } from "../dashboard/identity.js";
import { repeat } from "../dashboard/vendor/lit-html/directives/repeat.js";
import { html, nothing, render } from "../dashboard/vendor/lit-html/lit-html.js";
import { answerPanel, ask } from "./answer.js";
import { bodyFields, parameterFields } from "./fields.js";
import { closeList, methodName, operationList } from "./operation-list.js";
import { operationsOf, operationsOn } from "./operations.js";
import { paragraphs } from "./prose.js";
import { addressOf, curlOf, fetchOptionsOf, requestOf } from "./request.js";

/** The address of the service, under whatever path it is reached. */
const base = new URL("../", import.meta.url);
const page = document.getElementById("page");

let operations = [];
/** The answer of `/v1/whoami`: undefined while requests need a key and the browser is not signed in. */
let me;
/** The key is kept only in the page. */
let key = "";
let chosen;
/** Initial values of the form from the address. A new object gives a new form. */
let given = {};
let bodyType;
let answer;
let failure;
let sent;
let abort;
let urls = new Map();

const form = () => document.getElementById("form");
const request = () => requestOf(chosen, form() ? new FormData(form()) : [], key);

function urlOf(blob) {
  if (!urls.has(blob)) urls.set(blob, URL.createObjectURL(blob));
  return urls.get(blob);
}

function forget() {
  abort?.abort();
  abort = undefined;
  answer = undefined;
  failure = undefined;
  for (const url of urls.values()) URL.revokeObjectURL(url);
  urls = new Map();
}

async function send(event) {
  event.preventDefault();
  if (abort) return;
  forget();
  sent = request();
  const sending = new AbortController();
  abort = sending;
  draw();
  const isCurrent = () => abort === sending;
  try {
    await ask(addressOf(sent, base), { ...fetchOptionsOf(sent), signal: sending.signal }, (arrived) => {
      if (!isCurrent()) return;
      answer = arrived;
      draw();
    });
  } catch (error) {
    if (isCurrent() && !sending.signal.aborted) failure = error;
  }
  if (!isCurrent()) return;
  abort = undefined;
  draw();
  document.querySelector(".answer")?.scrollIntoView({ block: "nearest" });
  document.getElementById("announcements").textContent = answer
    ? `The answer is ${answer.status} ${answer.statusText}.`
    : "No answer.";
}

/** Links to operations on the created resource, or on the one of the request. */
function next() {
  const location = answer.headers.find(([name]) => name === "location")?.[1];
  const path = location?.startsWith(base.pathname) ? location.slice(base.pathname.length - 1) : sent.path;
  if (answer.status >= 400 || (sent.method === "DELETE" && path === sent.path)) return [];
  return operationsOn(operations, path)
    .filter(({ operation }) => operation !== chosen)
    .map(({ operation: { id, summary }, parameters }) => ({
      href: `#${id}?${new URLSearchParams(parameters)}`,
      text: summary,
    }));
}

function open() {
  const [id, query] = location.hash.slice(1).split("?");
  const found = operations.find((operation) => operation.id === id);
  forget();
  closeList();
  chosen = found ?? operations[0];
  given = Object.fromEntries(new URLSearchParams(query));
  bodyType = chosen.bodies[0]?.type;
  document.title = `${chosen.summary} · Try the API · Sightline`;
  draw();
}

function draw() {
  render(
    html`${operationList(operations, chosen, draw)}
      <main id="main" tabindex="-1">${repeat([given], (one) => one, operationView)}</main>`,
    page,
  );
  // The command can be made only after the form has been drawn.
  const shown = document.getElementById("curl");
  if (shown) render(curlLine(), shown);
}

function curlLine() {
  const command = curlOf(request(), base, key !== "" || me === undefined || me.access === "keys");
  return html`<pre tabindex="0" aria-label="The request for curl">${command}</pre>
    <span class="copying">${copyButton(command, "the command")} Copy</span>`;
}

function operationView() {
  const { method, path, summary, description, tag, id } = chosen;
  const isDanger = method === "DELETE";
  return html`
    <h1 tabindex="-1">${summary}</h1>
    <p class="route">${methodName(method)} <code>${path}</code>
      <a href="../docs#tag/${tag.replaceAll(" ", "-")}/operation/${id}">Reference</a></p>
    <details class="about"><summary>What it does</summary>${paragraphs(description)}</details>
    <form id="form" class="panel" @submit=${send} @input=${draw}>
      ${keyField()} ${parameterFields(chosen, given)}
      ${bodyFields(chosen, bodyType, (type) => {
        bodyType = type;
        draw();
      })}
      <div class="actions">
        <button type="submit" class=${isDanger ? "danger" : "primary"} aria-disabled=${abort !== undefined}>Send</button>
        ${abort ? html`<button type="button" @click=${() => abort.abort()}>Stop</button><span class="working" role="status"><span class="spinner"></span> Waiting for the answer…</span>` : nothing}
      </div>
    </form>
    <section class="panel" aria-labelledby="curl-title"><h2 id="curl-title">For curl</h2><div id="curl"></div></section>
    ${failure ? html`<div class="notice error" role="alert"><strong>There is no answer.</strong> The service does not answer, or the connection broke.</div>` : nothing}
    ${answer ? answerPanel(answer, { files: (sent.body?.parts ?? []).map(([, value]) => value), urlOf, next: abort ? [] : next() }) : nothing}
  `;
}

const keyField = () => html`<div class="field key">
  <label for="key">Key</label>
  <input id="key" type="password" autocomplete="off" spellcheck="false" aria-describedby="key-about" .value=${key} @input=${({
    target,
  }) => {
    key = target.value.trim();
  }} />
  <p class="muted" id="key-about">${whoText()}</p>
</div>`;

function whoText() {
  if (!me)
    return html`Requests need a key. Enter one, which is kept only in this page, or sign in on the <a href="../dashboard">dashboard</a>.`;
  if (me.owner === null && !me.key)
    return "No key is needed here. If you enter one, it is sent with requests and kept only in this page.";
  return `If you enter none, requests are sent as ${me.key?.name ?? "the administrator"}, who is signed in on the dashboard.`;
}

const read = (path) => fetch(new URL(path, base)).then((response) => (response.ok ? response.json() : undefined));

async function learn() {
  me = await read("v1/whoami").catch(() => undefined);
}

async function start() {
  const [document] = await Promise.all([read("openapi.json"), learn()]);
  operations = operationsOf(document);
  open();
  // Somebody signs in or out on the dashboard.
  onOtherIdentity(() => learn().then(draw));
}

document.getElementById("theme").addEventListener("click", toggleTheme);
addEventListener("hashchange", () => {
  open();
  scrollTo(0, 0);
  document.querySelector("h1").focus();
});
start().catch(() => {
  render(
    html`<main><h1>Try the API</h1><p class="notice error" role="alert">The service does not answer. Please reload the page.</p></main>`,
    page,
  );
});
