import type { JobListQuery } from "../contracts/job.ts";
import { type JobState, jobStates } from "../contracts/job-states.ts";
import { parseLabels } from "../contracts/labels.ts";
import { failure } from "../errors.ts";
import type { JobFilter, JobPageRequest } from "../ports/job-store.ts";
import { EVERYBODY, namedOwner, type OwnerScope } from "../sessions/owner.ts";
import { utc } from "../time/timestamp.ts";
import { abridged } from "../visible-text.ts";

const DEFAULT_LIMIT = 100;

/**
 * Translates a client's query into a store request.
 * @param readable Whose jobs the client may read.
 * @throws INVALID_OPTION
 */
export function jobPageRequest(query: JobListQuery, readable: OwnerScope): JobPageRequest {
  const {
    idPrefix,
    state,
    model,
    labels,
    owner,
    createdFrom,
    createdBefore,
    sort = "-createdAt",
    cursor,
    limit,
  } = query;
  const wanted = owner === undefined ? readable : namedOwner(owner);
  const filter: JobFilter = {
    owner: wanted,
    ...(idPrefix && { idPrefix }),
    ...(state && { states: state.split(",").map(asState) }),
    ...(model && { model }),
    ...(labels && { labels: parseLabels(labels) }),
    ...(createdFrom && { createdFrom: utc("createdFrom", createdFrom) }),
    ...(createdBefore && { createdBefore: utc("createdBefore", createdBefore) }),
    // A client that asks for the jobs of an owner that it may not read gets none.
    ...(readable !== EVERYBODY && wanted !== readable && { states: [] }),
  };
  const by = sort.endsWith("priority") ? "priority" : "createdAt";
  const page = { limit: limit ?? DEFAULT_LIMIT, ...(cursor && { cursor }) };
  return { filter, sort: { by, descending: sort.startsWith("-") }, ...page };
}

function asState(name: string): JobState {
  const state = jobStates.find((known) => known === name);
  if (!state) throw failure("INVALID_OPTION", `state: ${abridged(name)} is none of ${jobStates.join(", ")}.`);
  return state;
}
