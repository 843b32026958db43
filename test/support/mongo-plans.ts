/**
 * Determines which index MongoDB can use for a query, by the rules in its manual (Query Optimization, Sort Query
 * Results with Indexes, Sparse Indexes, Covered Queries). The servers that tests run on hardly use indexes, and do not
 * explain queries.
 */
import type { Document, IndexDescription } from "mongodb";

/** The read of a command. */
export interface Query {
  readonly collection: string;
  readonly filter: Document;
  readonly sort: Document;
  /** Needed fields, if the command says so; otherwise all are needed. */
  readonly fields?: readonly string[];
}

export interface Plan {
  /**
   * Fields of the index whose keys are read; none if the whole collection is read. For an `$or`, the fields of all
   * branches.
   */
  readonly fields: readonly string[];
  /** Number of fields at the beginning of the index that limit what is read. */
  readonly bounds: number;
  /** Whether the found documents must be sorted, which requires reading all of them. */
  readonly sorts: boolean;
  /** Whether documents are read, and not only keys. */
  readonly fetches: boolean;
}

type Bounds = "points" | "range" | "missing";

/** The queries of a command in the driver's form, one for each of its statements. */
export function queriesOf(command: Document): Query[] {
  const [[name = "", collection] = []] = Object.entries(command);
  const of = (filter: Document, more: Partial<Query> = {}) => ({ collection, filter, sort: {}, ...more });
  switch (name) {
    case "find":
      // The driver turns a sort into a map.
      return [of(command.filter, { sort: Object.fromEntries(command.sort ?? []), ...shownBy(command.projection) })];
    case "aggregate":
      return [of(command.pipeline[0]?.$match ?? {}, { fields: fieldsIn(command.pipeline.slice(1)) })];
    case "update":
    case "delete":
      return command[`${name}s`].map(({ q }: Document) => of(q));
    case "findAndModify":
      return [of(command.query)];
    default:
      return [];
  }
}

/** The best plan: one that need not sort, then one with most bounds, then one that reads no documents. */
export function planOf({ filter, sort, fields }: Query, indexes: readonly IndexDescription[]): Plan {
  const plans = [{ key: { _id: 1 } }, ...indexes].flatMap((index) => planOn(index, filter, sort, fields) ?? []);
  const { $or: branches, ...others } = filter;
  if (branches) {
    const ofBranches = branches.map((branch: Document) =>
      planOf({ collection: "", filter: { ...others, ...branch }, sort }, indexes),
    ) as Plan[];
    if (ofBranches.every((plan) => plan.fields.length > 0))
      plans.push({
        fields: ofBranches.flatMap((plan) => plan.fields),
        bounds: Math.min(...ofBranches.map(({ bounds }) => bounds)),
        sorts: ofBranches.some(({ sorts }) => sorts),
        fetches: true,
      });
  }
  const [best] = plans.sort(
    (a, b) => Number(a.sorts) - Number(b.sorts) || b.bounds - a.bounds || Number(a.fetches) - Number(b.fetches),
  );
  return best ?? { fields: [], bounds: 0, sorts: Object.keys(sort).length > 0, fetches: true };
}

function planOn(
  { key, sparse }: IndexDescription,
  filter: Document,
  sort: Document,
  wanted: readonly string[] | undefined,
): Plan | undefined {
  const keys = Object.entries(key);
  const fields = keys.map(([field]) => field);
  const known = fields.map((field) => boundsOf(filter[field]));
  // A sparse index lacks the documents that have none of its fields.
  if (sparse && !known.some((bound) => bound === "points" || bound === "range")) return undefined;
  const otherThanPoints = known.findIndex((bound) => bound !== "points" && bound !== "missing");
  const points = otherThanPoints === -1 ? keys.length : otherThanPoints;
  const isInOrder = isOrdered(keys, points, Object.entries(sort));
  // An index may be read from its beginning for the sake of its order.
  if (known[0] === undefined && !(isInOrder && Object.keys(sort).length > 0)) return undefined;
  const bounds = points + (known[points] === undefined ? 0 : 1);
  const needed = wanted && [...wanted, ...Object.keys(filter)];
  // A key does not distinguish a missing field from one that is null.
  const isCovered = needed?.every((field) => fields.includes(field)) && !known.includes("missing");
  return { fields, bounds, sorts: !isInOrder, fetches: !isCovered };
}

/** Whether the index, after its fields with single values, is in this order or its reverse. */
function isOrdered(keys: readonly [string, unknown][], points: number, sort: readonly [string, unknown][]): boolean {
  if (sort.length === 0) return true;
  return Array.from({ length: points + 1 }, (_, start) => keys.slice(start, start + sort.length)).some((part) =>
    [1, -1].some(
      (sign) =>
        part.length === sort.length &&
        part.every(([field, way], n) => field === sort[n]?.[0] && way === Number(sort[n]?.[1]) * sign),
    ),
  );
}

function boundsOf(condition: unknown): Bounds | undefined {
  if (condition === undefined) return undefined;
  if (condition === null) return "missing";
  if (typeof condition !== "object" || Array.isArray(condition)) return "points";
  const found = Object.entries(condition).map(([operator, value]): Bounds | undefined => {
    if (["$in", "$eq", "$all"].includes(operator)) return "points";
    if (["$gt", "$gte", "$lt", "$lte"].includes(operator)) return "range";
    if (operator === "$exists") return value ? "range" : "missing";
    return undefined;
  });
  return (["points", "range", "missing"] as const).find((bound) => found.includes(bound));
}

function shownBy(projection: Document | undefined): Pick<Query, "fields"> {
  if (!projection || Object.keys(projection).length === 0) return {};
  const shown = Object.keys(projection).filter((field) => projection[field]);
  return { fields: [...new Set([...shown, ...(projection._id === 0 ? [] : ["_id"])])] };
}

/** The fields to which stages refer as `$name`. */
function fieldsIn(stages: unknown): string[] {
  return [...JSON.stringify(stages).matchAll(/"\$(\w+)"(?!:)/g)].map(([, field = ""]) => field);
}
