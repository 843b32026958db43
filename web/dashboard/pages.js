/** The pages: their addresses, and who may see them. */
import { audit } from "./views/audit.js";
import { deadLetters } from "./views/dead-letters.js";
import { events } from "./views/events.js";
import { job } from "./views/job.js";
import { jobs } from "./views/jobs.js";
import { keys } from "./views/keys.js";
import { models } from "./views/models.js";
import { lost, refused } from "./views/no-page.js";
import { overview } from "./views/overview.js";
import { signIn } from "./views/sign-in.js";
import { tryIt } from "./views/try-it.js";

/** The scopes of which a key must have one to read jobs. */
export const readsJobs = ["jobs", "read-only"];
/** Those of the overview: who watches the service sees all of it, and others their own jobs. */
const seesOverview = ["metrics", ...readsJobs];
/**
 * The views, by the path in the address. A key must have one of the scopes `needed`; any key will do,
 * where there are none.
 */
const routes = [
  { pattern: /^\/?$/, view: overview, needed: seesOverview },
  { pattern: /^\/jobs$/, view: jobs, needed: readsJobs },
  { pattern: /^\/jobs\/(?<id>[^/]+)$/, view: job, needed: readsJobs },
  { pattern: /^\/dead-letters$/, view: deadLetters, needed: readsJobs },
  { pattern: /^\/models$/, view: models, needed: [] },
  { pattern: /^\/events$/, view: events, needed: readsJobs },
  { pattern: /^\/try$/, view: tryIt, needed: ["process"] },
  { pattern: /^\/keys$/, view: keys, needed: ["admin"] },
  { pattern: /^\/audit$/, view: audit, needed: ["admin"] },
];

/** The pages, each with the scopes of which the key must have one; all, where there are none. */
const links = [
  ["#/", "Overview", seesOverview],
  ["#/jobs", "Jobs", readsJobs],
  ["#/dead-letters", "Dead letters", readsJobs],
  ["#/models", "Models", []],
  ["#/events", "Events", readsJobs],
  ["#/try", "Try it", ["process"]],
  ["#/keys", "Keys", ["admin"]],
  ["#/audit", "Audit log", ["admin"]],
];

/** Those that may be seen. */
export const linksOf = (identity) => links.filter(([, , needed]) => identity.may(needed));

/** Where everybody arrives, though not all may see it. */
const isFirst = (path) => /^\/?$/.test(path);

/**
 * The page to show in place of the overview to those who may not see it: the first of those that the key is for. Any
 * key sees the models.
 * @returns its address; undefined where the page of this path is to be shown.
 */
export function insteadOf(path, identity) {
  if (!identity.me || !isFirst(path) || identity.may(seesOverview)) return undefined;
  return linksOf(identity).find(([, , needed]) => needed.length > 0)?.[0] ?? "#/models";
}

/** @returns the view of a path, with what it is opened with. */
export function viewOf(path, identity) {
  const { me, hasEnded } = identity;
  if (!me) return { view: signIn, params: { hasEnded } };
  const route = routes.find(({ pattern }) => pattern.test(path));
  if (!route) return { view: lost, params: {} };
  const { pattern, view, needed } = route;
  // Who has not signed in is asked to do so.
  if (identity.isSignedIn && !identity.may(needed)) return { view: refused, params: { needed, scopes: me.scopes } };
  return { view, params: pattern.exec(path).groups ?? {} };
}
