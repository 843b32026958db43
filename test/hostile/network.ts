/**
 * A network of its own on this machine: each host is a network namespace with an address on a bridge, and a packet
 * filter on the bridge loses packets between them. Linux, as root, with `ip` and `nft`, in a space of its own
 * (`own-space.ts`), which ends with the process.
 *
 * The filter cannot delay packets: a kernel without `netem` has no means for it.
 */
import { execFileSync } from "node:child_process";
import type { Harm } from "./faults.ts";

/** Of packets. TCP goes on, many times as slow. */
const LOST_PERCENT = 15;
const SLOW_KIB_PER_SECOND = 64;
const BRIDGE = "bridge";
const FILTER = "harm";
const SUBNET = "10.77.0";

/** Packets from one host to another meet with this. */
interface Harmed {
  readonly harm: Harm;
  readonly from: readonly string[];
  readonly to: readonly string[];
}

export class Network {
  /** The host that this process is: it needs no namespace. */
  static readonly here = "clients";
  readonly #hosts: readonly string[];
  readonly #harmed = new Set<Harmed>();

  /** @param hosts Names of the others. */
  constructor(hosts: readonly string[]) {
    this.#hosts = [Network.here, ...hosts];
    ip(`link add ${BRIDGE} type bridge`, `addr add ${this.addressOf(Network.here)}/24 dev ${BRIDGE}`);
    ip(`link set ${BRIDGE} up`);
    for (const host of hosts) {
      const [space, end] = [host, `${BRIDGE}-${this.#hosts.indexOf(host)}`];
      ip(`netns add ${space}`, `link add ${end} type veth peer name eth0 netns ${space}`);
      ip(`link set ${end} master ${BRIDGE} up`, `-n ${space} addr add ${this.addressOf(host)}/24 dev eth0`);
      ip(`-n ${space} link set eth0 up`, `-n ${space} link set lo up`);
    }
    const rules = [
      "ip saddr . ip daddr @cut drop",
      `ip saddr . ip daddr @lossy numgen random mod 100 < ${LOST_PERCENT} drop`,
      `ip saddr . ip daddr @slow limit rate over ${SLOW_KIB_PER_SECOND} kbytes/second burst 128 kbytes drop`,
    ];
    const sets = ["cut", "lossy", "slow"].map((set) => `set ${set} { type ipv4_addr . ipv4_addr; }`);
    const chains = ["forward", "input", "output"].map(
      (hook) => `chain ${hook} { type filter hook ${hook} priority 0; ${rules.join("; ")}; }`,
    );
    nft([`table bridge ${FILTER} {`, ...sets, ...chains, "}"].join("\n"));
  }

  addressOf(host: string): string {
    const index = this.#hosts.indexOf(host);
    if (index === -1) throw new Error(`There is no host ${host}.`);
    return `${SUBNET}.${index + 1}`;
  }

  /** The command that runs a program on the host, to be followed by that program and its arguments. */
  runOn(host: string): readonly string[] {
    return ["ip", "netns", "exec", host];
  }

  /** @returns a function that ends the harm. */
  harm(harm: Harm, from: readonly string[], to: readonly string[]): () => void {
    const harmed = { harm, from, to };
    this.#harmed.add(harmed);
    this.#filter();
    return () => {
      this.#harmed.delete(harmed);
      this.#filter();
    };
  }

  /** All at once, so that harms may overlap and no packet passes while one of them changes. */
  #filter(): void {
    const changes = ["cut", "lossy", "slow"].flatMap((set) => {
      const pairs = [...this.#harmed]
        .filter(({ harm }) => harm === set)
        .flatMap(({ from, to }) => from.flatMap((a) => to.map((b) => [this.addressOf(a), this.addressOf(b)])));
      const elements = [...new Set(pairs.map(([a, b]) => `${a} . ${b}`))];
      const where = `bridge ${FILTER} ${set}`;
      return [
        `flush set ${where}`,
        ...(elements.length > 0 ? [`add element ${where} { ${elements.join(", ")} }`] : []),
      ];
    });
    nft(changes.join("\n"));
  }
}

function ip(...commands: readonly string[]): void {
  for (const command of commands) execFileSync("ip", command.split(" "), { stdio: ["ignore", "ignore", "inherit"] });
}

function nft(script: string): void {
  execFileSync("nft", ["-f", "-"], { input: script, stdio: ["pipe", "ignore", "inherit"] });
}
