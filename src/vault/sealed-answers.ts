// Answers of models at rest: sealed with the workspace's key, and found by a keyed hash, so that both end with that key.
import { createHmac, hkdfSync } from "node:crypto";
import { Injectable } from "@nestjs/common";
import { dekVersionOf, open, SealBrokenError, seal } from "./sealing.js";
import { KeyDestroyedError } from "./vault.errors.js";
import { WorkspaceKeys } from "./workspace-keys.js";

/** What an answer is bound to: another workspace, request or end does not open it. */
export interface AnswerPlace {
  workspaceId: string;
  /** The name of the request, see {@link SealedAnswers.nameOf}. */
  request: string;
  /** Epoch ms. */
  expiresAt: number;
}

@Injectable()
export class SealedAnswers {
  constructor(private readonly keys: WorkspaceKeys) {}

  /**
   * The name of a request: HMAC-SHA-256 under a key of the workspace, hex, so that nobody who reads the database can try
   * prompts against it. It changes when the workspace's key does.
   * @returns undefined while the workspace has sealed nothing yet, and when its key is destroyed
   */
  async nameOf(workspaceId: string, parts: readonly Buffer[]): Promise<string | undefined> {
    try {
      return await this.keys.withNewest(workspaceId, (dek) => named(dek.key, parts));
    } catch (error) {
      if (error instanceof KeyDestroyedError) return undefined;
      throw error;
    }
  }

  /** Names a request and seals its answer. Must run in a transaction. @throws KeyDestroyedError */
  async seal(
    { workspaceId, expiresAt }: Omit<AnswerPlace, "request">,
    parts: readonly Buffer[],
    answer: string,
  ): Promise<{ request: string; sealed: string }> {
    return this.keys.withCurrent(workspaceId, (dek) => {
      const request = named(dek.key, parts);
      return { request, sealed: seal(dek, placeOf({ workspaceId, request, expiresAt }), answer) };
    });
  }

  /** @returns undefined when it does not open: changed, moved, or its key is gone */
  async open(place: AnswerPlace, sealed: string): Promise<string | undefined> {
    try {
      const version = dekVersionOf(sealed);
      return await this.keys.withVersion(place.workspaceId, version, (dek) => open(dek, placeOf(place), sealed));
    } catch (error) {
      if (error instanceof SealBrokenError || error instanceof KeyDestroyedError) return undefined;
      throw error;
    }
  }
}

function named(dek: Buffer, parts: readonly Buffer[]): string {
  const key = Buffer.from(hkdfSync("sha256", dek, "", "gateway-request/1", 32));
  const hmac = createHmac("sha256", key);
  key.fill(0);
  for (const part of parts) {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(part.length);
    hmac.update(length).update(part);
  }
  return hmac.digest("hex");
}

function placeOf({ workspaceId, request, expiresAt }: AnswerPlace) {
  return {
    ...{ table: "gateway_answers", column: "sealed", workspaceId, rowId: request },
    ...{ secretVersion: expiresAt, origin: "" },
  };
}
