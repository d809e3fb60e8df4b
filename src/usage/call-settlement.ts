// Tells whoever shows a call's cost that it is known now; usage itself knows neither chat nor gateway.
import { Injectable } from "@nestjs/common";
import { type ProviderCall } from "./provider-call.entity.js";

type Listener = (call: ProviderCall) => Promise<void>;

@Injectable()
export class CallSettlement {
  private readonly listeners: Listener[] = [];

  /** The listener runs inside the transaction that settles the call. */
  onSettled(listener: Listener): void {
    this.listeners.push(listener);
  }

  async tell(call: ProviderCall): Promise<void> {
    for (const listener of this.listeners) await listener(call);
  }
}
