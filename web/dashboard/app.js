/** The views: routing and reloading. */
import { api, Problem } from "./api.js";
import { preference, toggleTheme } from "./color-theme.js";
import { closeDialogs, updateDialogs } from "./dialog.js";
import { followDrops } from "./drop.js";
import { focusContent, keepFocus } from "./focus.js";
import { closeMenu, frame } from "./frame.js";
import { Identity, onOtherIdentity, tellOthers } from "./identity.js";
import { LiveEvents } from "./live.js";
import { insteadOf, linksOf, readsJobs, viewOf } from "./pages.js";
import { Refresher } from "./refresher.js";
import { leavePlace } from "./scroll.js";
import { render } from "./vendor/lit-html/lit-html.js";
import { lost } from "./views/no-page.js";
import { Windows } from "./windows.js";
import { showWrongValues } from "./wrong-values.js";
import { changeZone } from "./zone.js";

/** Shortest interval between redraws for events. */
const DRAW_INTERVAL_MS = 250;

/** For this long after an event, an answer may still predate it. */
const UNSETTLED_MS = 1_000;

const identity = new Identity();

const app = document.getElementById("app");
let view = lost();
/** Why the page could not be loaded; undefined once it is loaded. */
let problem;
/** Why the user's last action failed; undefined once they do something else. */
let failure;
let drawTimer;
let lastEventAt = Number.NEGATIVE_INFINITY;
/** Whether the first view is still to be opened, once the identity is known. */
let isOpening = true;
/** The path with which the view was opened. */
let openPath;
/** Files that were dropped, for the page that tries images. */
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
  onRefused: () => leave({ isRefused: true }),
});

const windows = new Windows(() => {
  if (identity.me) follow();
});

/** Follows the events, if the page is in sight, may read them and is one of those used last. */
function follow() {
  if (!document.hidden && identity.may(readsJobs) && windows.mayConnect) live.start();
  else live.stop();
}

const refresher = new Refresher(async (signal) => {
  const loading = view;
  try {
    if (identity.isAssumed) return await arrive(signal);
    await loading.load(signal);
    if (signal.aborted) return;
    problem = undefined;
  } catch (error) {
    if (signal.aborted && !(signal.reason instanceof Problem)) return;
    report(error);
    return error.retryAfterMs;
  }
  draw();
});

/** Shows why the page could not be loaded. Loading is tried again. */
function report(error) {
  if (isRefusal(error)) return leave({ isRefused: true });
  problem = problemOf(error);
  draw();
}

/** Shows why the user's action failed. */
function fail(error) {
  if (isRefusal(error)) return leave({ isRefused: true });
  failure = problemOf(error);
  draw();
}

/** Whether the browser is not, or no longer, signed in. */
const isRefusal = ({ status }) => status === 401;

function problemOf(error) {
  if (error instanceof Problem) return error;
  console.error(error);
  return new Problem({ detail: "The page failed; please reload it." });
}

function announce(text) {
  document.getElementById("announcements").textContent = text;
}

/** Names of actions that are under way. */
const underWay = new Set();

/**
 * Runs a button's action.
 * @param name Name of the action. A second click before the page shows its outcome does nothing, since the
 *   service would refuse it.
 * @returns whether it succeeded.
 */
async function act(action, done, name) {
  if (underWay.has(name)) return false;
  if (name) underWay.add(name);
  try {
    await action();
    failure = undefined;
    announce(done);
    refresher.restart().then(() => {
      underWay.delete(name);
      keepFocus();
    });
    return true;
  } catch (error) {
    underWay.delete(name);
    fail(error);
    return false;
  }
}

function navigate(hash) {
  location.hash = hash;
}

/** Handles that the browser is no longer signed in. */
function leave({ isRefused = false } = {}) {
  identity.forget(isRefused);
  live.forget();
  open();
}

/** Handles a failure of `enter`. */
function assume(error) {
  // The sign-in page is shown instead of an error.
  if (isRefusal(error)) return identity.forget(true);
  // Without an answer, the views show the error and try again.
  identity.assume();
  follow();
}

/** Finds out who the browser's requests count as, and shows what they may see. */
async function enter(signal) {
  await identity.learn(signal);
  follow();
}

