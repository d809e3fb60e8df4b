// Accounts, sessions, memberships.
import { Module } from "@nestjs/common";
import { AccessService } from "./access.service.js";
import { AccountsService } from "./accounts.service.js";
import { LoginThrottle } from "./login-throttle.js";
import { MembershipsRepository } from "./memberships.repository.js";
import { Profiles } from "./profiles.js";
import { SessionsService } from "./sessions.service.js";

const providers = [AccessService, AccountsService, LoginThrottle, MembershipsRepository, Profiles, SessionsService];

@Module({ providers, exports: providers })
export class AuthModule {}
