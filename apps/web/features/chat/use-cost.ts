// What a conversation has cost: the server's sum, asked for again whenever an answer ends or is settled.
import type { ConversationSnapshot } from "@parley/client";
import { useQuery } from "@tanstack/react-query";
import { useWorkspaceClient } from "~/features/workspaces/current-workspace";

/** A decimal string; "0" while nothing is known. Other branches count, too, so the sum cannot be made here. */
export function useCost({ conversation, messages }: ConversationSnapshot): string {
  const client = useWorkspaceClient();
  const known = messages.flatMap(({ id, costUsd }) => (costUsd == null ? [] : [id, costUsd]));
  const { data } = useQuery({
    queryKey: ["conversation-cost", conversation?.id, conversation?.costUsd, known.slice(-2), known.length],
    enabled: conversation !== null && known.length > 0,
    placeholderData: (before) => before,
    queryFn: async () => (conversation ? (await client.conversations.get(conversation.id)).costUsd : "0"),
  });
  return data ?? conversation?.costUsd ?? "0";
}
