/** Job pages as SQL. */
import type { SQLInputValue } from "node:sqlite";
import { jobStates } from "../../contracts/job-states.ts";
import type { Job } from "../../jobs/job.ts";
import type { JobFilter, JobPageRequest } from "../../ports/job-store.ts";
import { EVERYBODY } from "../../sessions/owner.ts";
import { jobPosition, newestFirst } from "../cursor.ts";

const columns = { createdAt: "created_at", priority: "priority" } as const;
/** A character that sorts after every character of an id. */
const LAST = "\uffff";

export interface JobQuery {
  readonly sql: string;
  readonly values: SQLInputValue[];
}

/** Terms by which the job is found in `job_terms`. */
export function termsOf({ model, labels }: Pick<Job, "model" | "labels">): string[] {
  return [...new Set(model.split(","))].map(modelTerm).concat(labelTerms(labels));
}

/** Selects one extra job, to tell whether there is a next page. */
export function jobQuery(request: JobPageRequest): JobQuery {
  const { filter = {}, sort = newestFirst } = request;
  const { idPrefix, states } = filter;
  const isByState = states ? states.length > 0 : sort.by === "priority" || termsIn(filter).length > 0;
  return idPrefix === undefined && isByState ? mergedQuery(request) : plainQuery(request);
}

/**
 * Jobs of some states, by priority, or with a term. The jobs of each state are read in the order of an index and
 * merged, so SQLite reads no more of them than the page needs. Only for jobs with terms by priority, it may read many
 * jobs, because no index has both.
 */
function mergedQuery({ filter = {}, sort = newestFirst, limit, cursor }: JobPageRequest): JobQuery {
  const { states = jobStates } = filter;
  const column = columns[sort.by];
  const order = sort.descending ? "DESC" : "ASC";
  const terms = termsIn(filter);
  const first = sort.by === "createdAt" ? terms.shift() : undefined;
  const [table, id] = first === undefined ? ["jobs", "id"] : ["job_terms", "job_id"];
  const parts = [...new Set(states)].map((state) => {
    const where = new Conditions();
    if (first !== undefined) where.add("term = ?", first);
    for (const term of terms) where.addTerm(`${table}.${id}`, term);
    where.add("state = ?", state);
    where.addCommon(filter);
    if (cursor) where.addPosition(`${column}, ${id}`, sort.descending, jobPosition(cursor, sort));
    return { sql: `SELECT ${id} AS id, ${column} AS place FROM ${table} ${where.sql}`, values: where.values };
  });
  const found = `${parts.map(({ sql }) => sql).join(" UNION ALL ")} ORDER BY place ${order}, id ${order} LIMIT ?`;
  const sql = `SELECT body FROM (${found}) AS found CROSS JOIN jobs ON jobs.id = found.id
               ORDER BY found.place ${order}, found.id ${order}`;
  return { sql, values: [...parts.flatMap(({ values }) => values), limit + 1] };
}

function plainQuery({ filter = {}, sort = newestFirst, limit, cursor }: JobPageRequest): JobQuery {
  const { idPrefix, states } = filter;
  const column = columns[sort.by];
  const order = sort.descending ? "DESC" : "ASC";
  const where = new Conditions();
  if (states) where.add(`state IN (${states.map(() => "?").join(", ")})`, ...states);
  for (const term of termsIn(filter)) where.addTerm("jobs.id", term);
  where.addCommon(filter);
  if (cursor) where.addPosition(`${column}, id`, sort.descending, jobPosition(cursor, sort));
  const rest = `${where.sql} ORDER BY ${column} ${order}, id ${order} LIMIT ?`;
  if (idPrefix === undefined) return { sql: `SELECT body FROM jobs ${rest}`, values: [...where.values, limit + 1] };
  // Few jobs have ids with this beginning, so they are found first and then sorted.
  const found = "WITH found AS MATERIALIZED (SELECT * FROM jobs WHERE id >= ? AND id < ?)";
  return {
    sql: `${found} SELECT body FROM found AS jobs ${rest}`,
    values: [idPrefix, `${idPrefix}${LAST}`, ...where.values, limit + 1],
  };
}

/** A WHERE clause with its values. */
class Conditions {
  readonly #conditions: string[] = [];
  readonly values: SQLInputValue[] = [];

  get sql(): string {
    return this.#conditions.length > 0 ? `WHERE ${this.#conditions.join(" AND ")}` : "";
  }

  add(condition: string, ...values: SQLInputValue[]): void {
    this.#conditions.push(condition);
    this.values.push(...values);
  }

  /** @param id The column that has the job's id. */
  addTerm(id: string, term: string): void {
    this.add(`EXISTS (SELECT 1 FROM job_terms AS terms WHERE terms.job_id = ${id} AND terms.term = ?)`, term);
  }

  addCommon({ owner = EVERYBODY, createdFrom, createdBefore }: JobFilter): void {
    if (owner !== EVERYBODY) this.add("owner IS ?", owner);
    if (createdFrom !== undefined) this.add("created_at >= ?", createdFrom);
    if (createdBefore !== undefined) this.add("created_at < ?", createdBefore);
  }

  addPosition(columns: string, descending: boolean, position: [string | number, string]): void {
    this.add(`(${columns}) ${descending ? "<" : ">"} (?, ?)`, ...position);
  }
}

function termsIn({ model, labels = {} }: JobFilter): string[] {
  // Labels come first, because fewer jobs have a certain label.
  return labelTerms(labels).concat(model === undefined ? [] : modelTerm(model));
}

const modelTerm = (model: string) => `model:${model}`;

function labelTerms(labels: Readonly<Record<string, string>>): string[] {
  return Object.entries(labels).map(([key, value]) => `label:${key}:${value}`);
}
