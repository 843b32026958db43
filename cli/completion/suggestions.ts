/** Values of options and arguments that completion offers, besides commander's choices. */
import type { Argument, Option } from "commander";
import type { SightlineClient } from "../../client/sightline-client.ts";

/** The values, each with a short description if there is one. They may come from the service. */
export type Suggestions = (client: SightlineClient) => Promise<readonly (readonly [value: string, about?: string])[]>;

const known = new WeakMap<Option | Argument, Suggestions>();

/** Makes completion offer values for an option or argument. Other values are accepted too. */
export function suggesting<T extends Option | Argument>(target: T, suggestions: Suggestions): T {
  known.set(target, suggestions);
  return target;
}

/** @returns undefined if there are no suggestions, as for names of files. */
export function suggestionsOf(target: Option | Argument): Suggestions | undefined {
  const choices = target.argChoices;
  return choices ? ofWords(choices) : known.get(target);
}

export function ofWords(words: readonly string[]): Suggestions {
  return async () => words.map((word) => [word] as const);
}

export const modelNames: Suggestions = async (client) =>
  (await client.models()).map(({ name, task }) => [name, task] as const);

const NEWEST_JOBS = 20;

export const jobIds: Suggestions = async (client) => {
  const ids: [string, string][] = [];
  for await (const { id, state } of client.jobs.list({ limit: NEWEST_JOBS })) {
    ids.push([id, state]);
    if (ids.length === NEWEST_JOBS) break;
  }
  return ids;
};
