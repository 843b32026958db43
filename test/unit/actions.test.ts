import { globSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ServiceBroker, type ServiceSchema } from "moleculer";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ActionContract, call } from "../../lib/contracts/action.ts";
import { actions, contractOf } from "../../lib/contracts/actions.ts";
import { validateParams } from "../../lib/contracts/validation.ts";
import type { Job } from "../../lib/jobs/job.ts";
import type { OwnerMeta } from "../../lib/sessions/owner.ts";
import { defineService, type ServiceDefinition } from "../../lib/transport/service.ts";

const contracts: readonly ActionContract[] = Object.values(actions).flatMap((ofService) => Object.values(ofService));

/** The gateway's own, which moleculer-web calls with a request. */
const GATEWAY = "api.rest";

describe("the map of actions", () => {
  it("has every action that a service registers, and no other", async () => {
    const broker = new ServiceBroker({ logger: false, validator: false });
    const folder = new URL("../../services/", import.meta.url);
    const registered: string[] = [];
    for (const file of readdirSync(folder)) {
      const { default: schema } = (await import(new URL(file, folder).href)) as { default: ServiceSchema };
      const { name: service, actions: its } = broker.createService(schema);
      registered.push(...Object.keys(its).map((name) => `${service}.${name}`));
    }
    expect(registered.filter((name) => name !== GATEWAY).toSorted()).toEqual(
      contracts.map(({ name }) => name).toSorted(),
    );
  });

  it("guards every action on a job that a client names", () => {
    const naming = contracts.flatMap(({ name, params, ownJob }) =>
      Object.keys("properties" in params ? (params.properties as object) : {})
        .filter((param) => param === "jobId" || (param === "id" && name.startsWith("jobs.")))
        .map((param) => ({ name, isGuarded: param === ownJob })),
    );
    expect(naming.filter(({ isGuarded }) => isGuarded)).toHaveLength(10);
    expect(naming.filter(({ isGuarded }) => !isGuarded).map(({ name }) => name)).toEqual([
      // For a request that creates the job, or has asked for it before by `jobs.get`.
      ...["jobs.admit", "jobs.claim", "jobs.renew", "jobs.first", "jobs.forget", "jobs.discard"],
      ...["jobs.reserveStorage", "jobs.storeImage", "jobs.loadImage", "jobs.submit"],
      // Has only the caller's events, whatever job they are of.
      "events.read",
      // Without a client.
      "detector.detectMany",
    ]);
  });

  it("finds a contract by the action's name", () => {
    for (const contract of contracts) expect(contractOf(contract.name)).toBe(contract);
    for (const name of ["jobs", "jobs.nothing", "$node.list", "constructor", undefined])
      expect(contractOf(name)).toBeUndefined();
  });
});

it("nothing calls an action, or broadcasts, but by a contract", () => {
  const byName = /\b(?:broker|ctx)\.(?:call|mcall|emit|broadcast)\b/;
  const root = join(import.meta.dirname, "../..");
  const files = ["lib", "services", "cli"].flatMap((folder) => globSync(`${folder}/**/*.ts`, { cwd: root }));
  expect(files.length).toBeGreaterThan(100);
  const found = files.filter((file) => byName.test(readFileSync(join(root, file), "utf8")));
  expect(found).toEqual(["lib/contracts/broadcasts.ts"]);
});

type Vars = { answer: unknown };
const monitor: ServiceDefinition<"monitor", Vars> = {
  name: "monitor",
  actions: {
    nodes() {
      return this.answer as never;
    },
    statistics() {
      return this.answer as never;
    },
    ownerStatistics() {
      return this.answer as never;
    },
    activity() {
      return this.answer as never;
    },
    count() {},
  },
  created() {
    this.answer = [{ id: "a", hostname: "a", state: "asleep", services: [] }];
  },
};

describe("a result that breaks its contract", () => {
  const brokers = [true, false].map((validateResults) => {
    const broker = new ServiceBroker({ logger: false, validator: false, middlewares: [validateParams] });
    broker.createService(defineService(monitor, { validateResults }));
    return broker;
  });
  const [strict, lenient] = brokers as [ServiceBroker, ServiceBroker];
  beforeAll(() => Promise.all(brokers.map((broker) => broker.start())));
  afterAll(() => Promise.all(brokers.map((broker) => broker.stop())));

  it("is caught where results are validated", async () => {
    await expect(call(strict, actions.monitor.nodes)).rejects.toMatchObject({
      type: "INTERNAL_ERROR",
      message: expect.stringMatching(/^The result of monitor\.nodes breaks its contract: 0\.state must be /),
    });
    await expect(call(strict, actions.monitor.statistics)).rejects.toMatchObject({ type: "INTERNAL_ERROR" });
  });

  it("passes in production, where nothing is added to a handler", async () => {
    expect(await call(lenient, actions.monitor.nodes)).toMatchObject([{ state: "asleep" }]);
    const { actions: schemas } = defineService(monitor, { validateResults: false });
    expect(schemas?.nodes).toHaveProperty("handler", monitor.actions.nodes);
  });

  it("does not hide parameters that break theirs", async () => {
    const extra: object = { extra: 1 };
    await expect(call(strict, actions.monitor.nodes, extra)).rejects.toMatchObject({ type: "INVALID_OPTION" });
  });
});

describe("an action on a job that must be the caller's", () => {
  const job = { id: "its", owner: "a" } as Job;
  const getJob = async (id: string) => (id === job.id ? job : undefined);
  const pictures: ServiceDefinition<"pictures"> = {
    name: "pictures",
    jobLookup: () => ({ getJob }),
    actions: {
      find: ({ params: { jobId } }) => ({ jobId, sha256: "" }),
      describe: () => ({ sha256: "", bytes: 0 }),
    },
  };
  const broker = new ServiceBroker({ logger: false, validator: false });
  beforeAll(() => {
    broker.createService(defineService(pictures, { validateResults: false }));
    return broker.start();
  });
  afterAll(() => broker.stop());
  const find = (jobId: string, meta: OwnerMeta) => call(broker, actions.pictures.find, { jobId, index: 0 }, { meta });

  it("runs for its owner, and for an administrator", async () => {
    for (const meta of [{ owner: "a" }, { owner: "b", isAdmin: true }])
      expect(await find("its", meta)).toMatchObject({ jobId: "its" });
  });

  it("does not run for others, to whom the job is missing", async () => {
    for (const meta of [{ owner: "b" }, {}])
      await expect(find("its", meta)).rejects.toMatchObject({
        type: "JOB_NOT_FOUND",
        message: "There is no job its.",
      });
    await expect(find("none", { isAdmin: true })).rejects.toMatchObject({ type: "JOB_NOT_FOUND" });
  });
});
