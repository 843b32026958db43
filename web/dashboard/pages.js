/** The pages: their addresses, and who may see them. */
import { audit } from "./views/audit.js";
import { deadLetters } from "./views/dead-letters.js";
import { events } from "./views/events.js";
import { job } from "./views/job.js";
import { jobs } from "./views/jobs.js";
import { keys } from "./views/keys.js";
import { models } from "./views/models.js";
import { overview } from "./views/overview.js";
import { tryIt } from "./views/try-it.js";

/** The scopes of which a key must have one to read jobs. */
export const readsJobs = ["jobs", "read-only"];
/** Those of the overview: who watches the service sees all of it, and others their own jobs. */
export const seesOverview = ["metrics", ...readsJobs];
/** The views, by the path in the address. A key must have one of the scopes `needed`; any key will do, where there are none. */
export const routes = [
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
export const links = [
  ["#/", "Overview", seesOverview],
  ["#/jobs", "Jobs", readsJobs],
  ["#/dead-letters", "Dead letters", readsJobs],
  ["#/models", "Models", []],
  ["#/events", "Events", readsJobs],
  ["#/try", "Try it", ["process"]],
  ["#/keys", "Keys", ["admin"]],
  ["#/audit", "Audit log", ["admin"]],
];
