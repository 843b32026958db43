/** Facts that the deployment files must agree on. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { settings } from "../../lib/config.ts";

export const root = join(import.meta.dirname, "../..");
export const readText = (path: string): string => readFileSync(join(root, path), "utf8");

export const isSetting = (variable: string): boolean =>
  Object.values(settings).some((setting) => setting.variable === variable);

export interface Image {
  readonly name: string;
  /** Instructions of the last stage and its base stages, in order. */
  readonly instructions: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly ports: readonly number[];
  readonly command: readonly string[];
  /** Paths of the services that the image runs. */
  readonly services: readonly string[];
}

const directories = ["api", "jobs", "detector"] as const;

/** The images as described by the Dockerfiles. */
export const images: readonly Image[] = directories.map((directory) => {
  const all = readText(`docker/${directory}/Dockerfile`)
    .replace(/^#.*\n/gm, "")
    .replace(/\\\n/g, " ")
    .split("\n")
    .filter((line) => line.trim() !== "");
  const stages: string[][] = [];
  for (const line of all) line.startsWith("FROM ") ? stages.push([line]) : stages.at(-1)?.push(line);

  const instructionsOf = (stage: readonly string[]): string[] => {
    const parent = (stage[0] as string).split(/\s+/)[1];
    const base = stages.find(([from]) => from?.endsWith(` AS ${parent}`));
    return [...(base ? instructionsOf(base) : []), ...stage];
  };
  const instructions = instructionsOf(stages.at(-1) as string[]);
  const of = (instruction: string) =>
    instructions.filter((line) => line.startsWith(`${instruction} `)).map((line) => line.slice(instruction.length + 1));

  const environment = Object.fromEntries(
    of("ENV").flatMap((line) => [...line.matchAll(/(\w+)=(\S+)/g)].map(([, name, value]) => [name, value])),
  );
  const command: string[] = JSON.parse(of("CMD").at(-1) as string);
  return {
    name: `sightline-${directory}`,
    instructions,
    environment,
    ports: of("EXPOSE").flatMap((line) => line.split(" ").map(Number)),
    command,
    services: command.filter((argument) => argument.endsWith(".service.ts")),
  };
});
