// The English texts about the gateway.

export const gatewayTexts = {
  gateway: {
    intro:
      "Any OpenAI client can call models through this server. Calls use the workspace's provider keys, and are counted in Usage like messages.",
    baseUrl: "Base URL",
    key: "Programs sign in with an API key that may use the gateway. The examples read it from PARLEY_API_KEY.",
    createKey: "Create an API key",
    cache: {
      title: "Kept answers",
      about:
        "The same request again gets the same answer, at once and at no cost. Answers are kept encrypted, and go when their time is over or this is switched off.",
      on: "Keep answers",
      time: "Keep for",
      kept_one: "{{answers}} answer kept, {{size}}",
      kept_other: "{{answers}} answers kept, {{size}}",
      empty: "Delete kept answers",
      emptyTitle: "Delete all kept answers?",
      emptyText: "The next requests are answered by the provider again, and cost what it charges.",
      adminsOnly: "Admins of the workspace can change this.",
    },
    snippet: {
      curl: "curl",
      node: "OpenAI, Node.js",
      python: "OpenAI, Python",
      aiSdk: "Vercel AI SDK",
      langchain: "LangChain",
      libreChat: "LibreChat",
      openWebUi: "Open WebUI",
    },
  },
};
