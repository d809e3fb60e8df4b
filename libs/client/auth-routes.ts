// The routes of the account: signing in and out, its name, proofs and sessions, its end.
import { type Api, answer, done, type PageQuery, type Schemas } from "./answers.js";
import type { Id } from "./types.js";

/** One's own account. */
export function authRoutes(api: Api) {
  return {
    register: (body: Schemas["RegisterDto"]) => answer(api.POST("/api/v1/auth/register", { body })),
    login: (body: Schemas["LoginDto"]) => answer(api.POST("/api/v1/auth/login", { body })),
    logout: () => done(api.POST("/api/v1/auth/logout")),
    me: () => answer(api.GET("/api/v1/auth/me")),
    /** Gives the account another name. */
    update: (body: Schemas["UpdateMeDto"]) => answer(api.PATCH("/api/v1/auth/me", { body })),
    /** What {@link delete} would do, and what it takes. */
    deletion: () => answer(api.GET("/api/v1/auth/me/deletion")),
    /** Deletes one's account for good. */
    delete: (body: Schemas["DeleteAccountDto"]) => done(api.POST("/api/v1/auth/me/delete", { body })),
    sessions: () => answer(api.GET("/api/v1/auth/sessions")),
    revokeSession: (id: Id) => done(api.DELETE("/api/v1/auth/sessions/{id}", { params: { path: { id } } })),
    /** Signs out everywhere else. */
    revokeOtherSessions: () => done(api.DELETE("/api/v1/auth/sessions")),
    requestReset: (body: Schemas["RequestResetDto"]) => done(api.POST("/api/v1/auth/password-reset", { body })),
    redeemReset: (body: Schemas["RedeemResetDto"]) => done(api.POST("/api/v1/auth/password-reset/redeem", { body })),
    changePassword: (body: Schemas["ChangePasswordDto"]) => done(api.POST("/api/v1/auth/password", { body })),
    changeEmail: (body: Schemas["ChangeEmailDto"]) => answer(api.POST("/api/v1/auth/email", { body })),
    secondFactor: {
      get: () => answer(api.GET("/api/v1/auth/second-factor")),
      /** A secret for an authenticator app; nothing changes until it is confirmed. */
      begin: (body: { password: string }) => answer(api.POST("/api/v1/auth/second-factor", { body })),
      /** @returns the recovery codes, shown this once */
      confirm: (body: { code: string }) => answer(api.POST("/api/v1/auth/second-factor/confirm", { body })),
      renewCodes: (body: { password: string; code: string }) =>
        answer(api.POST("/api/v1/auth/second-factor/recovery-codes", { body })),
      disable: (body: { password: string; code: string }) =>
        done(api.POST("/api/v1/auth/second-factor/disable", { body })),
    },
    /** What goes into `startRegistration` and `startAuthentication` of @simplewebauthn/browser, and what comes out of them. */
    passkeys: {
      list: (query: PageQuery = {}) => answer(api.GET("/api/v1/auth/passkeys", { params: { query } })),
      options: (body: { password: string }) => answer(api.POST("/api/v1/auth/passkeys/options", { body })),
      add: (body: Schemas["AddPasskeyDto"]) => answer(api.POST("/api/v1/auth/passkeys", { body })),
      rename: (id: Id, body: { name: string }) =>
        answer(api.PATCH("/api/v1/auth/passkeys/{id}", { params: { path: { id } }, body })),
      remove: (id: Id) => done(api.DELETE("/api/v1/auth/passkeys/{id}", { params: { path: { id } } })),
      loginOptions: () => answer(api.POST("/api/v1/auth/passkeys/login/options")),
      login: (body: Schemas["PasskeyLoginDto"]) => answer(api.POST("/api/v1/auth/passkeys/login", { body })),
    },
    identities: {
      list: (query: PageQuery = {}) => answer(api.GET("/api/v1/auth/identities", { params: { query } })),
      /** The provider's address to which the browser is to go. */
      link: () => answer(api.POST("/api/v1/auth/identities")),
      unlink: (id: Id) => done(api.DELETE("/api/v1/auth/identities/{id}", { params: { path: { id } } })),
    },
  };
}
