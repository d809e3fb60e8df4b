// What the deletion of an account would do to its workspaces, and whether it may be.
import { Injectable } from "@nestjs/common";
import { Database } from "#libs/database/index";
import { ConflictError, NotFoundError } from "#libs/errors/index";
import { MembershipsRepository, type Standing } from "#src/auth/memberships.repository";
import { Operators } from "#src/auth/operators";

/** What the deletion of an account does, by its workspaces. */
export interface DeletionPlan {
  account: { id: string; email: string };
  /** Nobody else is in them: they are deleted with the account. */
  deletes: Standing[];
  /** They go on without it. */
  leaves: Standing[];
  /** It is their only owner, and others are in them: while there is one, the account cannot be deleted. */
  blocks: Standing[];
  /** It is the only operator that is left, and cannot be deleted. */
  lastOperator: boolean;
}

@Injectable()
export class DeletionPlans {
  constructor(
    private readonly db: Database,
    private readonly memberships: MembershipsRepository,
    private readonly operators: Operators,
  ) {}

  /** @throws NotFoundError */
  async make(userId: string): Promise<DeletionPlan> {
    const account = await this.db.one<DeletionPlan["account"]>("SELECT id, email FROM users WHERE id = ?", [userId]);
    if (!account) throw new NotFoundError("This account");
    const plan: DeletionPlan = { account, deletes: [], leaves: [], blocks: [], lastOperator: false };
    for (const one of await this.memberships.standings(userId)) plan[kindOf(one)].push(one);
    return { ...plan, lastOperator: !(await this.operators.exist(userId)) };
  }

  /**
   * A plan that holds until the end of the transaction: neither the account nor its workspaces' members change meanwhile.
   * @throws NotFoundError, ConflictError `last_owner` | `last_operator` when the account may not be deleted
   */
  async lock(userId: string): Promise<DeletionPlan> {
    await this.operators.lock(userId);
    // In one order for everybody: two that lock the same workspaces must not wait for each other in a circle.
    const mine = (await this.memberships.standings(userId)).map(({ id }) => id).sort();
    for (const id of mine) await this.memberships.lock(id);
    const plan = await this.make(userId);
    if (plan.blocks.length > 0) throw lastOwner(plan.blocks);
    await this.operators.require(userId);
    return plan;
  }
}

function kindOf({ role, others, otherOwners }: Standing): "deletes" | "leaves" | "blocks" {
  if (others === 0) return "deletes";
  return role === "owner" && otherOwners === 0 ? "blocks" : "leaves";
}

function lastOwner(blocks: readonly Standing[]): ConflictError {
  const names = new Intl.ListFormat("en").format(blocks.map(({ name }) => `“${name}”`));
  return new ConflictError(
    "last_owner",
    `The account is the only owner of ${names}, where others are members: hand over or delete what they are in first.`,
  );
}
