/** Contracts of actions and typed calls. `actions.ts` lists all contracts. */
import type { CallingOptions } from "moleculer";
import { type Static, type TSchema, Type } from "typebox";
import type { OwnerMeta } from "../sessions/owner.ts";

/**
 * Where a call is routed, which also decides how transport errors are translated (`asFailure`).
 * - `service`: to any node with the service, preferably this process.
 * - `detector`: to the detector with the caller's `nodeID`, or to any.
 * - `least busy detector`: to the one chosen by `balanceDetectors`, with failover to another if it is lost.
 */
export type RunsOn = "service" | "detector" | "least busy detector";

export interface ActionContract<P extends TSchema = TSchema, R extends TSchema = TSchema> {
  /** The action's name at the broker, such as `jobs.get`. */
  readonly name: string;
  /** Checked on the node that runs the action, before its handler. @throws INVALID_OPTION */
  readonly params: P;
  /** Checked after the handler if VALIDATE_RESULTS is on, as in tests. @throws INTERNAL_ERROR */
  readonly result: R;
  /** Idempotent, so it is retried after the loss of a node that may already have run it. */
  readonly isRepeatable: boolean;
  readonly runsOn: RunsOn;
  /** Names a job, which must be the caller's; any other is JOB_NOT_FOUND. `defineService` sees to it. */
  readonly ownJob: JobParam | undefined;
  /** The handler also runs for a job that is gone, which is nobody's. */
  readonly mayBeGone: boolean;
}

/** The parameter that names a job. */
export type JobParam = "id" | "jobId";

/** A contract as declared. Defaults: no parameters, not repeatable, on any node, no job. */
export interface ActionDeclaration {
  readonly params?: TSchema;
  readonly result: TSchema;
  readonly isRepeatable?: true;
  readonly runsOn?: RunsOn;
  readonly ownJob?: JobParam;
  readonly mayBeGone?: true;
}

export const NoParams = Type.Object({}, { additionalProperties: false });
export const NoResult = Type.Void();

type ContractOf<D extends ActionDeclaration> = ActionContract<
  D["params"] extends TSchema ? D["params"] : typeof NoParams,
  D["result"]
> & { readonly ownJob: D["ownJob"] };

/** The contracts of a service by action name. */
export function contractsOf<D extends Readonly<Record<string, ActionDeclaration>>>(
  service: string,
  declarations: D,
): { readonly [Name in keyof D]: ContractOf<D[Name]> } {
  const entries = Object.entries(declarations).map(([action, declaration]) => {
    const defaults = { params: NoParams, isRepeatable: false, runsOn: "service", mayBeGone: false } as const;
    return [action, Object.freeze({ name: `${service}.${action}`, ...defaults, ...declaration })];
  });
  return Object.fromEntries(entries);
}

/** Metadata sent with a call. */
export interface CallMeta extends OwnerMeta {
  /**
   * The client of an admitted request (see `Admission`), for which images wait for room at the detectors and for fair
   * turns in them.
   */
  client?: string;
  /** A detector's load, piggybacked on its answer; see `DetectorLedger`. */
  detectorLoad?: { readonly busy: number; readonly bulk: number; readonly serviceMs: number };
}

/** Deeply read-only, so that callers may pass and handlers may return read-only values. */
export type ReadOnly<T> = T extends ArrayBufferView
  ? T
  : T extends object
    ? { readonly [Key in keyof T]: ReadOnly<T[Key]> }
    : T;

/**
 * A schema for an existing type: `typed<Probe>()(Type.Object(…))`. The compiler checks that values of the type match
 * the schema.
 */
export function typed<T>() {
  return <S extends TSchema>(schema: S, ..._isOfItsForm: T extends ReadOnly<Static<S>> ? [] : [never]) =>
    Type.Unsafe<T>(schema);
}

export type ParamsOf<C extends ActionContract> = Static<C["params"]>;
export type ResultOf<C extends ActionContract> = Static<C["result"]>;

/** Options of a call. */
export interface CallOptions extends CallingOptions {
  /**
   * Ends the wait of an image or a tensor for a thread of a detector in this process. What a thread has begun goes on,
   * and a detector in another process is not told.
   */
  readonly signal?: AbortSignal | undefined;
}

/** Parameters are optional if none is required. */
type CallArguments<C extends ActionContract> =
  Record<never, never> extends ParamsOf<C>
    ? [params?: ReadOnly<ParamsOf<C>>, options?: CallOptions]
    : [params: ReadOnly<ParamsOf<C>>, options?: CallOptions];

/** A broker, or the context of a call, which propagates session, request id and trace. */
export interface Caller {
  call<R, P>(action: string, params: P, options?: CallOptions): Promise<R>;
}

/** `call` bound to a caller. */
export type Call = <C extends ActionContract>(contract: C, ...args: CallArguments<C>) => Promise<ResultOf<C>>;

/**
 * Calls an action: `call(ctx, actions.jobs.get, { id })`.
 *
 * In an editor "go to definition" on `get` leads to its contract, "go to implementation" to its handler in
 * `services/`, typed by the contract (`ServiceDefinition`); "find references" on either finds all calls.
 * @throws what the handler throws; without an answer, the broker's error, which `asFailure` translates.
 */
export function call<C extends ActionContract>(
  caller: Caller,
  { name }: C,
  ...[params, options]: CallArguments<C>
): Promise<ResultOf<C>> {
  return caller.call(name, params, options);
}

/** Binds `call` to a caller. */
export function callFrom(caller: Caller): Call {
  return (contract, ...args) => call(caller, contract, ...args);
}
