/** Job pages as SQL. */
import type { SQLInputValue } from "node:sqlite";
import type { JobFilter, JobPageRequest } from "../../ports/job-store.ts";
import { decodeCursor, newestFirst } from "../cursor.ts";

const columns = { createdAt: "created_at", priority: "priority" } as const;

export interface JobQuery {
  readonly sql: string;
  readonly values: SQLInputValue[];
}

/** Selects one extra job, to tell whether there is a next page. */
export function jobQuery({ filter = {}, sort = newestFirst, limit, cursor }: JobPageRequest): JobQuery {
  const column = columns[sort.by];
  const order = sort.descending ? "DESC" : "ASC";
  const { conditions, values } = filterConditions(filter);
  if (cursor) {
    conditions.push(`(${column}, id) ${sort.descending ? "<" : ">"} (?, ?)`);
    values.push(...decodeCursor(cursor));
  }
  const where = conditions.length > 0 ? `WHERE ${conditions.join(" AND ")}` : "";
  const sql = `SELECT body FROM jobs ${where} ORDER BY ${column} ${order}, id ${order} LIMIT ?`;
  return { sql, values: [...values, limit + 1] };
}

function filterConditions(filter: JobFilter): { conditions: string[]; values: SQLInputValue[] } {
  const conditions: string[] = [];
  const values: SQLInputValue[] = [];
  const add = (condition: string, ...parameters: SQLInputValue[]) => {
    conditions.push(condition);
    values.push(...parameters);
  };
  const { states, model, labels, owner, createdFrom, createdBefore } = filter;
  if (states) add(`state IN (${states.map(() => "?").join(", ")})`, ...states);
  if (model !== undefined) add("instr(',' || model || ',', ',' || ? || ',') > 0", model);
  if (owner !== undefined) add("owner IS ?", owner);
  if (createdFrom !== undefined) add("created_at >= ?", createdFrom);
  if (createdBefore !== undefined) add("created_at < ?", createdBefore);
  for (const [key, value] of Object.entries(labels ?? {}))
    add("EXISTS (SELECT 1 FROM job_labels WHERE job_id = jobs.id AND key = ? AND value = ?)", key, value);
  return { conditions, values };
}
