import { expect, it } from "vitest";
import { type Fault, faults, HOSTS, hostsOf, KINDS } from "./faults.ts";

const schedule = (seed: number, count: number) => faults(seed).take(count).toArray();
const namesOf = (fault: Fault) => `${fault.kind} ${hostsOf(fault).join(" ").replaceAll(/-\d/g, "")}`;

it("the same seed gives the same faults, and another gives others", () => {
  expect(schedule(1, 100)).toEqual(schedule(1, 100));
  expect(schedule(1, 100)).not.toEqual(schedule(2, 100));
});

it("each round has a fault of each kind, of hosts that there are", () => {
  for (const seed of [1, 2, 3]) {
    const round = schedule(seed, KINDS).map(({ fault }) => fault);
    expect(new Set(round.map(({ kind }) => kind))).toEqual(
      new Set(["killed", "frozen", "restarted", "cut", "lossy", "slow", "clock", "full disk", "lost disk"]),
    );
    const names = round.map(namesOf);
    for (const victim of ["api", "jobs", "detector", "nats", "nats nats nats", "database"])
      expect(names).toContain(`killed ${victim}`);
    for (const fault of round) {
      expect(HOSTS).toEqual(expect.arrayContaining([...hostsOf(fault)]));
      expect(hostsOf(fault)).not.toEqual([]);
    }
  }
});

it("links are harmed both ways and one way, and always between different hosts", () => {
  const cuts = schedule(1, 10 * KINDS).flatMap(({ fault }) => ("from" in fault ? [fault] : []));
  expect(cuts.some(({ isOneWay }) => isOneWay)).toBe(true);
  expect(cuts.some(({ isOneWay }) => !isOneWay)).toBe(true);
  for (const { from, to } of cuts) {
    expect(to).not.toEqual([]);
    expect(to.filter((host) => from.includes(host))).toEqual([]);
  }
});
