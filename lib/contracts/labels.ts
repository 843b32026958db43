import { Type } from "typebox";
import { failure } from "../errors.ts";
import { Labels } from "./job.ts";
import { parse } from "./validation.ts";

/** With its name, which a fault begins with. */
const Parameter = Type.Object({ labels: Labels });

/** Parses the query form of labels, `key:value,key:value`. @throws INVALID_OPTION */
export function parseLabels(text: string): Record<string, string> {
  const entries = text.split(",").map((pair) => {
    const separator = pair.indexOf(":");
    return separator === -1 ? [pair, ""] : [pair.slice(0, separator), pair.slice(separator + 1)];
  });
  const labels = Object.fromEntries(entries);
  if (Object.keys(labels).length < entries.length)
    throw failure("INVALID_OPTION", "labels has the same name more than once.");
  return parse(Parameter, { labels }).labels;
}
