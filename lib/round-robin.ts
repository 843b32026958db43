/**
 * Items of several groups: round-robin among the groups, first in, first out within a group. A group that becomes
 * non-empty is served after all others have had a turn.
 */
export class RoundRobin<Group, Id, Item> {
  /** In the order of service. A served group moves to the end. */
  readonly #groups = new Map<Group, Map<Id, Item>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  has(group: Group): boolean {
    return this.#groups.has(group);
  }

  /** Ignores an item whose id is already in the group. */
  push(group: Group, id: Id, item: Item): void {
    let items = this.#groups.get(group);
    if (!items) {
      items = new Map();
      this.#groups.set(group, items);
    }
    if (items.has(id)) return;
    items.set(id, item);
    this.#size += 1;
  }

  /** The next item, which stays. */
  peek(): Item | undefined {
    for (const items of this.#groups.values()) for (const item of items.values()) return item;
    return undefined;
  }

  /** Removes and returns the next item. */
  shift(): Item | undefined {
    for (const [group, items] of this.#groups) {
      this.#groups.delete(group);
      for (const [id, item] of items) {
        items.delete(id);
        if (items.size > 0) this.#groups.set(group, items);
        this.#size -= 1;
        return item;
      }
    }
    return undefined;
  }

  /** Removes an item from whichever group it is in. @returns whether it was there. */
  remove(id: Id): boolean {
    for (const [group, items] of this.#groups) {
      if (!items.delete(id)) continue;
      if (items.size === 0) this.#groups.delete(group);
      this.#size -= 1;
      return true;
    }
    return false;
  }

  drop(group: Group): void {
    this.#size -= this.#groups.get(group)?.size ?? 0;
    this.#groups.delete(group);
  }
}
