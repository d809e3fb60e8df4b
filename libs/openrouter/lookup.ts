// A whole answer at once: what /models, /generation, /key, /embeddings and an unstreamed completion need.
import type { IncomingHttpHeaders } from "node:http";
import { errorFromAnswer } from "./error-mapping.js";
import { asText } from "./error-metadata.js";
import type { ProviderError } from "./errors.js";
import { Exchange, type ExchangeFault, type ExchangeRequest, type ExchangeSink } from "./exchange.js";
import { errorFromFault } from "./fault-mapping.js";
import { WholeBody } from "./whole-body.js";

/** A good answer. */
export interface WholeAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly generationId: string | null;
  readonly text: string;
}

/** Sends the request and reads the whole answer. @throws ProviderError for every status but 2xx, and every broken exchange */
export function fetchWhole(request: ExchangeRequest, maxBytes: number): Promise<WholeAnswer> {
  return new Promise((resolve, reject) => {
    const exchange = new Exchange(request, new WholeSink(maxBytes, resolve, reject, () => exchange.abandon()));
    exchange.start();
  });
}

class WholeSink implements ExchangeSink {
  private status = 0;
  private headers: IncomingHttpHeaders = {};
  private body = new WholeBody();

  constructor(
    private readonly maxBytes: number,
    private readonly resolve: (answer: WholeAnswer) => void,
    private readonly reject: (error: ProviderError) => void,
    private readonly abandon: () => void,
  ) {}

  onHeaders(status: number, headers: IncomingHttpHeaders): void {
    this.status = status;
    this.headers = headers;
    if (this.good) this.body = new WholeBody(this.maxBytes);
  }

  onBytes(chunk: Buffer): boolean {
    if (this.body.add(chunk) === "enough") {
      this.onEnd();
      this.abandon();
    }
    // White space keeps a long unstreamed answer alive, so every byte of it is a sign of life; an error's body is short.
    return this.good;
  }

  onEnd(): void {
    const text = this.body.text();
    const generationId = this.generationId;
    if (this.good) this.resolve({ status: this.status, headers: this.headers, generationId, text });
    else this.reject(errorFromAnswer({ status: this.status, headers: this.headers, body: text, generationId }));
  }

  onFault(fault: ExchangeFault): void {
    this.reject(errorFromFault(fault, { phase: "before_output", generationId: this.generationId }));
  }

  private get good(): boolean {
    return this.status >= 200 && this.status < 300;
  }

  private get generationId(): string | null {
    return asText(this.headers["x-generation-id"]);
  }
}
