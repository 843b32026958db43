/** The contract of an action, and the typed call of one. `actions.ts` is the map of all contracts. */
import type { CallingOptions } from "moleculer";
import { type Static, type TSchema, Type } from "typebox";
import type { OwnerMeta } from "../sessions/owner.ts";

/**
 * Where a call goes, and so what its failure on the way means (`asFailure`).
 * - `service`: to any node that has the service, one in this process before others.
 * - `detector`: to the detector whose `nodeID` the caller names, or to any.
 * - `least busy detector`: to the one that `balanceDetectors` chooses, and to another where that one is lost.
 */
export type RunsOn = "service" | "detector" | "least busy detector";

export interface ActionContract<P extends TSchema = TSchema, R extends TSchema = TSchema> {
  /** The action's name at the broker, such as `jobs.get`. */
  readonly name: string;
  /** Checked on the node that runs the action, before its handler. @throws INVALID_OPTION */
  readonly params: P;
  /** Checked after the handler where VALIDATE_RESULTS is on, as in tests. @throws INTERNAL_ERROR */
  readonly result: R;
  /** Two calls have the effect of one, so it is called again where a node was lost that may have run it already. */
  readonly isRepeatable: boolean;
  readonly runsOn: RunsOn;
  /** The parameter `id` names a job that must be the caller's: another session's is JOB_NOT_FOUND. */
  readonly isOfOwnJob: boolean;
}

/** A contract as it is written. What is left out: no parameters, not repeatable, on any node, no job. */
export interface ActionDeclaration {
  readonly params?: TSchema;
  readonly result: TSchema;
  readonly isRepeatable?: true;
  readonly runsOn?: RunsOn;
  readonly isOfOwnJob?: true;
}

export const NoParams = Type.Object({}, { additionalProperties: false });
export const NoResult = Type.Void();

type ContractOf<D extends ActionDeclaration> = ActionContract<
  D["params"] extends TSchema ? D["params"] : typeof NoParams,
  D["result"]
>;

/** The contracts of a service, by the names of its actions. */
export function contractsOf<D extends Readonly<Record<string, ActionDeclaration>>>(
  service: string,
  declarations: D,
): { readonly [Name in keyof D]: ContractOf<D[Name]> } {
  const entries = Object.entries(declarations).map(([action, declaration]) => {
    const defaults = { params: NoParams, isRepeatable: false, runsOn: "service", isOfOwnJob: false } as const;
    return [action, Object.freeze({ name: `${service}.${action}`, ...defaults, ...declaration })];
  });
  return Object.fromEntries(entries);
}

/** What travels with a call beside its parameters. */
export interface CallMeta extends OwnerMeta {
  /** What a detector says of itself with its answer; see `DetectorLedger`. */
  detectorLoad?: { readonly busy: number; readonly serviceMs: number };
}

/** The type for those who only read: callers may pass, and handlers may return, what they hold as read-only. */
export type ReadOnly<T> = T extends ArrayBufferView
  ? T
  : T extends object
    ? { readonly [Key in keyof T]: ReadOnly<T[Key]> }
    : T;

/**
 * The schema of what the code has a type of its own for: `typed<Probe>()(Type.Object(…))`. That values of the type are
 * of the schema's form is checked by the compiler.
 */
export function typed<T>() {
  return <S extends TSchema>(schema: S, ..._isOfItsForm: T extends ReadOnly<Static<S>> ? [] : [never]) =>
    Type.Unsafe<T>(schema);
}

export type ParamsOf<C extends ActionContract> = Static<C["params"]>;
export type ResultOf<C extends ActionContract> = Static<C["result"]>;

/** Parameters may be left out where none is required. */
type CallArguments<C extends ActionContract> =
  Record<never, never> extends ParamsOf<C>
    ? [params?: ReadOnly<ParamsOf<C>>, options?: CallingOptions]
    : [params: ReadOnly<ParamsOf<C>>, options?: CallingOptions];

/** A broker, or the context of a call, whose session, request id and trace go along. */
export interface Caller {
  call<R, P>(action: string, params: P, options?: CallingOptions): Promise<R>;
}

/** `call` of one caller. */
export type Call = <C extends ActionContract>(contract: C, ...args: CallArguments<C>) => Promise<ResultOf<C>>;

/**
 * Calls an action: `call(ctx, actions.jobs.get, { id })`.
 *
 * In an editor "go to definition" on `get` leads to its contract, "go to implementation" to its handler in
 * `services/`, whose type comes from the contract (`ServiceDefinition`); "find references" on either finds all calls.
 * @throws what the handler throws; what the broker throws where no answer comes, which `asFailure` translates.
 */
export function call<C extends ActionContract>(
  caller: Caller,
  { name }: C,
  ...[params, options]: CallArguments<C>
): Promise<ResultOf<C>> {
  return caller.call(name, params, options);
}

/** `call` of this caller. */
export function callFrom(caller: Caller): Call {
  return (contract, ...args) => call(caller, contract, ...args);
}
