// The model of a new conversation: the one chosen last, else that of the latest conversation, else the server's own choice.
import { useChoices } from "~/app/settings";
import { useModels } from "~/features/catalog/models";
import { useConversations } from "./conversations";

/** Null: the server chooses. */
export function useDefaultModel(): string | null {
  const chosen = useChoices((choices) => choices.model);
  const { conversations } = useConversations(false);
  const { data: models } = useModels();
  const wanted = chosen ?? conversations?.[0]?.model ?? null;
  // A model may have left the catalog since.
  if (models && wanted !== null && !models.some(({ id }) => id === wanted)) return null;
  return wanted;
}
