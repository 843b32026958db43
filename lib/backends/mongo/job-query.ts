/** Job pages as MongoDB queries, and the fields they query. */
import type { Filter, Sort } from "mongodb";
import { jobStates } from "../../contracts/job-states.ts";
import { type Job, keepsImages } from "../../jobs/job.ts";
import type { JobFilter, JobPageRequest } from "../../ports/job-store.ts";
import { EVERYBODY } from "../../sessions/owner.ts";
import { jobPosition, newestFirst } from "../cursor.ts";
import type { JobDocument } from "./documents.ts";

/** @throws INVALID_OPTION */
export function jobQuery({ filter = {}, sort = newestFirst, cursor }: JobPageRequest): {
  filter: Filter<JobDocument>;
  sort: Sort;
} {
  const { by, descending } = sort;
  const direction = descending ? -1 : 1;
  const order = { [by]: direction, _id: direction } as const;
  if (!cursor) return { filter: filterOf(filter), sort: order };
  const [value, id] = jobPosition(cursor, sort);
  const past = descending ? "$lt" : "$gt";
  const $or = [{ [by]: { [past]: value } }, { [by]: value, _id: { [past]: id } }];
  // Not an `$and` of both conditions: some servers look for indexed fields only at the top level.
  return { filter: { ...filterOf(filter), $or } as Filter<JobDocument>, sort: order };
}

/** Queryable fields of a job's document; undefined removes a field. */
export function jobFields(job: Job) {
  const { state, model, owner, account = owner, priority, createdAt, finishedAt } = job;
  const keptFor = keepsImages(job) ? account : undefined;
  const labels = Object.entries(job.labels).map((label) => JSON.stringify(label));
  const queried = { state, models: model.split(","), owner, keptFor, priority, createdAt, finishedAt, labels };
  return { ...queried, body: JSON.stringify(job) };
}

function filterOf(filter: JobFilter): Filter<JobDocument> {
  const { idPrefix, states, model, labels, owner = EVERYBODY, createdFrom, createdBefore } = filter;
  const created = { ...(createdFrom && { $gte: createdFrom }), ...(createdBefore && { $lt: createdBefore }) };
  const wanted = Object.entries(labels ?? {}).map((label) => JSON.stringify(label));
  return {
    state: { $in: states ?? jobStates },
    ...(idPrefix !== undefined && { _id: { $gte: idPrefix, $lt: `${idPrefix}\uffff` } }),
    ...(model !== undefined && { models: { $in: [model] } }),
    ...(owner !== EVERYBODY && { owner }),
    ...(Object.keys(created).length > 0 && { createdAt: created }),
    ...(wanted.length > 0 && { labels: { $all: wanted } }),
  } as Filter<JobDocument>;
}
