/** Services whose handlers match their contracts. */
import type { Context, Service, ServiceSchema, ServiceSettingSchema } from "moleculer";
import { type Config, config } from "../config.ts";
import type { ActionContract, CallMeta, ParamsOf, ReadOnly, ResultOf } from "../contracts/action.ts";
import { type Actions, actions } from "../contracts/actions.ts";
import { faultsOf, inWords } from "../contracts/faults.ts";
import { matches } from "../contracts/matching.ts";
import { params } from "../contracts/validation.ts";
import { failure } from "../errors.ts";

type Handler<C extends ActionContract, This> = (
  this: This,
  ctx: Context<ParamsOf<C>, CallMeta>,
) => ReadOnly<ResultOf<C>> | Promise<ReadOnly<ResultOf<C>>>;

type Handlers<Contracts, This> = {
  readonly [Name in keyof Contracts]: Handler<Extract<Contracts[Name], ActionContract>, This>;
};

/**
 * A Moleculer service with exactly one handler per contract.
 * @typeParam Vars Members that the service keeps in `this`.
 */
export type ServiceDefinition<
  Name extends keyof Actions,
  Vars = object,
  Methods = object,
  Settings = ServiceSettingSchema,
> = Omit<ServiceSchema<Settings, Methods, Vars>, "name" | "actions"> & {
  readonly name: Name;
  readonly actions: Handlers<Actions[Name], Service<Settings> & Vars & Methods>;
};

type AnyHandler = (this: Service, ctx: Context) => unknown;

/** Builds the broker's schema: the handlers with their contracts' schemas. */
export function defineService<Name extends keyof Actions, Vars, Methods, Settings>(
  definition: ServiceDefinition<Name, Vars, Methods, Settings>,
  { validateResults }: Pick<Config, "validateResults"> = config,
): ServiceSchema {
  const contracts: Readonly<Record<string, ActionContract>> = actions[definition.name];
  const handlers = definition.actions as unknown as Readonly<Record<string, AnyHandler>>;
  const schemas = Object.entries(contracts).map(([name, contract]) => {
    const handler = handlers[name] as AnyHandler;
    return [name, { params: params(contract.params), handler: validateResults ? checked(handler, contract) : handler }];
  });
  return { ...definition, actions: Object.fromEntries(schemas) } as unknown as ServiceSchema;
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
