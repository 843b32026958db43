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

/** Scopes of which a key needs one to read jobs. */
export const readsJobs = ["jobs", "read-only"];
/** Scopes for the overview: those who watch the service see all of it, and others see their own jobs. */
const seesOverview = ["metrics", ...readsJobs];
/**
 * The views by the path in the address. A key needs one of the scopes in `needed`. If there are none, any key will do.
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

/** The pages, each with the scopes of which a key needs one. If there are none, any key will do. */
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

/** The pages that the identity may see. */
export const linksOf = (identity) => links.filter(([, , needed]) => identity.may(needed));

/** Whether the path is that of the first page, which not everybody may see. */
const isFirst = (path) => /^\/?$/.test(path);

/**
 * The page to show in place of the overview to those who may not see it: the first page that the key allows. Any key
 * allows the models.
 * @returns its address; undefined if the page of this path is to be shown.
 */
export function insteadOf(path, identity) {
  if (!identity.me || !isFirst(path) || identity.may(seesOverview)) return undefined;
  return linksOf(identity).find(([, , needed]) => needed.length > 0)?.[0] ?? "#/models";
}

/** @returns the view of a path, with its parameters. */
export function viewOf(path, identity) {
  const { me, hasEnded } = identity;
  if (!me) return { view: signIn, params: { hasEnded } };
  const route = routes.find(({ pattern }) => pattern.test(path));
  if (!route) return { view: lost, params: {} };
  const { pattern, view, needed } = route;
  // Somebody who has not signed in is asked to do so instead.
  if (identity.isSignedIn && !identity.may(needed)) return { view: refused, params: { needed, scopes: me.scopes } };
  return { view, params: pattern.exec(path).groups ?? {} };
}
