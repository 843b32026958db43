/** Calls and services that the compiler must refuse: `npm run typecheck` fails where it does not. Never run. */
import type { ServiceBroker } from "moleculer";
import { call } from "../../lib/contracts/action.ts";
import { actions } from "../../lib/contracts/actions.ts";
import type { ServiceDefinition } from "../../lib/transport/service.ts";

export async function refused(ctx: ServiceBroker) {
  // @ts-expect-error A required parameter is missing.
  await call(ctx, actions.jobs.get);
  // @ts-expect-error A parameter of another type.
  await call(ctx, actions.jobs.get, { id: 5 });
  // @ts-expect-error A parameter that there is not.
  await call(ctx, actions.jobs.get, { id: "a", wait: 1 });
  // @ts-expect-error An action that there is not.
  await call(ctx, actions.jobs.fetch, { id: "a" });
  // @ts-expect-error A result is what the contract says.
  (await call(ctx, actions.jobs.get, { id: "a" })).status;
  const jobLookup = () => ({ getJob: async () => undefined });
  const missing: ServiceDefinition<"pictures"> = {
    name: "pictures",
    jobLookup,
    // @ts-expect-error A handler is missing.
    actions: {},
  };
  const wrong: ServiceDefinition<"pictures"> = {
    name: "pictures",
    jobLookup,
    actions: {
      // @ts-expect-error A handler's result is what the contract says.
      find: () => 5,
    },
  };
  const unknown: ServiceDefinition<"pictures"> = {
    name: "pictures",
    jobLookup,
    actions: {
      find: () => ({ jobId: "", sha256: "" }),
      // @ts-expect-error A handler without a contract.
      put: () => {},
    },
  };
  const image = { jobId: "", sha256: "", bytes: 0 };
  // @ts-expect-error Nothing checks whose the jobs are.
  const unguarded: ServiceDefinition<"pictures"> = {
    name: "pictures",
    actions: { find: () => image, describe: () => image },
  };
  return [missing, wrong, unknown, unguarded];
}
