// How rotation looks over REST.
import { IntField, ListField, TextField } from "#libs/dto/index";

export class WorkspaceKeyRotationView {
  @IntField({ description: "The version of the workspace's key; 0: it has sealed nothing yet." }) version!: number;
  @IntField({ description: "Secrets that are under it." }) done!: number;
  @IntField() left!: number;
}

export class MasterKeyUseView {
  @TextField({ description: "The key's id in VAULT_KEYS." }) kekId!: string;
  @IntField({
    description: "Workspace keys that it wraps, and the instance's own as long as that is not under the target.",
  })
  count!: number;
}

export class MasterKeysView {
  @TextField({ description: "The id of the key that wraps from now on: the first of VAULT_KEYS." }) target!: string;
  @ListField(() => MasterKeyUseView) wrapped!: MasterKeyUseView[];
  @IntField({
    description:
      "Keys that are not under the target yet, the instance's own among them; 0: other keys may be taken out.",
  })
  left!: number;
}
