/**
 * Items of several groups: round-robin among the groups, first in, first out within a group.
 *
 * With `sparseFirst`, a group that has nothing in the present round is served before the others, once in a round. So a
 * group with few items does not wait for a round, and none can hold up the others. (As with the new and old queues of
 * FQ-CoDel, RFC 8290, section 4.2.)
 */
export class RoundRobin<Group, Id, Item> {
  readonly #isSparseFirst: boolean;
  /** Groups that are not in the round yet; only with `sparseFirst`. */
  readonly #fresh = new Map<Group, Map<Id, Item>>();
  /** Groups in the order of service. A served group moves to the end. */
  readonly #round = new Map<Group, Map<Id, Item>>();
  #size = 0;

  constructor({ sparseFirst = false } = {}) {
    this.#isSparseFirst = sparseFirst;
  }

  get size(): number {
    return this.#size;
  }

  has(group: Group): boolean {
    return (this.#itemsOf(group)?.size ?? 0) > 0;
  }

  /** Ignores an item whose id is already in the group. */
  push(group: Group, id: Id, item: Item): void {
    let items = this.#itemsOf(group);
    if (!items) {
      items = new Map();
      (this.#isSparseFirst ? this.#fresh : this.#round).set(group, items);
    }
    if (items.has(id)) return;
    items.set(id, item);
    this.#size += 1;
  }

  /** Returns the next item without removing it. */
  peek(): Item | undefined {
    const [, items] = this.#next() ?? [];
    return items?.values().next().value;
  }

  /** Removes and returns the next item. */
  shift(): Item | undefined {
    const next = this.#next();
    if (!next) return undefined;
    const [group, items] = next;
    const [id, item] = items.entries().next().value as [Id, Item];
    items.delete(id);
    this.#fresh.delete(group);
    this.#round.delete(group);
    // An empty group stays until its turn, because until then it counts as served in this round.
    if (items.size > 0 || this.#isSparseFirst) this.#round.set(group, items);
    this.#shrink(1);
    return item;
  }

  /** Removes an item from whichever group it is in. @returns whether it was there. */
  remove(id: Id): boolean {
    for (const groups of [this.#fresh, this.#round])
      for (const [group, items] of groups) {
        if (!items.delete(id)) continue;
        if (items.size === 0 && !(this.#isSparseFirst && groups === this.#round)) groups.delete(group);
        this.#shrink(1);
        return true;
      }
    return false;
  }

  /** Removes a group. @returns its items. */
  drop(group: Group): readonly Item[] {
    const items = [...(this.#itemsOf(group)?.values() ?? [])];
    this.#fresh.delete(group);
    this.#round.delete(group);
    this.#shrink(items.length);
    return items;
  }

  #itemsOf(group: Group): Map<Id, Item> | undefined {
    return this.#fresh.get(group) ?? this.#round.get(group);
  }

  /** The group whose turn it is. Empty groups whose turn it would be leave the round. */
  #next(): [Group, Map<Id, Item>] | undefined {
    for (const entry of this.#fresh) return entry;
    for (const entry of this.#round) {
      if (entry[1].size > 0) return entry;
      this.#round.delete(entry[0]);
    }
    return undefined;
  }

  #shrink(count: number): void {
    this.#size -= count;
    if (this.#size > 0) return;
    // The round ends when nothing is waiting. All groups that are left in it are empty.
    this.#round.clear();
  }
}
