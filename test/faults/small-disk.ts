// A file system of a few megabytes that can be filled to the last byte, for what happens when a disk is full.
import { spawnSync } from "node:child_process";
import { closeSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { aFolder } from "../app/child.js";

const BLOCK = Buffer.alloc(64 * 1024);

/** Mounts a tmpfs; that takes Linux and root. */
export class SmallDisk {
  private constructor(readonly path: string) {}

  /** @returns why there can be none here, or the disk */
  static mount(megabytes: number): SmallDisk | string {
    const path = aFolder("parley-disk-");
    const { status, stderr, error } = spawnSync("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m`, "parley", path]);
    if (status === 0) return new SmallDisk(path);
    rmSync(path, { recursive: true });
    return `no file system can be mounted here: ${error?.message ?? String(stderr).trim()}`;
  }

  /** Writes until nothing more fits. */
  fill(): void {
    const file = openSync(this.filler, "a");
    try {
      for (let size = BLOCK.length; size >= 1; ) {
        try {
          writeSync(file, BLOCK, 0, size);
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
          size = Math.floor(size / 2);
        }
      }
    } finally {
      closeSync(file);
    }
  }

  /** Gives the room back. */
  free(): void {
    rmSync(this.filler, { force: true });
  }

  unmount(): void {
    spawnSync("umount", ["-l", this.path]);
    rmSync(this.path, { recursive: true, force: true });
  }

  private get filler(): string {
    return join(this.path, "filler");
  }
}
