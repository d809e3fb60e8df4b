// Thumbs under an answer: pressed again, the rating is taken back; a thumb down asks what was wrong.
import { type Feedback, ParleyError } from "@parley/client";
import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { ThumbsDown, ThumbsUp } from "lucide-react";
import { useState } from "react";
import { Form } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { messageOf } from "~/app/api";
import { useWorkspaceClient } from "~/features/workspaces/current-workspace";
import { Button, ToggleIconButton } from "~/ui/button";
import { Dialog } from "~/ui/dialog";
import { Field } from "~/ui/field";
import { Notice } from "~/ui/notice";
import { useSession } from "./use-session";

type Rating = Feedback["rating"];
/** Longest comment that the server takes, characters. */
const MAX_COMMENT = 2_000;

export function FeedbackButtons({ messageId }: { messageId: string }) {
  const { t } = useTranslation();
  const { rating, rate, unrate } = useFeedback(messageId);
  const [commenting, setCommenting] = useState(false);
  const pressed = (thumb: Rating, selected: boolean) => {
    if (selected) rate.mutate({ rating: thumb });
    else unrate.mutate();
    setCommenting(selected && thumb === "down");
  };
  return (
    <>
      {(["up", "down"] as const).map((thumb) => (
        <ToggleIconButton
          key={thumb}
          icon={thumb === "up" ? ThumbsUp : ThumbsDown}
          size={15}
          label={t(`feedback.${thumb}`)}
          isSelected={rating === thumb}
          onChange={(selected) => pressed(thumb, selected)}
        />
      ))}
      {commenting && <CommentDialog messageId={messageId} onClose={() => setCommenting(false)} />}
      {!commenting && (rate.error ?? unrate.error) !== null && (
        <span role="alert" className="text-meta text-danger">
          {t("feedback.failed")}
        </span>
      )}
    </>
  );
}

function CommentDialog({ messageId, onClose }: { messageId: string; onClose: () => void }) {
  const { t } = useTranslation();
  const { rate } = useFeedback(messageId);
  const [comment, setComment] = useState("");
  const save = () => rate.mutate({ rating: "down", comment: comment.trim() }, { onSuccess: onClose });
  return (
    <Dialog open onOpenChange={onClose} title={t("feedback.title")}>
      <Form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        <Field
          label={t("feedback.comment")}
          description={t("feedback.commentNote")}
          value={comment}
          onChange={setComment}
          maxLength={MAX_COMMENT}
          autoFocus
          autoComplete="off"
        />
        {rate.error && <Notice tone="danger" title={messageOf(rate.error)} />}
        <div className="flex justify-end gap-2">
          <Button onPress={onClose}>{t("feedback.skip")}</Button>
          <Button type="submit" variant="primary" isDisabled={comment.trim() === "" || rate.isPending}>
            {t("feedback.send")}
          </Button>
        </div>
      </Form>
    </Dialog>
  );
}

/** The own rating of a message, and how it is changed. */
function useFeedback(messageId: string) {
  const client = useWorkspaceClient();
  const { conversationId } = useSession();
  const cache = useQueryClient();
  const query = queryOptions({
    queryKey: ["feedback", conversationId],
    queryFn: async () => {
      const all: Record<string, Rating> = {};
      let cursor: string | null | undefined;
      do {
        const page = await client.messages.ratings(conversationId, { limit: 100, ...(cursor && { cursor }) });
        for (const { messageId: id, rating } of page.data) all[id] = rating;
        cursor = page.nextCursor;
      } while (cursor);
      return all;
    },
    staleTime: 60_000,
    retry: (failures, error) => failures < 2 && !(error instanceof ParleyError && error.status === 404),
  });
  const { data } = useQuery(query);
  const show = (rating: Rating | undefined) =>
    cache.setQueryData(query.queryKey, (all) => {
      const { [messageId]: _, ...others } = all ?? {};
      return rating ? { ...others, [messageId]: rating } : others;
    });
  const reread = () => cache.invalidateQueries({ queryKey: query.queryKey });
  const rate = useMutation({
    mutationFn: (body: { rating: Rating; comment?: string }) => client.messages.rate(messageId, body),
    onMutate: ({ rating }) => void show(rating),
    onError: reread,
  });
  const unrate = useMutation({
    mutationFn: () => client.messages.unrate(messageId),
    onMutate: () => void show(undefined),
    onError: reread,
  });
  return { rating: data?.[messageId], rate, unrate };
}
