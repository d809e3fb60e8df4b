// The English texts about the gateway.

export const gatewayTexts = {
  gateway: {
    intro:
      "Any OpenAI client can call models through this server. Calls use the workspace's provider keys, and are counted in Usage like messages.",
    baseUrl: "Base URL",
    key: "Programs sign in with an API key that may use the gateway. The examples read it from PARLEY_API_KEY.",
    createKey: "Create an API key",
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
