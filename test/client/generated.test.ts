/** Clients that others generate from the API document. `scripts/client-matrix.ts` tries more generators. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { tryGenerator } from "../../scripts/client-matrix/matrix.ts";
import { expectedReport } from "../../scripts/client-matrix/report.ts";
import { heyApi, openapiTypescript } from "../../scripts/client-matrix/typescript.ts";
import { type RunningService, startService, temporaryFolder } from "../support/service.ts";

const root = join(import.meta.dirname, "../..");
const images = ["astronaut.png", "rocket.jpg"].map((name) => join(root, "test-data/samples", name));
const folder = temporaryFolder();
let service: RunningService;
beforeAll(async () => {
  service = await startService();
});
afterAll(async () => {
  await service.stop();
  rmSync(folder, { recursive: true });
});

it.each([openapiTypescript, heyApi])(
  "of $name compiles and works",
  async (generator) => {
    const document = join(root, "docs/openapi.json");
    const outcome = await tryGenerator(generator, { folder, document, url: service.url, images });
    expect(outcome.failure).toBeUndefined();
    expect(outcome.report).toEqual(await expectedReport(service.url, images));
  },
  180_000,
);
