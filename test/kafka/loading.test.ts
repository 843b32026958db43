import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");

/** Whether a process that imports a file of the project loads Kafka's client. */
function loadsClient(file: string): boolean {
  const script = `
    import { registerHooks } from "node:module";
    let isLoaded = false;
    registerHooks({
      resolve(specifier, context, next) {
        isLoaded ||= specifier === "@platformatic/kafka";
        return next(specifier, context);
      },
    });
    await import(${JSON.stringify(join(root, file))});
    console.log(isLoaded);
    process.exit();`;
  const output = execFileSync(process.execPath, ["--input-type=module", "-e", script], { cwd: root, encoding: "utf8" });
  return output.trim().endsWith("true");
}

it("Kafka's client is loaded only where something is published to Kafka or read from it", () => {
  for (const file of ["services/events.service.ts", "lib/kafka/start.ts", "cli/watch.ts"])
    expect(loadsClient(file), file).toBe(false);
  for (const file of ["lib/kafka/kafka-sink.ts", "client/kafka-events.ts"]) expect(loadsClient(file), file).toBe(true);
});
