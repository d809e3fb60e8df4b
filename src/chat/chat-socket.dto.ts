// Payloads of the client's socket events: the REST bodies and where they belong.
import { JsonField, TextField, UuidField } from "#libs/dto/index";
import { ContinueDto, EditMessageDto, RegenerateDto, SendMessageDto } from "./chat.dto.js";

export class JoinPayload {
  @UuidField() workspaceId!: string;
  @UuidField() conversationId!: string;
  @JsonField({ optional: true, description: "Message id → last seq seen." }) resume?: Record<string, unknown>;
}

export class LeavePayload {
  @UuidField({ optional: true }) workspaceId?: string;
  @UuidField() conversationId!: string;
}

export class SendPayload extends SendMessageDto {
  @UuidField() workspaceId!: string;
  @UuidField() conversationId!: string;
}

export class StopPayload {
  @UuidField() workspaceId!: string;
  @UuidField() messageId!: string;
}

export class RegeneratePayload extends RegenerateDto {
  @UuidField() workspaceId!: string;
  @UuidField() messageId!: string;
}

export class ContinuePayload extends ContinueDto {
  @UuidField() workspaceId!: string;
  @UuidField() messageId!: string;
}

export class EditPayload extends EditMessageDto {
  @UuidField() workspaceId!: string;
  @UuidField() messageId!: string;
}

export class DraftPayload {
  @UuidField() workspaceId!: string;
  @UuidField() conversationId!: string;
  @TextField({ max: 200_000 }) text!: string;
}

export class WorkspacePayload {
  @UuidField() workspaceId!: string;
}
