/**
 * A real cluster on a hostile network: clients record what they ask and what they are told, faults happen by a seeded
 * schedule, and the history is checked when all is over. Linux, as root, with `ip` (iproute2) and `nft` (nftables).
 *
 *   node scripts/run.mjs node test/hostile/hostile.ts --minutes 60 --seed 1 [--folder DIR] [--clients 3] [--pause 6]
 *   node scripts/run.mjs node test/hostile/hostile.ts --check DIR/history.jsonl
 *
 * So many clients work with jobs; a fault begins at most so many seconds after the one before it. The folder gets
 * `history.jsonl`, `report.md`, `report.json` and the errors that nodes logged. Exits with 1 if there is a violation.
 */
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { natsServerProgram } from "../../scripts/nats-server.ts";
import { prepareMongoServer } from "../support/mongo-server.ts";
import { violationsOf } from "./checker.ts";
import { LONGEST_PAUSE_MS } from "./faults.ts";
import { type History, readHistory } from "./history.ts";
import { isInOwnSpace, prepareOwnSpace, runInOwnSpace } from "./own-space.ts";
import { markdownOf, reportOf } from "./report.ts";
import { documentedBy } from "./rules/answers.ts";
import { run } from "./run.ts";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "10" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    folder: { type: "string" },
    clients: { type: "string", default: "3" },
    pause: { type: "string", default: String(LONGEST_PAUSE_MS / 1000) },
    check: { type: "string" },
  },
});

if (values.check !== undefined) writeReport(readHistory(values.check));
else if (!isInOwnSpace) {
  // Out here, where what is missing can be fetched.
  natsServerProgram();
  await prepareMongoServer();
  process.exitCode = await runInOwnSpace();
} else {
  prepareOwnSpace();
  const folder = values.folder ?? mkdtempSync(join(tmpdir(), "sightline-hostile-report-"));
  mkdirSync(folder, { recursive: true });
  console.log(`Seed ${values.seed}, ${values.minutes} minutes, report in ${folder}`);
  const { history, errors } = await run({
    seed: Number(values.seed),
    clients: Number(values.clients),
    longestPauseMs: 1000 * Number(values.pause),
    durationMs: 60_000 * Number(values.minutes),
    historyFile: join(folder, "history.jsonl"),
    log: console.log,
  });
  writeFileSync(join(folder, "errors.log"), errors.join("\n"));
  writeReport(history, folder);
}

function writeReport(history: History, folder?: string): void {
  const document = JSON.parse(readFileSync(join(import.meta.dirname, "../../docs/openapi.json"), "utf8"));
  const report = reportOf(history, violationsOf(history, documentedBy(document)));
  const markdown = markdownOf(report);
  if (folder !== undefined) {
    writeFileSync(join(folder, "report.md"), markdown);
    writeFileSync(join(folder, "report.json"), `${JSON.stringify(report, undefined, 2)}\n`);
  }
  console.log(markdown);
  process.exitCode = report.violations.length > 0 ? 1 : 0;
}
