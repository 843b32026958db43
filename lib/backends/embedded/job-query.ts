/** A page of jobs as SQL. */
import type { SQLInputValue } from "node:sqlite";
import { failure } from "../../errors.ts";
import type { Job } from "../../jobs/job.ts";
import type { JobFilter, JobPageRequest } from "../../ports/job-store.ts";

const columns = { createdAt: "created_at", priority: "priority" } as const;
const newestFirst = { by: "createdAt", descending: true } as const;

export interface JobQuery {
  readonly sql: string;
  readonly values: SQLInputValue[];
}

/** Selects one job more than asked for, which tells whether there is a next page. */
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

export function jobCursor(job: Job, { sort = newestFirst }: JobPageRequest): string {
  return encodeCursor([job[sort.by], job.id]);
}

export function encodeCursor(position: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(position)).toString("base64url");
}

/** @throws INVALID_OPTION */
export function decodeCursor(cursor: string): [string | number, string | number] {
  try {
    const position: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString());
    const isPosition = Array.isArray(position) && position.length === 2;
    if (isPosition && position.every((part) => typeof part === "string" || typeof part === "number"))
      return position as [string | number, string | number];
  } catch {
    // What is not JSON is not a cursor either.
  }
  throw failure("INVALID_OPTION", "cursor is not one that was handed out.");
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
