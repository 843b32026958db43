/** Services whose handlers match their contracts. */
import type { Context, Service, ServiceSchema, ServiceSettingSchema } from "moleculer";
import { type Config, config } from "../config.ts";
import type { ActionContract, CallMeta, JobParam, ParamsOf, ReadOnly, ResultOf } from "../contracts/action.ts";
import { type Actions, actions } from "../contracts/actions.ts";
import { faultsOf, inWords } from "../contracts/faults.ts";
import { matches } from "../contracts/matching.ts";
import { params } from "../contracts/validation.ts";
import { failure } from "../errors.ts";
import { type JobLookup, requireOwnJob } from "../sessions/own-job.ts";

type Handler<C extends ActionContract, This> = (
  this: This,
  ctx: Context<ParamsOf<C>, CallMeta>,
) => ReadOnly<ResultOf<C>> | Promise<ReadOnly<ResultOf<C>>>;

type Handlers<Contracts, This> = {
  readonly [Name in keyof Contracts]: Handler<Extract<Contracts[Name], ActionContract>, This>;
};

/**
 * Required of a service with an action on a job of the caller's: where the job is looked up before the handler runs.
 */
type OwnJobs<Contracts, This> =
  Extract<Contracts[keyof Contracts], { readonly ownJob: JobParam }> extends never
    ? { readonly jobLookup?: never }
    : { readonly jobLookup: (this: This) => JobLookup };

/**
 * A Moleculer service with exactly one handler per contract.
 * @typeParam Vars Members that the service keeps in `this`.
 */
export type ServiceDefinition<
  Name extends keyof Actions,
  Vars = object,
  Methods = object,
  Settings = ServiceSettingSchema,
> = Omit<ServiceSchema<Settings, Methods, Vars>, "name" | "actions" | "stopped"> & {
  readonly name: Name;
  readonly actions: Handlers<Actions[Name], Service<Settings> & Vars & Methods>;
  /** Also called after a start that failed, and then some members are missing. */
  readonly stopped?: (this: Service<Settings> & Partial<Vars> & Methods) => Promise<void>;
} & OwnJobs<Actions[Name], Service<Settings> & Vars & Methods>;

type AnyHandler = (this: Service, ctx: Context<Readonly<Record<string, unknown>>>) => unknown;
type AnyJobLookup = (this: Service) => JobLookup;

interface AnyDefinition {
  readonly actions: Readonly<Record<string, AnyHandler>>;
  readonly jobLookup: AnyJobLookup;
}

/** Builds the broker's schema: the handlers with their contracts' schemas, and with the check of their job's owner. */
export function defineService<Name extends keyof Actions, Vars, Methods, Settings>(
  definition: ServiceDefinition<Name, Vars, Methods, Settings>,
  { validateResults }: Pick<Config, "validateResults"> = config,
): ServiceSchema {
  const contracts: Readonly<Record<string, ActionContract>> = actions[definition.name];
  const { actions: handlers, jobLookup, ...rest } = definition as unknown as AnyDefinition;
  const schemas = Object.entries(contracts).map(([name, contract]) => {
    const handler = ofOwnJob(handlers[name] as AnyHandler, contract, jobLookup);
    return [name, { params: params(contract.params), handler: validateResults ? checked(handler, contract) : handler }];
  });
  return { ...rest, actions: Object.fromEntries(schemas) } as unknown as ServiceSchema;
}

/** Wraps the handler to require that the job that a call names is the caller's, if the contract says so. */
function ofOwnJob(handler: AnyHandler, { ownJob, mayBeGone }: ActionContract, jobLookup: AnyJobLookup): AnyHandler {
  if (ownJob === undefined) return handler;
  return async function ownJobHandler(this: Service, ctx) {
    await requireOwnJob(ctx, jobLookup.call(this), { id: ctx.params[ownJob] as string, mayBeGone });
    return handler.call(this, ctx);
  };
}

/** Wraps the handler to check its result against the contract. */
function checked(handler: AnyHandler, { name, result }: ActionContract): AnyHandler {
  return async function checkedHandler(this: Service, ctx) {
    const value = await handler.call(this, ctx);
    if (matches(result, value)) return value;
    const faults = inWords(faultsOf(result, value));
    throw failure("INTERNAL_ERROR", `The result of ${name} breaks its contract: ${faults.join("; ")}.`, { faults });
  };
}
