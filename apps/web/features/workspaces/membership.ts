// The members of the current workspace as they are read and read again.
import { allOf, type Member } from "@parley/client";
import { useQuery } from "@tanstack/react-query";
import { queryClient } from "~/app/api";
import { useWorkspace, useWorkspaceClient } from "./current-workspace";

/** All members of the current workspace. */
export function useMembers() {
  const { id } = useWorkspace();
  const client = useWorkspaceClient();
  return useQuery({
    queryKey: ["members", id],
    // Others join while this page is in the background.
    refetchOnWindowFocus: "always",
    queryFn: async () => {
      const members: Member[] = [];
      for await (const member of allOf((query) => client.members.list(query))) members.push(member);
      return members;
    },
  });
}

export async function refreshMembers(workspaceId: string): Promise<void> {
  await queryClient.invalidateQueries({ queryKey: ["members", workspaceId] });
}
