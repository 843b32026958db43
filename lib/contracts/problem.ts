import { type Static, Type } from "typebox";
import { definitions, type ErrorCode, type Failure } from "../errors.ts";
import { visibleLine } from "../visible-text.ts";
import { problemFacts } from "./problem-facts.ts";

/** Problem details of RFC 9457. */
export const Problem = Type.Object(
  {
    type: Type.String({ description: "A URI reference that identifies the kind of problem: `/problems/<code>`." }),
    title: Type.String({ description: "The kind of problem; the same for every occurrence." }),
    status: Type.Integer({ description: "The HTTP status of the problem." }),
    code: Type.Enum(Object.keys(definitions) as ErrorCode[], { description: "Stable code to program against." }),
    detail: Type.String({ description: "Explanation of this occurrence." }),
    requestId: Type.Optional(Type.String({ description: "The request's `X-Request-Id`." })),
    error: Type.Optional(
      Type.String({ description: "The same as `detail`, on the paths of the Open Inference Protocol." }),
    ),
    ...problemFacts,
  },
  { description: "Problem details (RFC 9457), with facts such as the exceeded limit." },
);
export type Problem = Static<typeof Problem>;

/** What `/problems/<code>` says about a kind of problem. */
export const ProblemKind = Type.Object({
  ...Type.Pick(Problem, ["type", "title", "status", "code"]).properties,
  isRetryable: Type.Boolean({ description: "Whether the same request may succeed later." }),
  advice: Type.String({ description: "What the client or the operator can do." }),
});
export type ProblemKind = Static<typeof ProblemKind>;

export const ProblemKindList = Type.Object({ items: Type.Array(ProblemKind) });

/** The problem details of RFC 9457 for an error. The member `type` is a path of the service, without BASE_PATH. */
export function toProblem({ type: code, message, data }: Failure, requestId?: string): Problem {
  const { status, title } = definitions[code];
  const { retryAfterSeconds: _header, ...facts } = data;
  return {
    type: `/problems/${code}`,
    title,
    status,
    code,
    detail: visibleLine(message),
    ...facts,
    ...(requestId && { requestId }),
  };
}
