import type { LaneTasks } from "./job-lanes.ts";

/** Tasks of a lane, and the images that they stand for, that one node announces to the others. */
export type Announcement = readonly [priority: number, lane: number, tasks: number, images: number];

/** One for each lane. */
export function announcementsOf(lanes: readonly LaneTasks[]): Announcement[] {
  const announced = new Map<string, Announcement>();
  for (const { lane, tasks } of lanes)
    for (const { priority, images } of tasks) {
      const [, , tasksBefore, imagesBefore] = announced.get(`${priority}.${lane}`) ?? [priority, lane, 0, 0];
      announced.set(`${priority}.${lane}`, [priority, lane, tasksBefore + 1, imagesBefore + images]);
    }
  return [...announced.values()];
}

export interface AnnouncedTasks {
  /** The node that announces them. NATS sends it its own message too. */
  readonly from: string;
  readonly lanes: readonly Announcement[];
}
