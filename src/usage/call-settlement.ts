// Tells whoever shows a call's cost that it is known now; usage itself knows neither chat nor gateway.
import { Injectable } from "@nestjs/common";
import { type ProviderCall } from "./provider-call.entity.js";

type Listener = (call: ProviderCall) => Promise<void>;
/** `delta`: by how much the cost has changed, 1e-12 USD. */
type CorrectionListener = (call: ProviderCall, delta: bigint) => Promise<void>;

@Injectable()
export class CallSettlement {
  private readonly listeners: Listener[] = [];
  private readonly ofCorrections: CorrectionListener[] = [];

  /** The listener runs inside the transaction that settles the call. */
  onSettled(listener: Listener): void {
    this.listeners.push(listener);
  }

  /** As {@link onSettled}, for a settled call that turned out to cost otherwise. */
  onCorrected(listener: CorrectionListener): void {
    this.ofCorrections.push(listener);
  }

  async tell(call: ProviderCall): Promise<void> {
    for (const listener of this.listeners) await listener(call);
  }

  async tellCorrected(call: ProviderCall, delta: bigint): Promise<void> {
    for (const listener of this.ofCorrections) await listener(call, delta);
  }
}
