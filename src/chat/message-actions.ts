// Everything a person can do with messages, in one hand for the sockets.
import { Injectable } from "@nestjs/common";
import { BranchActions } from "./branch-actions.js";
import { SendMessage } from "./send-message.js";
import { ShareDraft } from "./share-draft.js";
import { StopMessage } from "./stop-message.js";

@Injectable()
export class MessageActions {
  constructor(
    readonly sending: SendMessage,
    readonly stopping: StopMessage,
    readonly branches: BranchActions,
    readonly drafts: ShareDraft,
  ) {}
}
