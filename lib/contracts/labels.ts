import { Type } from "typebox";
import { failure } from "../errors.ts";
import { Labels } from "./job.ts";
import { parse } from "./validation.ts";

/** The labels with their name, with which a fault begins. */
const Parameter = Type.Object({ labels: Labels });

/**
 * Parses the query form of labels, `key:value,key:value`. A comma in a value is `\,` and a backslash `\\`.
 * @throws INVALID_OPTION
 */
export function parseLabels(text: string): Record<string, string> {
  const entries = pairsOf(text).map((pair) => {
    const separator = pair.indexOf(":");
    return separator === -1 ? [pair, ""] : [pair.slice(0, separator), pair.slice(separator + 1)];
  });
  const labels = Object.fromEntries(entries);
  if (Object.keys(labels).length < entries.length)
    throw failure("INVALID_OPTION", "labels has the same name more than once.");
  return checkedLabels(labels);
}

/** @throws INVALID_OPTION if a job cannot have these labels. */
export function checkedLabels(labels: Record<string, string>): Record<string, string> {
  return parse(Parameter, { labels }).labels;
}

function pairsOf(text: string): string[] {
  const pairs = [""];
  for (const [part] of text.matchAll(/\\[\\,]|./gs)) {
    if (part === ",") pairs.push("");
    else pairs.push(pairs.pop() + part.slice(-1));
  }
  return pairs;
}
