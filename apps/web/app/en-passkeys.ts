// The English texts about passkeys.

export const passkeyTexts = {
  passkeys: {
    title: "Passkeys",
    text: "Sign in with your fingerprint, face or security key, without a password and without a code.",
    add: "Add passkey",
    addTitle: "Add a passkey",
    name: "Name",
    nameHint: "To tell it from your others",
    password: "Your password",
    create: "Create passkey",
    creating: "Waiting for your device …",
    facts: "Added {{day}}, {{used}}",
    used: "last used {{time}}",
    neverUsed: "not used yet",
    rename: "Rename",
    renameTitle: "Rename “{{name}}”",
    remove: "Remove",
    removeNamed: "Remove {{name}}",
    renameNamed: "Rename {{name}}",
    removeTitle: "Remove “{{name}}”?",
    removeText: "You cannot sign in with it any more. Delete it on your device, too.",
    signIn: "Sign in with a passkey",
    cancelled: "No passkey was used.",
    present: "This device has a passkey for your account already.",
    failed: "Your browser could not use a passkey here.",
  },
};
