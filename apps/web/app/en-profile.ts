// The English texts of the profile: name, e-mail, password, browsers.

export const profileTexts = {
  profile: {
    operator: "Operator",
    signOut: "Sign out",
    name: "Name",
    nameText: "What the other members see.",
    nameChanged: "The name was changed.",
  },
  email: {
    title: "E-mail",
    new: "New e-mail",
    password: "Current password",
    change: "Change e-mail",
    changed: "The e-mail was changed. Sign in with it from now on.",
  },
  password: {
    title: "Password",
    current: "Current password",
    new: "New password",
    change: "Change password",
    changed: "The password was changed. Other browsers were signed out.",
  },
  sessions: {
    title: "Signed-in browsers",
    unknown: "Unknown browser",
    times: "Since {{since}}, last seen {{seen}}",
    current: "This browser",
    revoke: "Sign out",
    revokeNamed: "Sign out {{name}}",
    revokeOthers: "Sign out everywhere else",
  },
} as const;
