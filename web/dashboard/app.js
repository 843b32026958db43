/** The views: routing, reloading, and who the browser's requests count as. */
import { api, Problem } from "./api.js";
import { preference, toggleTheme } from "./color-theme.js";
import { followDrops } from "./drop.js";
import { closeMenu, frame } from "./frame.js";
import { LiveEvents } from "./live.js";
import { links, readsJobs, routes, seesOverview } from "./pages.js";
import { Refresher } from "./refresher.js";
import { html, render } from "./vendor/lit-html/lit-html.js";
import { signIn } from "./views/sign-in.js";
import { changeZone } from "./zone.js";

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

/** Until the service answers who the browser's requests count as. */
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
let lastEventAt = Number.NEGATIVE_INFINITY;
/** The path that the view was opened by. */
let openPath;
/** Files that were dropped for the page that tries images. */
let dropped = [];

const live = new LiveEvents({
  onState() {
    if (live.state === "live") refresher.wake();
    draw();
  },
  onEvent(event) {
    lastEventAt = performance.now();
    if (view.wants?.(event) ?? true) refresher.wake();
    drawTimer ??= setTimeout(draw, DRAW_INTERVAL_MS);
  },
  onRestart: () => refresher.wake(),
  onRefused: () => leave(),
});

const refresher = new Refresher(async (signal) => {
  const loading = view;
  try {
    if (me === ASSUMED) return await arrive(signal);
    await loading.load(signal);
    if (signal.aborted) return;
    problem = undefined;
  } catch (error) {
    if (signal.aborted && !(signal.reason instanceof Problem)) return;
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
async function enter(signal) {
  me = await api.whoAmI(signal);
  if (!may(readsJobs)) live.stop();
  else if (!document.hidden) live.start();
}

/** Shows the page anew, as the one who was not known when it was opened may see it. */
async function arrive(signal) {
  await enter(signal);
  openPath = undefined;
  open({ isFirst: true });
}

async function signedIn() {
  await enter();
  open();
}

/** Stays signed in where the service has not heard of it. */
async function signOut() {
  await api.signOut().then(leave, report);
}

function viewOf(path) {
  if (!me) return { view: signIn };
  const match = routes.map(({ pattern, view }) => ({ groups: pattern.exec(path), view })).find(({ groups }) => groups);
  return match ? { view: match.view, params: match.groups.groups } : { view: lost };
}

function open({ isFirst = false } = {}) {
  // The overview is where everybody arrives, though not all may see it.
  if (me && /^#?\/?$/.test(location.hash) && !may(seesOverview)) return navigate(firstPage());
  const [path, search] = location.hash.replace(/^#/, "").split("?");
  const query = Object.fromEntries(new URLSearchParams(search));
  problem = undefined;
  closeMenu();
  if (me && path === openPath && view.changeQuery) {
    view.changeQuery(query);
    draw();
    refresher.restart();
    return;
  }
  openPath = me && path;
  const found = viewOf(path);
  view.close?.();
  view = found.view(found.params ?? {}, contextOf(query));
  document.title = `${view.title} · Sightline`;
  draw();
  scrollTo(0, 0);
  // Move the focus to the new content, for keyboard and screen reader users.
  const settled = refresher.restart();
  if (performance.now() - lastEventAt < UNSETTLED_MS) refresher.wake();
  if (!isFirst) settled.then(focusContent);
}

function focusContent() {
  const main = document.querySelector("main");
  // Not from somebody who has begun to use it.
  if (main !== document.activeElement && main.contains(document.activeElement)) return;
  (main.querySelector("h1") ?? main).focus();
}

/** What a view may use of the page. */
function contextOf(query) {
  return {
    live,
    query,
    isAdmin: may(["admin"]),
    watches: may(["metrics"]),
    readsJobs: may(readsJobs),
    update: draw,
    refresh: () => refresher.restart(),
    act,
    navigate,
    announce,
    report,
    signedIn,
    takeDropped() {
      const files = dropped;
      dropped = [];
      return files;
    },
  };
}

/** Opens the page that tries images, wherever they were dropped. */
function take(files) {
  if (!may(["process"])) return;
  dropped = files;
  if (view.takeFiles) view.takeFiles();
  else navigate("#/try");
}

function changeTheme() {
  toggleTheme();
  view.redraw?.();
}

function toggleZone() {
  changeZone();
  view.redraw?.();
  draw();
}

function draw() {
  clearTimeout(drawTimer);
  drawTimer = undefined;
  // Nobody who needs no key can manage keys.
  const shown = links.filter(([, , needed]) => may(needed));
  const connectionState = may(readsJobs) ? live.state : undefined;
  const state = { links: shown, me, connectionState, problem, view };
  render(frame(state, { draw, signOut, toggleTheme: changeTheme, toggleZone }), app);
}

addEventListener("hashchange", () => open());
preference.addEventListener("change", () => view.redraw?.());
document.addEventListener("visibilitychange", () => {
  if (document.hidden) {
    live.stop();
    refresher.stop();
  } else if (me) {
    if (may(readsJobs)) live.start();
    refresher.restart();
  }
});
followDrops(take);
app.replaceChildren();
enter()
  // Without an answer, the views say so and try again. A refusal is shown as the place to sign in.
  .catch((error) => {
    if (error.status === 401) return;
    me = ASSUMED;
    live.start();
  })
  .finally(() => open({ isFirst: true }));
