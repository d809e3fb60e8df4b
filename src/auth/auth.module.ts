// Accounts, sessions, memberships.
import { Module } from "@nestjs/common";
import { AccessService } from "./access.service.js";
import { AccessNotices } from "./access-notices.js";
import { AccountEnd } from "./account-end.js";
import { AccountsService } from "./accounts.service.js";
import { ApiKeysRepository } from "./api-keys.repository.js";
import { BrowserSessions } from "./browser-sessions.js";
import { EmailChanges } from "./email-changes.js";
import { LoginThrottle } from "./login-throttle.js";
import { MembershipsRepository } from "./memberships.repository.js";
import { Operators } from "./operators.js";
import { PasswordResets } from "./password-resets.js";
import { PlatformKeys } from "./platform-keys.js";
import { Profiles } from "./profiles.js";
import { RequestRates } from "./request-rates.js";
import { SessionsRepository } from "./sessions.repository.js";
import { SessionsService } from "./sessions.service.js";

const doors = [
  AccessNotices,
  AccessService,
  AccountEnd,
  AccountsService,
  ApiKeysRepository,
  BrowserSessions,
  EmailChanges,
  LoginThrottle,
  MembershipsRepository,
  Operators,
  PasswordResets,
  PlatformKeys,
  Profiles,
  RequestRates,
  SessionsService,
];

@Module({ providers: [...doors, SessionsRepository], exports: doors })
export class AuthModule {}
