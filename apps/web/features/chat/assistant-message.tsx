// A model's answer: what it thought, the text as it comes, how it ended, and what it cost.
import { isTerminal, type Message, type MessageView } from "@parley/client";
import { memo } from "react";
import { useTranslation } from "react-i18next";
import { AnswerEnd } from "./answer-end";
import { AnswerFooter, LiveFooter } from "./answer-footer";
import { Markdown } from "./markdown/markdown";
import { Reasoning } from "./reasoning";
import { Sources } from "./sources";
import { ToolCalls } from "./tool-calls";
import { useMessage } from "./use-session";
import { Waiting } from "./waiting";

export const AssistantMessage = memo(function AssistantMessage({ message }: { message: Message }) {
  const { t } = useTranslation();
  const view = useMessage(message);
  const live = !isTerminal(view.message.status);
  return (
    <article
      aria-label={t("message.answerOf", { model: view.message.model ?? t("message.aModel") })}
      aria-busy={live}
      data-message={message.id}
      data-status={view.message.status}
      className="group"
    >
      <AnswerBody view={view} live={live} />
      {!live && <AnswerEnd message={view.message} text={view.text} />}
      {live ? <LiveFooter message={message} /> : <AnswerFooter message={view.message} text={view.text} />}
    </article>
  );
});

function AnswerBody({ view, live }: { view: MessageView; live: boolean }) {
  const { text, reasoning, toolCalls, annotations } = view;
  const nothingYet = live && text === "" && reasoning === "" && toolCalls.length === 0;
  return (
    <>
      {reasoning !== "" && <Reasoning text={reasoning} thinking={live && text === ""} />}
      {toolCalls.length > 0 && <ToolCalls calls={toolCalls} />}
      {text !== "" && <Markdown text={text} open={live} />}
      {nothingYet && <Waiting since={view.message.createdAt} />}
      {annotations.length > 0 && <Sources annotations={annotations} />}
    </>
  );
}
