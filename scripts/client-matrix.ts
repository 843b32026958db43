/**
 * Makes a client with each client generator that people use, and runs it against the service: uploads, a job, its
 * results and its events. The report is a table in `docs/clients.md`.
 *
 *     node scripts/run.mjs node scripts/client-matrix.ts [name of a generator …]
 *
 * It needs the network, and installs Java, Maven, Go and Python from Debian's packages or PyPI if they are missing.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { startService } from "../test/support/service.ts";
import { oapiCodegen } from "./client-matrix/go.ts";
import { type Outcome, tryGenerator } from "./client-matrix/matrix.ts";
import { javaNative, openapiGeneratorPython } from "./client-matrix/openapi-generator.ts";
import { openapiPythonClient } from "./client-matrix/python.ts";
import { expectedReport } from "./client-matrix/report.ts";
import { heyApi, openapiTypescript, orval, typescriptFetch } from "./client-matrix/typescript.ts";

const root = join(import.meta.dirname, "..");
const page = join(root, "docs/clients.md");
const generators = [
  openapiTypescript,
  heyApi,
  orval,
  typescriptFetch,
  openapiGeneratorPython,
  openapiPythonClient,
  javaNative,
  oapiCodegen,
];
const images = ["astronaut.png", "rocket.jpg"].map((name) => join(root, "test-data/samples", name));
const named = process.argv.slice(2);
const service = await startService({ LOG_LEVEL: "warn" });
const outcomes: { outcome: Outcome; isRight: boolean }[] = [];
try {
  const expected = await expectedReport(service.url, images);
  const setting = {
    folder: join(root, ".tools/clients"),
    document: join(root, "docs/openapi.json"),
    url: service.url,
    images,
  };
  for (const generator of generators.filter(({ name }) => named.length === 0 || named.includes(name))) {
    process.stdout.write(`${generator.name} ${generator.version} … `);
    const outcome = await tryGenerator(generator, setting);
    const isRight = isDeepStrictEqual(outcome.report, expected);
    outcomes.push({ outcome, isRight });
    const { failure, report } = outcome;
    process.stdout.write(
      failure
        ? `fails to ${failure.step}: ${failure.reason}\n`
        : isRight
          ? "works\n"
          : `reports ${JSON.stringify(report)}\n`,
    );
  }
} finally {
  await service.stop();
}
if (named.length === 0) writeTable();
if (outcomes.some(({ isRight }) => !isRight)) process.exitCode = 1;

/** Writes the table into the page. */
function writeTable(): void {
  const rows = outcomes.map(({ outcome: { generator, failure }, isRight }) => {
    const result = failure ? `fails to ${failure.step}` : isRight ? "works" : "answers wrongly";
    return `| ${generator.language} | ${generator.name} | ${generator.version} | ${result} |`;
  });
  const table = ["| language | generator | version | its client |", "| --- | --- | --- | --- |", ...rows].join("\n");
  const text = readFileSync(page, "utf8");
  writeFileSync(page, text.replace(/(?<=<!-- table -->\n).*(?=<!-- end of the table -->)/s, `${table}\n`));
}
