// A link to a conversation does not say its workspace: when it is not in the current one, the account's others are asked.
import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { api } from "~/app/api";
import { useChoices } from "~/app/settings";
import { useMe } from "~/features/auth/account";
import { useWorkspace } from "~/features/workspaces/current-workspace";

/** Switches to the workspace that has the conversation. @param enabled it is not in the current one */
export function useFindWorkspace(conversationId: string, enabled: boolean): "searching" | "nowhere" {
  const { workspaces } = useMe();
  const current = useWorkspace();
  const choose = useChoices((choices) => choices.choose);
  const others = workspaces.filter(({ id }) => id !== current.id);
  const { data, isFetching } = useQuery({
    queryKey: ["workspace-of", conversationId, others.map(({ id }) => id)],
    enabled: enabled && others.length > 0,
    retry: false,
    queryFn: async () => {
      for (const { id } of others) {
        const found = await api
          .workspace(id)
          .conversations.get(conversationId)
          .catch(() => null);
        if (found) return id;
      }
      return null;
    },
  });
  useEffect(() => {
    if (enabled && data) choose({ workspaceId: data });
  }, [enabled, data, choose]);
  return isFetching || data ? "searching" : "nowhere";
}
