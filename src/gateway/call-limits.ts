// How many calls of the gateway run at once in this process: for each workspace, and for each member in it.
import { Injectable } from "@nestjs/common";
import { Config } from "#libs/config/index";
import { TooManyRequestsError } from "#libs/errors/index";
import { type Actor } from "#src/auth/actor";

/** When a refused client may ask again, ms: answers end all the time. */
const RETRY_AFTER_MS = 1_000;

/** Counted in memory: a limit that protects a process costs no trip to Redis, and leaves nothing behind when it dies. */
@Injectable()
export class CallLimits {
  private readonly running = new Map<string, number>();

  constructor(private readonly config: Config) {}

  /**
   * Takes a place for a call.
   * @returns gives it back; to be called once
   * @throws TooManyRequestsError 429 when the workspace or the member has as many calls as it may
   */
  enter({ workspaceId, userId }: Pick<Actor, "workspaceId" | "userId">): () => void {
    const { perWorkspace, perUser } = this.config.gateway;
    const places = [
      { name: workspaceId, most: perWorkspace, whose: "this workspace" },
      { name: `${workspaceId} ${userId}`, most: perUser, whose: "this member" },
    ];
    const full = places.find(({ name, most }) => (this.running.get(name) ?? 0) >= most);
    if (full)
      throw new TooManyRequestsError(
        RETRY_AFTER_MS,
        `${full.most} calls of ${full.whose} run already. Wait for one to end.`,
      );
    for (const { name } of places) this.running.set(name, (this.running.get(name) ?? 0) + 1);
    return () => {
      for (const { name } of places) this.leave(name);
    };
  }

  private leave(name: string): void {
    const left = (this.running.get(name) ?? 1) - 1;
    if (left > 0) this.running.set(name, left);
    else this.running.delete(name);
  }
}
