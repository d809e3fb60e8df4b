// One message of the thread.
import type { Message } from "@parley/client";
import { memo } from "react";
import { AssistantMessage } from "./assistant-message";
import { UserMessage } from "./user-message";

export const MessageRow = memo(function MessageRow({ message }: { message: Message }) {
  return message.role === "assistant" ? <AssistantMessage message={message} /> : <UserMessage message={message} />;
});
