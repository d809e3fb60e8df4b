// Ends calls whose platform key was taken away while they run, within a second.
import { Injectable } from "@nestjs/common";
import { AccessService } from "#src/auth/access.service";
import { type Actor, type KeyGrant } from "#src/auth/actor";
import { Rooms } from "#src/realtime/rooms";

@Injectable()
export class KeyWatch {
  constructor(
    private readonly rooms: Rooms,
    private readonly access: AccessService,
  ) {}

  /**
   * Calls `end` once when the key does not hold any more, or may not use the gateway: revoked, expired, narrowed, its member
   * gone or demoted. A change that leaves the right (another limit, a promotion) ends nothing.
   * @returns ends the watch
   */
  watch(caller: Actor & { key: KeyGrant }, end: () => void): () => void {
    let over = false;
    let unwatch = (): void => undefined;
    const begin = (key: KeyGrant): void => {
      unwatch = this.rooms.watch({ ...caller, key }, () => {
        unwatch();
        void look();
      });
    };
    const look = async (): Promise<void> => {
      // A key that cannot be looked up is not known to hold.
      const key = await this.access.keyThatStillMay(caller.key.id, "gateway.use").catch(() => null);
      if (over) return;
      if (key) begin(key);
      else end();
    };
    begin(caller.key);
    return () => {
      over = true;
      unwatch();
    };
  }
}
