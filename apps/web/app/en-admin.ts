// English texts of the operator's pages.

export const adminTexts = {
  admin: {
    title: "Instance",
    accounts: "Accounts",
    workspaces: "Workspaces",
    settings: "Settings",
    queues: "Queues",
    more: "Show more",
    searchAccounts: "Search accounts by name or e-mail",
    noAccounts: "No account fits.",
    searchWorkspaces: "Search workspaces by name",
    noWorkspaces: "No workspace fits.",
    noOwner: "No owner",
    workspaceCount_one: "{{count}} workspace",
    workspaceCount_other: "{{count}} workspaces",
    memberCount_one: "{{count}} member",
    memberCount_other: "{{count}} members",
    seen: "Seen {{day}}",
    signedOut: "Signed in nowhere",
    disabled: "Disabled",
    actions: "Actions for {{name}}",
    disable: "Disable",
    disableQuestion: "Disable {{name}}?",
    disableText:
      "All their sessions and platform keys stop working at once. What they wrote stays, and you can enable the account again.",
    reset: "Make a reset link",
    resetOnce: "For {{name}}, shown this once. It works one time, within the hour.",
    enable: "Enable",
    grant: "Make an operator",
    withdraw: "Withdraw operator",
    withdrawQuestion: "Is {{name}} to be no operator any more?",
    withdrawText: "They are signed out, and do not see these pages any more.",
    settingsText:
      "How this server is configured. To change it, set the variable in its environment and restart. Secrets are never shown.",
    notSet: "not set",
  },
} as const;
