// What clients send to delete an account, and see of what that would do.
import { BoolField, EnumField, ListField, ObjectField, TextField, UuidField } from "#libs/dto/index";
import { CODE } from "#src/auth/auth.dto";
import { PROOFS, type Proof } from "./account-proof.js";
import { type DeletionPlan } from "./deletion-plan.js";

export class DeleteAccountDto {
  @TextField({ optional: true, min: 1, max: 200, description: "Required where the proof is `password`." })
  password?: string;
  @TextField({ optional: true, trim: true, min: 6, max: 20, description: `${CODE} Where there is a second factor.` })
  code?: string;
  @TextField({ optional: true, trim: true, min: 1, max: 254, description: "Required where the proof is `email`." })
  email?: string;
}

export class DeletionWorkspaceView {
  @UuidField() id!: string;
  @TextField() name!: string;
}

export class AccountDeletionView {
  @ListField(() => DeletionWorkspaceView, { description: "Nobody else is in them: they are deleted with the account." })
  deletes!: DeletionWorkspaceView[];
  @ListField(() => DeletionWorkspaceView, { description: "They go on without it." })
  leaves!: DeletionWorkspaceView[];
  @ListField(() => DeletionWorkspaceView, {
    description:
      "It is their only owner, and others are members: it cannot be deleted before they are handed over or deleted.",
  })
  blocks!: DeletionWorkspaceView[];
  @BoolField({ description: "It is the only operator that is left, and cannot be deleted." }) lastOperator!: boolean;
}

export class OwnDeletionView {
  @ObjectField(() => AccountDeletionView) plan!: AccountDeletionView;
  @EnumField(PROOFS, { description: "What deleting it takes: the password (and a code), or typing its e-mail." })
  proof!: Proof;
}

const named = ({ id, name }: DeletionWorkspaceView): DeletionWorkspaceView => ({ id, name });

export function toAccountDeletionView({ deletes, leaves, blocks, lastOperator }: DeletionPlan): AccountDeletionView {
  return { deletes: deletes.map(named), leaves: leaves.map(named), blocks: blocks.map(named), lastOperator };
}
