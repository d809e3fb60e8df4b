// Calls at once: as many as a workspace and a member may have, never fewer, and every place comes back.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { type Config } from "#libs/config/index";
import { CallLimits } from "./call-limits.js";

const limitsOf = (perWorkspace: number, perUser: number) =>
  new CallLimits({ gateway: { perWorkspace, perUser } } as Config);

describe("calls at once", () => {
  it("are let in exactly while workspace and member have a place, in any order of coming and going", () => {
    const person = fc.record({ workspaceId: fc.constantFrom("a", "b"), userId: fc.constantFrom("x", "y", "z") });
    const step = fc.oneof(fc.record({ come: person }), fc.record({ go: fc.nat() }));
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 80 }),
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 4 }),
        (steps, most, each) => {
          const limits = limitsOf(most, each);
          const inside: { workspaceId: string; userId: string; leave: () => void }[] = [];
          for (const one of steps) {
            if ("go" in one) {
              const [gone] = inside.splice(one.go % Math.max(1, inside.length), 1);
              gone?.leave();
              continue;
            }
            const { workspaceId, userId } = one.come;
            const same = inside.filter((other) => other.workspaceId === workspaceId);
            const room = same.length < most && same.filter((other) => other.userId === userId).length < each;
            if (room) inside.push({ workspaceId, userId, leave: limits.enter(one.come) });
            else
              assert.throws(() => limits.enter(one.come), {
                status: 429,
                code: "too_many_requests",
                retryAfterMs: 1_000,
              });
          }
        },
      ),
    );
  });

  it("says whose limit is reached", () => {
    const limits = limitsOf(2, 1);
    limits.enter({ workspaceId: "a", userId: "x" });
    assert.throws(() => limits.enter({ workspaceId: "a", userId: "x" }), /1 calls of this member/);
    limits.enter({ workspaceId: "a", userId: "y" });
    assert.throws(() => limits.enter({ workspaceId: "a", userId: "z" }), /2 calls of this workspace/);
  });
});