/** Shows the page again, now that the identity is known, which it was not when the page was opened. */
async function arrive(signal) {
  await enter(signal);
  reopen();
}

function reopen() {
  openPath = undefined;
  open({ isFirst: true });
}

async function signedIn() {
  await enter();
  tellOthers();
  open();
}

/** Called when another tab signed in or out: data that was read as somebody else is no longer shown. */
async function readIdentity() {
  live.forget();
  refresher.stop();
  await enter().catch(assume);
  reopen();
}

/** Signs out. If the service cannot be told, the browser stays signed in. */
async function signOut() {
  const out = () => {
    tellOthers();
    leave();
  };
  await api.signOut().then(out, fail);
}

function open({ isFirst = false } = {}) {
  const { me } = identity;
  const [path, search] = location.hash.replace(/^#/, "").split("?");
  const instead = insteadOf(path, identity);
  // Replaces the address, so that Back leads to the previous page and not here again.
  if (instead) return location.replace(instead);
  const query = Object.fromEntries(new URLSearchParams(search));
  problem = undefined;
  failure = undefined;
  closeMenu();
  closeDialogs();
  const scrollBack = leavePlace();
  if (identity.me && path === openPath && view.changeQuery) {
    view.changeQuery(query);
    draw();
    refresher.restart().then(scrollBack);
    return;
  }
  openPath = me && path;
  const found = viewOf(path, identity);
  view.close?.();
  view = found.view(found.params, contextOf(query));
  document.title = `${view.title} · Sightline`;
  const focused = document.activeElement;
  draw();
  scrollTo(0, 0);
  const opened = view;
  const settled = refresher.restart();
  if (performance.now() - lastEventAt < UNSETTLED_MS) refresher.wake();
  settled.then(() => {
    if (view !== opened) return;
    // The user may have moved the focus on meanwhile.
    if (!isFirst && [focused, document.body].includes(document.activeElement)) focusContent();
    scrollBack();
  });
}

/** The parts of the page that a view may use. */
function contextOf(query) {
  const path = openPath;
  return {
    live,
    query,
    isAdmin: identity.may(["admin"]),
    watches: identity.may(["metrics"]),
    readsJobs: identity.may(readsJobs),
    changesJobs: identity.may(["jobs"]),
    processes: identity.may(["process"]),
    update: draw,
    refresh: () => refresher.restart(),
    keepFocus,
    act,
    // The user may have gone to another page meanwhile.
    navigate: (hash) => path === openPath && navigate(hash),
    announce,
    report,
    fail,
    signedIn,
    takeDropped() {
      const files = dropped;
      dropped = [];
      return files;
    },
  };
}

/** Opens the page that tries images, wherever the images were dropped. */
function take(files) {
  if (!identity.may(["process"])) return;
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

/** Removes the message about a failed action, which the user has read. */
function forget() {
  failure = undefined;
  draw();
  keepFocus();
}

function draw() {
  clearTimeout(drawTimer);
  drawTimer = undefined;
  const connectionState = identity.may(readsJobs) ? live.state : undefined;
  const state = { links: linksOf(identity), me: identity.me, connectionState, problem, failure, view };
  render(frame(state, { draw, signOut, toggleTheme: changeTheme, toggleZone, forget }), app);
  updateDialogs();
}

function use() {
  windows.use();
  if (identity.me) follow();
}

addEventListener("hashchange", async () => {
  // Opened a second time, the page would lose what was begun on it.
  if (isOpening) return;
  // Only the page that was left may need a key, where the service needs none.
  if (!identity.me) await enter().catch(assume);
  open();
});
preference.addEventListener("change", () => view.redraw?.());
document.addEventListener("visibilitychange", () => {
  if (document.hidden) {
    windows.leave();
    live.stop();
    refresher.stop();
  } else {
    use();
    if (identity.me) refresher.restart();
  }
});
addEventListener("focus", use);
onOtherIdentity(readIdentity);
followDrops(take);
showWrongValues();
app.replaceChildren();
if (!document.hidden) windows.use();
enter()
  .catch(assume)
  .finally(() => {
    isOpening = false;
    document.getElementById("opening").remove();
    open({ isFirst: true });
  });
