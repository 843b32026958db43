/** Loads the engine with a fault. Call before anything imports it. */
import { readFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { mutations } from "./mutations.ts";

const root = join(import.meta.dirname, "../..");

/** @throws Error if there is no such mutation, or when its text is not found once */
export function mutate(name: string): void {
  const mutation = mutations[name];
  if (!mutation) throw new Error(`There is no mutation ${name}.`);
  const url = pathToFileURL(join(root, mutation.file)).href;
  registerHooks({
    load(loaded, context, nextLoad) {
      const result = nextLoad(loaded, context);
      if (loaded !== url) return result;
      return { ...result, source: mutated(String(result.source), name) };
    },
  });
}

/** The file of the mutation, as it is. */
export function sourceOf(name: string): string {
  return readFileSync(join(root, (mutations[name] as (typeof mutations)[string]).file), "utf8");
}

export function mutated(source: string, name: string): string {
  const { text, by, file } = mutations[name] as (typeof mutations)[string];
  const parts = source.split(text);
  if (parts.length !== 2) throw new Error(`The text of the mutation ${name} is ${parts.length - 1} times in ${file}.`);
  return parts.join(by);
}
