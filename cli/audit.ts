/** `sightline audit`: prints the audit log, or checks its chain. */
import type { Command } from "commander";
import type { AuditEntry } from "../client/sightline-client.ts";
import { faultOf } from "../lib/audit/chain.ts";
import { type ConnectionOptions, connect, serviceCommand, wholeNumber } from "./command.ts";
import { exitCodes } from "./failure.ts";
import { table } from "./terminal.ts";

interface AuditOptions extends ConnectionOptions {
  readonly limit: number;
  readonly json?: true;
  readonly verify?: true;
}

export function auditCommand(): Command {
  return serviceCommand("audit")
    .description("Print the newest entries of the audit log, or check all of it; needs an admin key.")
    .option("--limit <entries>", "how many to print", wholeNumber(1), 50)
    .option("--json", "print JSON lines; with --verify what was found, as one")
    .option("--verify", "check that each entry follows the one before; print the newest hash, to compare it later")
    .action(async ({ verify, limit, ...options }: AuditOptions) =>
      verify ? check(options) : print({ limit, ...options }),
    );
}

async function print({ limit, json, ...options }: AuditOptions): Promise<void> {
  const entries: AuditEntry[] = [];
  for await (const entry of connect(options).audit()) {
    entries.push(entry);
    if (entries.length === limit) break;
  }
  if (json) for (const entry of entries) console.log(JSON.stringify(entry));
  else {
    const rows = entries.map(({ time, action, object, keyName, keyId, owner, address, status }) =>
      [time, action, object, keyName ?? keyId ?? owner, address, status].map((value) => String(value ?? "–")),
    );
    console.log(table(["time", "action", "object", "by", "from", "status"], rows));
  }
}

async function check({ json, ...options }: Omit<AuditOptions, "limit" | "verify">): Promise<void> {
  let newest: AuditEntry | undefined;
  let next: AuditEntry | undefined;
  let faults = 0;
  let count = 0;
  for await (const entry of connect(options).audit()) {
    const fault = faultOf(entry, next);
    if (fault) console.error(fault);
    if (fault) faults++;
    newest ??= entry;
    next = entry;
    count++;
  }
  if (faults > 0) process.exitCode = exitCodes.imagesFailed;
  const [first, last, hash] = [next?.sequence, newest?.sequence, newest?.hash];
  if (json) console.log(JSON.stringify({ entries: count, first, last, hash, faults }));
  else if (!newest) console.log("The audit log is empty.");
  else if (faults === 0) console.log(`${count} entries, ${first} to ${last}, are one chain. The newest hash: ${hash}`);
}
