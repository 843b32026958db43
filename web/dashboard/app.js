/** The frame around the views: routing, connection state and reloading. */
import { api, Problem } from "./api.js";
import { LiveEvents } from "./live.js";
import { errorNotice, openNotice } from "./parts.js";
import { Refresher } from "./refresher.js";
import { html, nothing, render } from "./vendor/lit-html/lit-html.js";
import { audit } from "./views/audit.js";
import { deadLetters } from "./views/dead-letters.js";
import { events } from "./views/events.js";
import { job } from "./views/job.js";
import { jobs } from "./views/jobs.js";
import { keys } from "./views/keys.js";
import { models } from "./views/models.js";
import { overview } from "./views/overview.js";
import { signIn } from "./views/sign-in.js";
import { tryIt } from "./views/try-it.js";

const routes = [
  { pattern: /^\/?$/, view: overview },
  { pattern: /^\/jobs$/, view: jobs },
  { pattern: /^\/jobs\/(?<id>[0-9a-z-]{1,64})$/, view: job },
  { pattern: /^\/dead-letters$/, view: deadLetters },
  { pattern: /^\/models$/, view: models },
  { pattern: /^\/events$/, view: events },
  { pattern: /^\/try$/, view: tryIt },
  { pattern: /^\/keys$/, view: keys },
  { pattern: /^\/audit$/, view: audit },
];

const readsJobs = ["jobs", "read-only"];
/** The pages, each with the scopes of which the key must have one; all, where there are none. */
const links = [
  ["#/", "Overview", ["metrics"]],
  ["#/jobs", "Jobs", readsJobs],
  ["#/dead-letters", "Dead letters", readsJobs],
  ["#/models", "Models", []],
  ["#/events", "Events", readsJobs],
  ["#/try", "Try it", ["process"]],
  ["#/keys", "Keys", ["admin"]],
  ["#/audit", "Audit log", ["admin"]],
];

const connection = {
  connecting: "Connecting…",
  live: "Live",
  reconnecting: "Reconnecting…",
  paused: "Paused",
};

/** Shortest interval between redraws for events. */
const DRAW_INTERVAL_MS = 250;

/** For this long after an event, an answer may still predate it. */
const UNSETTLED_MS = 1_000;

const lost = () => ({
  title: "Not found",
  wants: () => false,
  async load() {},
  render: () =>
    html`<h1 tabindex="-1">Not found</h1><p>There is no such page. <a href="#/">Back to the overview</a></p>`,
});

const ASSUMED = { access: "local", owner: null, scopes: ["process", "jobs", "metrics"] };
/** The answer of `/v1/whoami`; undefined while the browser has to sign in. */
let me;
const may = (needed) =>
  me !== undefined &&
  (needed.length === 0 || me.scopes.includes("admin") || needed.some((scope) => me.scopes.includes(scope)));
/** The first page that may be seen. Models always may. */
const firstPage = () => links.find(([, , needed]) => may(needed))?.[0] ?? "#/models";

const app = document.getElementById("app");
let view = lost();
let problem;
let drawTimer;
let lastEventAt = 0;

const live = new LiveEvents({
  onState() {
    if (live.state === "live") refresher.wake();
    draw();
  },
  onEvent(event) {
    lastEventAt = Date.now();
    if (view.wants?.(event) ?? true) refresher.wake();
    drawTimer ??= setTimeout(draw, DRAW_INTERVAL_MS);
  },
  onRestart: () => refresher.wake(),
  onRefused: () => leave(),
});

const refresher = new Refresher(async (signal) => {
  const loading = view;
  try {
    await loading.load(signal);
    if (signal.aborted) return;
    problem = undefined;
  } catch (error) {
    if (signal.aborted) return;
    report(error);
  }
  draw();
});

function report(error) {
  if (error instanceof Problem && error.status === 401) return leave();
  problem = error instanceof Problem ? error : new Problem({ detail: "The page failed; please reload it." });
  if (!(error instanceof Problem)) console.error(error);
  draw();
}

function announce(text) {
  document.getElementById("announcements").textContent = text;
}

/** Runs a button's action. @returns whether it succeeded. */
async function act(action, done) {
  try {
    await action();
    problem = undefined;
    announce(done);
    refresher.restart();
    return true;
  } catch (error) {
    report(error);
    return false;
  }
}

function navigate(hash) {
  location.hash = hash;
}

