// An API process that runs calls of the gateway; it says every few seconds that it lives.
import { Entity } from "typeorm";
import { IdColumn, TimeColumn } from "#libs/database/index";

@Entity("gateway_processes")
export class GatewayProcess {
  @IdColumn() id!: string;
  @TimeColumn() seenAt!: number;
}
