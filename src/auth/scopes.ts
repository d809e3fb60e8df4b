// What a platform key may be allowed to do. Which actions a scope holds: policies.ts.

/** Scope → what it allows, in words for people. */
export const SCOPES = {
  read: "Read conversations, members, models and limits.",
  chat: "Read and write conversations; send messages.",
  gateway: "Call models through the OpenAI-compatible gateway (/v1).",
  analytics: "Read usage and costs.",
  "audit.read": "Read and verify the audit log.",
  "vault.manage": "Add, change, test and delete provider keys.",
  "members.manage": "Invite, change and remove members.",
  "workspace.manage": "Change the workspace's settings and legal holds.",
} as const;

export type Scope = keyof typeof SCOPES;

export const SCOPE_NAMES = Object.keys(SCOPES) as Scope[];