/** The browser is signed in no more. */
function leave() {
  me = undefined;
  live.forget();
  open();
}

/** Learns who the browser's requests count as, and shows what they may see. */
async function enter() {
  me = await api.whoAmI();
  if (may(readsJobs) && !document.hidden) live.start();
}

async function signedIn() {
  await enter();
  open();
}

async function signOut() {
  await api.signOut().catch(report);
  leave();
}

function viewOf(path) {
  if (!me) return { view: signIn };
  const match = routes.map(({ pattern, view }) => ({ groups: pattern.exec(path), view })).find(({ groups }) => groups);
  return match ? { view: match.view, params: match.groups.groups } : { view: lost };
}

function open({ isFirst = false } = {}) {
  // The overview is where everybody arrives, though not all may see it.
  if (me && /^#?\/?$/.test(location.hash) && !may(["metrics"])) return navigate(firstPage());
  const [path, search] = location.hash.replace(/^#/, "").split("?");
  const query = Object.fromEntries(new URLSearchParams(search));
  const found = viewOf(path);
  view.close?.();
  problem = undefined;
  const context = {
    live,
    query,
    isAdmin: may(["admin"]),
    update: draw,
    refresh: () => refresher.restart(),
    act,
    navigate,
    announce,
    report,
    signedIn,
  };
  view = found.view(found.params ?? {}, context);
  document.title = `${view.title} · Sightline`;
  draw();
  scrollTo(0, 0);
  document.querySelector("header [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
  // Move the focus to the new content, for keyboard and screen reader users.
  const settled = refresher.restart();
  if (Date.now() - lastEventAt < UNSETTLED_MS) refresher.wake();
  if (!isFirst) settled.then(() => (document.querySelector("main h1") ?? document.querySelector("main")).focus());
}

function toggleTheme() {
  const root = document.documentElement;
  const isDark = root.dataset.theme
    ? root.dataset.theme === "dark"
    : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = isDark ? "light" : "dark";
  localStorage.setItem("sightline-theme", root.dataset.theme);
  view.redraw?.();
}

function isCurrent(href) {
  const path = location.hash.replace(/\?.*/, "") || "#/";
  return href === "#/" ? path === "#/" : path.startsWith(href);
}

/** The router owns the hash, so the skip link moves the focus itself. */
function skip(event) {
  event.preventDefault();
  document.querySelector("main").focus();
}

function draw() {
  clearTimeout(drawTimer);
  drawTimer = undefined;
  const nav = links
    // Nobody who needs no key can manage keys.
    .filter(([, , needed]) => may(needed))
    .map(([href, text]) => html`<a href=${href} aria-current=${isCurrent(href) ? "page" : nothing}>${text}</a>`);
  const isSignedIn = me !== undefined && me.owner !== null;
  const name = me?.key?.name ?? "administrator";
  render(
    html`
      <a class="skip" href="#main" @click=${skip}>Skip to the content</a>
      <header>
        <div class="bar">
          <a class="brand" href="#/"><img src="dashboard/logo.svg" alt="" width="24" height="24" />Sightline</a>
          <nav aria-label="Pages of the dashboard">${nav}</nav>
          <div class="bar-end">
            ${
              may(readsJobs)
                ? html`<span class="connection ${live.state}" role="status">${connection[live.state]}</span>`
                : nothing
            }
            ${
              isSignedIn
                ? html`<button type="button" class="quiet who" title="Signed in as ${name}" @click=${signOut}>Sign out</button>`
                : nothing
            }
            <a class="docs" href="docs">API</a>
            <button type="button" class="quiet" aria-label="Change between light and dark" @click=${toggleTheme}>◐</button>
          </div>
        </div>
      </header>
      <main id="main" tabindex="-1">${me?.access === "off" ? openNotice() : nothing} ${errorNotice(problem)} ${view.render()}</main>
    `,
    app,
  );
}

addEventListener("hashchange", () => open());
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => view.redraw?.());
document.addEventListener("visibilitychange", () => {
  if (document.hidden) {
    live.stop();
    refresher.stop();
  } else if (me) {
    if (may(readsJobs)) live.start();
    refresher.restart();
  }
});
app.replaceChildren();
enter()
  // Without an answer, the views say so and try again. A refusal is shown as the place to sign in.
  .catch((error) => {
    if (error.status === 401) return;
    me = ASSUMED;
    live.start();
  })
  .finally(() => open({ isFirst: true }));
