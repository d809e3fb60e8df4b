// Provider display names, and which of them stop billing when the client cancels.

/** Providers that bill only what was produced before a cancel (OpenRouter's documentation of stream cancellation). */
const STOPS_ON_CANCEL = new Set(
  (
    "OpenAI,Azure,Anthropic,Fireworks,Mancer,Recursal,AnyScale,Lepton,OctoAI,Novita,DeepInfra,Together,Cohere,Hyperbolic," +
    "Infermatic,Avian,xAI,Cloudflare,SFCompute,Nineteen,Liquid,Friendli,Chutes,DeepSeek,Simulator"
  ).split(","),
);

/** The ones that finish the whole answer and bill it (the same documentation). */
export const BILLS_WHOLE_ON_CANCEL: readonly string[] = (
  "Amazon Bedrock,Groq,Modal,Google,Google AI Studio,Minimax,HuggingFace,Replicate,Perplexity,Mistral,AI21,Featherless," +
  "Lynn,Lambda,Reflection,SambaNova,Inflection,ZeroOneAI,AionLabs,Alibaba,Nebius,Kluster,Targon,InferenceNet"
).split(",");

const BY_AUTHOR: Readonly<Record<string, string>> = {
  openai: "OpenAI",
  anthropic: "Anthropic",
  google: "Google AI Studio",
  "meta-llama": "Together",
  meta: "Together",
  mistralai: "Mistral",
  deepseek: "DeepSeek",
  "x-ai": "xAI",
  qwen: "Alibaba",
  cohere: "Cohere",
  perplexity: "Perplexity",
  minimax: "Minimax",
  microsoft: "Azure",
  ai21: "AI21",
  "aion-labs": "AionLabs",
  inflection: "Inflection",
  liquid: "Liquid",
  mancer: "Mancer",
  moonshotai: "Fireworks",
  "z-ai": "Novita",
  nvidia: "DeepInfra",
  sim: "Simulator",
  replay: "Simulator",
};

/** The display name of the provider that serves a model, by its author. */
export function providerOf(modelId: string): string {
  const author = modelId.replace(/^~/, "").split("/")[0] ?? "";
  return BY_AUTHOR[author] ?? "DeepInfra";
}

/** True when a cancelled stream of this provider costs only what was produced. */
export function stopsOnCancel(provider: string): boolean {
  return STOPS_ON_CANCEL.has(provider);
}

/** A provider's slug, as in `GET /providers` and endpoint tags. */
export function slugOf(provider: string): string {
  return provider.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
}

/** All providers that this simulator can name. */
export function allProviders(): string[] {
  return [...new Set([...STOPS_ON_CANCEL, ...BILLS_WHOLE_ON_CANCEL])].sort();
}
