/** The samples of the API document, run as their readers would; those for Python with the package, in test/packages. */
import { execFile } from "node:child_process";
import { copyFileSync, mkdtempSync, openAsBlob, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { samples as known } from "../../lib/openapi/samples/samples.ts";
import { ensureDebianPackages } from "../../scripts/debian-packages.ts";
import { ADMIN_KEY } from "../support/key-client.ts";
import { modelsDir } from "../support/model-files.ts";
import {
  boundSamples,
  expectedOutcomes,
  operations,
  outcomesOf,
  shellProgram,
  typescriptProgram,
} from "../support/samples.ts";
import { type RunningService, startService } from "../support/service.ts";
import { goldenImages } from "../support/shared-data.ts";

const run = promisify(execFile);

describe("every operation", () => {
  it.each(operations())("$operationId is described, with its parameters, and has samples", (operation) => {
    const { summary, description, parameters = [], "x-codeSamples": samples = [] } = operation;
    expect([summary, description]).toEqual([expect.stringMatching(/\w/), expect.stringMatching(/\w/)]);
    expect(parameters.filter((one) => !one.$ref && !one.description).map(({ name }) => name)).toEqual([]);
    // The table says of others who calls them.
    const others = "caller" in (known[operation.operationId] ?? {});
    const labels = others ? ["curl"] : ["curl", "TypeScript", "Python"];
    expect(samples.map(({ label }) => label)).toEqual(labels);
  });

  it("of the table is one of the document", () => {
    expect(Object.keys(known).sort()).toEqual(
      operations()
        .map(({ operationId }) => operationId)
        .sort(),
    );
  });
});

describe.skipIf(!modelsDir)("the samples", { timeout: 120_000 }, () => {
  ensureDebianPackages("curl");
  const folder = mkdtempSync(join(tmpdir(), "sightline-samples-"));
  const [golden] = goldenImages();
  let service: RunningService;
  beforeAll(async () => {
    copyFileSync(golden?.path as string, join(folder, "me.jpg"));
    service = await startService({ AUTH: "keys", ADMIN_KEY, MODELS_DIR: modelsDir });
  });
  afterAll(async () => {
    await service?.stop();
    rmSync(folder, { recursive: true });
  });
  const samplesOf = async (label: string) =>
    boundSamples(label, service.url, ADMIN_KEY, await openAsBlob(join(folder, "me.jpg")));

  it("for curl work", async () => {
    const samples = await samplesOf("curl");
    const { stderr } = await run("bash", ["-c", shellProgram(service.url, samples)], { cwd: folder });
    expect(outcomesOf(stderr)).toEqual(expectedOutcomes(samples));
    expect(readFileSync(join(folder, "picture"))).toEqual(readFileSync(join(folder, "me.jpg")));
  });

  it("for TypeScript work", async () => {
    const samples = await samplesOf("TypeScript");
    const program = join(folder, "samples.mjs");
    writeFileSync(program, typescriptProgram(service.url, samples));
    const { stderr } = await run(process.execPath, [program], { cwd: folder });
    expect(outcomesOf(stderr)).toEqual(expectedOutcomes(samples));
  });
});
