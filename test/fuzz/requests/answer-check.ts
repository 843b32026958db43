/** What must be true of the answer to any request. */
import type { TSchema } from "typebox";
import { matches } from "../../../lib/contracts/matching.ts";
import { Problem } from "../../../lib/contracts/problem.ts";
import type { Described } from "../../support/api-document.ts";

export interface FuzzAnswer {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What the service may answer with a status of its own fault. */
const SERVER_ERRORS = [
  ...["MODEL_UNAVAILABLE", "METHOD_NOT_IMPLEMENTED", "TRANSFER_CODING_NOT_IMPLEMENTED", "HTTP_VERSION_NOT_SUPPORTED"],
];
const JSON_TYPE = "application/json";
const PROBLEM = "application/problem+json";
/** A sentence, or a few: without control characters, and those that change the direction of text. */
const DETAIL = /^[^\p{Cc}\u202e\ufeff]{1,700}\.$/u;

/**
 * @param described Of the request, if the document says what its answer is.
 * @returns what is wrong; undefined where nothing is.
 */
export function faultOf(answer: FuzzAnswer, method: string, described?: Described): string | undefined {
  const { status, headers, body } = answer;
  if (Object.values(headers).some((value) => /[^\x20-\x7e]/.test(value))) return "a header is not printable";
  if (method === "HEAD") return undefined;
  const documented = described?.operation.responses;
  if (status < 400) {
    if (!documented || method === "OPTIONS") return undefined;
    const response = documented[status];
    if (!response) return "the status is not documented";
    const schema = response.content?.[JSON_TYPE]?.schema;
    if (headers["content-type"] !== JSON_TYPE || headers["content-encoding"] || !schema) return undefined;
    return matches(schema as TSchema, JSON.parse(body)) ? undefined : "the body is not as documented";
  }
  if (headers["content-type"] !== PROBLEM) return "the refusal is no problem";
  const problem: unknown = JSON.parse(body);
  if (!matches(Problem, problem)) return "the problem is not as documented";
  const { code, detail } = problem;
  if (problem.status !== status || problem.type !== `/problems/${code}`) return "the problem contradicts its status";
  if (status >= 500 && !SERVER_ERRORS.includes(code)) return "a server error";
  if (!DETAIL.test(detail)) return "the detail is not plain text";
  if (status === 405 && !headers.allow) return "405 without Allow";
  if ((status === 429 || status === 503) && !headers["retry-after"]) return "no Retry-After";
  if (documented && !codesOf(documented[status]).includes(code)) return "the code is not documented";
  return undefined;
}

type Responses = NonNullable<Described["operation"]["responses"]>;

function codesOf(response?: Responses[string]): string[] {
  return Object.keys(response?.content?.[PROBLEM]?.examples ?? {});
}
