// Sign-in through an OpenID Connect provider.
import { Module } from "@nestjs/common";
import { AuthModule } from "#src/auth/auth.module";
import { InstanceModule } from "#src/instance/instance.module";
import { AccountFinder } from "./account-finder.js";
import { AccountHandover } from "./account-handover.js";
import { GrantedOperator } from "./granted-operator.js";
import { GrantedRoles } from "./granted-roles.js";
import { IdentitiesController } from "./identities.controller.js";
import { IdentitiesRepository } from "./identities.repository.js";
import { IdentitiesService } from "./identities.service.js";
import { OidcController } from "./oidc.controller.js";
import { OidcFlow } from "./oidc-flow.js";
import { OidcProvider } from "./oidc-provider.js";
import { OidcSignIn } from "./oidc-sign-in.js";
import { SignInTransactions } from "./sign-in-transactions.js";

@Module({
  imports: [AuthModule, InstanceModule],
  controllers: [OidcController, IdentitiesController],
  providers: [
    AccountFinder,
    AccountHandover,
    GrantedOperator,
    GrantedRoles,
    IdentitiesRepository,
    IdentitiesService,
    OidcFlow,
    OidcProvider,
    OidcSignIn,
    SignInTransactions,
  ],
})
export class OidcApiModule {}
