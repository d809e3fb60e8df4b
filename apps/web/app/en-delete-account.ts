// English texts of the end of an account.

export const deleteAccountTexts = {
  deleteAccount: {
    title: "Delete account",
    text: "Your account goes for good, and with it what only you have. This cannot be undone.",
    ask: "Delete account…",
    question: "Delete your account?",
    consequence:
      "Your sign-ins, API keys, feedback and favourite models are gone for good. You are signed out everywhere.",
    deletes: "Deleted as well, because nobody else is in them:",
    leaves: "Left. What was written there stays with the team:",
    blocks:
      "In the way, because the account is their only owner and others are in them. Hand them over or delete them first:",
    lastOperator: "This is the only operator of the server. Make somebody else one first.",
    toOperators: "Accounts",
    audit:
      "The audit logs keep what was done. Addresses, names and browsers in them stay sealed until an operator erases them.",
    typeEmail: "Type {{email}} to confirm",
    action: "Delete for good",
    done: "Your account was deleted.",
  },
} as const;
