// What anyone may know of this instance before signing in.
import { Controller, Get } from "@nestjs/common";
import { ApiOkResponse, ApiTags } from "@nestjs/swagger";
import { Config } from "#libs/config/index";
import { BoolField, EnumField, Public, TextField } from "#libs/dto/index";
import { API } from "#libs/http/index";
import { AccountsService } from "#src/auth/accounts.service";
import { VERSION } from "./version.js";

const REGISTRATIONS = ["open", "invite", "closed"] as const;

export class InstanceView {
  @EnumField(REGISTRATIONS, { description: "Who may register. The very first account always may." })
  registration!: (typeof REGISTRATIONS)[number];

  @BoolField({ description: "False: the first account to register will own the instance." })
  hasAccounts!: boolean;

  @BoolField({ description: "False: people sign in through the provider alone." })
  passwordSignIn!: boolean;

  @TextField({
    nullable: true,
    description: "Name of the sign-in provider (`GET auth/oidc/start`); null: there is none.",
  })
  signInProvider!: string | null;

  @BoolField({ description: "True: answers come from the bundled simulator, not from a real provider." })
  demo!: boolean;

  @BoolField({ description: "True: the instance has a provider key of its own; workspaces without a key use it." })
  sharedKey!: boolean;

  @BoolField({ description: "True: invites and other links go out by mail; else people are shown links to pass on." })
  mail!: boolean;

  @TextField({ description: "The model of a conversation that names none.", example: "anthropic/claude-haiku-4.5" })
  defaultModel!: string;

  @TextField({ example: "0.1.0" })
  version!: string;
}

@ApiTags("instance")
@Controller(`${API}/instance`)
export class InstanceController {
  constructor(
    private readonly config: Config,
    private readonly accounts: AccountsService,
  ) {}

  @Get()
  @Public()
  @ApiOkResponse({ type: InstanceView })
  async instance(): Promise<InstanceView> {
    const { registration, demo, defaultModel, openrouterApiKey, mail, oidc } = this.config;
    const hasAccounts = await this.accounts.hasAccounts();
    const sharedKey = openrouterApiKey !== undefined;
    const sendsMail = mail !== undefined;
    return {
      ...{ registration, hasAccounts, passwordSignIn: oidc?.only !== true, signInProvider: oidc?.name ?? null },
      ...{ demo, sharedKey, mail: sendsMail, defaultModel, version: VERSION },
    };
  }
}
