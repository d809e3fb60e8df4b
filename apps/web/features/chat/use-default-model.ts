// The model of a new conversation: the one chosen last, else that of the latest conversation, else the server's own choice.
import { useQuery } from "@tanstack/react-query";
import { useChoices } from "~/app/settings";
import { instanceQuery } from "~/features/auth/account";
import { useModels } from "~/features/catalog/models";
import { useConversations } from "./conversations";

/** Null: not known yet, the server chooses. */
export function useDefaultModel(): string | null {
  const chosen = useChoices((choices) => choices.model);
  const { conversations } = useConversations(false);
  const { data: models } = useModels();
  const { data: instance } = useQuery(instanceQuery);
  // A model may have left the catalog since.
  const offered = (id: string | null | undefined) => id != null && (!models || models.some((model) => model.id === id));
  const wanted = [chosen, conversations?.[0]?.model].find(offered);
  return wanted ?? instance?.defaultModel ?? null;
}
