/**
 * The commands and programs of the documents work: they are run as a reader would, page by page, or it is said here
 * where else they are tried, or why they cannot be.
 */
import { existsSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ensureDebianPackages } from "../../scripts/debian-packages.ts";
import { type Block, blocksOf, pages, type Reader, runBlocks } from "../support/documents.ts";
import { ADMIN_KEY } from "../support/key-client.ts";
import { modelsDir } from "../support/model-files.ts";
import { freePort, type RunningService, startService } from "../support/service.ts";

const PAGE_TIMEOUT_MS = 200_000;

/** By page and first words of a block: the test that runs the like, or what is missing here. */
const elsewhere: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "CONTRIBUTING.md": {
    "npm run demo": "the demo is test/cli/process.test.ts's subject; the rest would run all tests within this one",
    "node scripts/run.mjs vitest": "would run tests within this one",
    "export SIGHTLINE_SHARED": "test/models/pull.test.ts",
    "npm run openapi": "test/examples/contributing.test.ts",
    "export MODELS_MANIFEST": "test/examples/contributing.test.ts",
  },
  "README.md": {
    "npm run demo": "downloads what a machine lacks, and builds",
    "docker run": "needs a container engine, and packages that are not published yet",
  },
  "docs/bundle.md": {
    "tar -xzf": "test/bundle/bundle.test.ts",
    "npm run bundle": "test/bundle/bundle.test.ts",
    "bin/many-cores": "test/bundle/bundle.test.ts",
  },
  "docs/cli.md": { "npm install": "test/packages/cli.test.ts", "sightline completion": "test/cli/completion.test.ts" },
  "docs/cluster.md": {
    "export NATS_URL": "test/cluster/whole.test.ts",
    "export BLOB_STORE": "test/cluster/s3-jobs.test.ts",
  },
  "docs/erasure.md": { "npm run sightline -- key erase": "test/cli/key.test.ts" },
  "docs/from-the-five.md": { "npm run models -- pull": "docs/models.md and README.md have the same commands" },
  "docs/install.md": {
    "cosign verify": "no image is published yet",
    "kubectl create": "test/deploy/chart.test.ts",
    "npm install": "test/packages/cli.test.ts",
  },
  "docs/kafka.md": { KAFKA_BROKERS: "test/kafka/kafka.test.ts" },
  "docs/keys.md": { "export SIGHTLINE_KEY": "test/cli/key.test.ts" },
  "docs/migrate.md": { "npm run models -- pull": "docs/tutorial.md has the like" },
  "docs/models.md": {
    "import numpy, tritonclient": "test/grpc/tritonclient.test.ts",
    "npm run sightline -- models load": "test/http/model-loading.test.ts",
    "MODELS_DIR=": "needs a container engine; test/models/pull.test.ts, test/deploy/chart.test.ts",
    "export ADMIN_KEY": "test/http/model-loading.test.ts",
    "# In the manifest": "test/http/model-loading.test.ts",
    "npm run sightline -- providers": "needs a graphics card; test/models/provider-libraries.test.ts",
    "yolo export": "needs the program that trains; test/examples/models.test.ts",
    "export MODELS_MANIFEST": "test/examples/models.test.ts",
  },
  "docs/mongodb.md": { "mongodump --uri": "needs the tools of MongoDB and one of its replica sets" },
  "docs/performance.md": { "RESULTS=": "measures, which tests do not" },
  "docs/reliability.md": {
    "node scripts/run.mjs node test/hostile": "takes an hour; test/hostile/checker.test.ts",
    "node scripts/run.mjs node test/soak": "takes an hour; test/soak/bounds.test.ts",
    "node scripts/run.mjs node test/simulation": "test/simulation/simulation.test.ts",
  },
  "docs/security.md": {
    "export HOST": "test/deploy/proxies.test.ts",
    "export NATS_URL": "test/cluster/tls.test.ts",
  },
  "docs/tutorial.md": {
    "unset ADMIN_KEY": "test/cluster/whole.test.ts",
    "export NATS_URL": "test/cluster/whole.test.ts",
  },
  "docs/upgrading.md": { "kubectl -n sightline": "needs a cluster of version 0.1" },
  "docs/uploads.md": { "curl localhost:8080/process": "needs the internet; test/http/image-urls.test.ts" },
  "docs/webhooks.md": { "npm run sightline -- webhook list": "test/http/deliveries.test.ts" },
  "packages/cli/README.md": { "npm install": "test/packages/cli.test.ts" },
  "packages/client/README.md": { "npm install": "test/packages/client.test.ts" },
  "packages/python/README.md": {
    "pip install": "test/packages/python.test.ts",
    "from sightline_client": "test/packages/python.test.ts",
    "async with": "test/packages/python.test.ts",
    "job =": "test/packages/python.test.ts",
    "import io": "needs pandas; test/packages/python.test.ts",
    "ends =": "test/packages/python.test.ts",
    "visitor =": "test/packages/python.test.ts",
  },
};

/** Pages that start the service themselves, and what their terminals show at last. */
const whole: Readonly<Record<string, { readonly waitsFor?: string }>> = {
  "docs/tutorial.md": {},
  "docs/webhook-receiver.md": { waitsFor: "succeeded 1 images done" },
  "README.md": {},
};

/** What the output of pages contains. */
const shows: Readonly<Record<string, readonly string[]>> = {
  "docs/tutorial.md": [
    ...['"faces":[[170,61,108,108]]', "UNSUPPORTED_MEDIA_TYPE", "200 done, 0 failed", "Egyptian cat", "web shop"],
  ],
  "docs/migrate.md": ['"label":"Eileen"', "{'userid': 'Eileen', ", "[{'label': 'cat', ", "True 1"],
  "docs/from-the-five.md": ['"encoding"', '"avg"', "dev.sightline.job.succeeded"],
  "README.md": ['"faces":[[170,61,108,108]]', "event: dev.sightline.job.created"],
};

/** Pages whose commands need an admin key. */
const forAdmins = new Set(["docs/audit.md", "docs/keys.md", "docs/webhooks.md"]);

const isCommand = ({ language }: Block) => ["sh", "python"].includes(language);
const reason = ({ page, start }: Block) =>
  Object.entries(elsewhere[page] ?? {}).find(([words]) => start.startsWith(words))?.[1];
const toRun = (page: string) =>
  blocksOf(page).filter((block) => (isCommand(block) || block.file?.endsWith(".mjs")) && !reason(block));

const others = pages.filter((page) => !whole[page] && toRun(page).length > 0);

it("the tests that run the like are there", () => {
  const texts = Object.values(elsewhere).flatMap((blocks) => Object.values(blocks));
  const files = texts.flatMap((text) => text.match(/test\/[\w/.-]+\.ts/g) ?? []);
  expect(files.filter((file) => !existsSync(file))).toEqual([]);
});

it("what is run elsewhere is on its page", () => {
  for (const [page, blocks] of Object.entries(elsewhere))
    for (const words of Object.keys(blocks))
      expect(
        blocksOf(page).filter(({ start }) => start.startsWith(words)),
        `${page}: ${words}`,
      ).not.toEqual([]);
});

/** Runs the page, and checks its output. */
async function follow(page: string, reader: Reader): Promise<void> {
  const run = await runBlocks(toRun(page), reader);
  expect(run, run.output).toMatchObject({ status: 0 });
  for (const text of shows[page] ?? []) expect(run.output).toContain(text);
}

describe.skipIf(!modelsDir)("with the files of the models", () => {
  ensureDebianPackages("curl", "psmisc", "procps");

  it.each(Object.entries(whole))(
    "%s, with a service of its own",
    { timeout: PAGE_TIMEOUT_MS },
    async (page, expected) => {
      await follow(page, { port: await freePort(), npm: page === "docs/tutorial.md", ...expected });
    },
  );

  describe("with a running service", () => {
    let service: RunningService;
    beforeAll(async () => {
      // Most requests need no key, those of an administrator need one.
      service = await startService({ MODELS_DIR: modelsDir, AUTH: "off", ADMIN_KEY });
    });
    afterAll(() => service?.stop());

    it.each(others)("%s", { timeout: PAGE_TIMEOUT_MS }, async (page) => {
      const environment = { ...(forAdmins.has(page) && { SIGHTLINE_KEY: ADMIN_KEY }), MODELS_DIR: modelsDir };
      await follow(page, { port: Number(new URL(service.url).port), environment });
    });
  });
});
