// Ready-made programs and settings for clients of the gateway. A test runs those in bash and JavaScript as they are.

/** One snippet of the page. */
export interface Snippet {
  /** Also the key of its title's text. */
  id: "curl" | "node" | "python" | "aiSdk" | "langchain" | "libreChat" | "openWebUi";
  /** For the colours. */
  language: "bash" | "javascript" | "python" | "yaml";
  code: string;
}

/**
 * @param baseUrl of the gateway, ending in /v1
 * @param model for the examples
 */
export function snippets(baseUrl: string, model: string): Snippet[] {
  return [
    { id: "curl", language: "bash", code: curl(baseUrl, model) },
    { id: "node", language: "javascript", code: node(baseUrl, model) },
    { id: "python", language: "python", code: python(baseUrl, model) },
    { id: "aiSdk", language: "javascript", code: aiSdk(baseUrl, model) },
    { id: "langchain", language: "javascript", code: langchain(baseUrl, model) },
    { id: "libreChat", language: "yaml", code: libreChat(baseUrl, model) },
    { id: "openWebUi", language: "bash", code: openWebUi(baseUrl) },
  ];
}

const curl = (baseUrl: string, model: string) => `curl ${baseUrl}/chat/completions \\
  -H "Authorization: Bearer $PARLEY_API_KEY" \\
  -H "Content-Type: application/json" \\
  -d '{"model": "${model}", "messages": [{"role": "user", "content": "Hello"}]}'
`;

const node = (baseUrl: string, model: string) => `import OpenAI from "openai";

const client = new OpenAI({
  baseURL: "${baseUrl}",
  apiKey: process.env.PARLEY_API_KEY,
});

const stream = await client.chat.completions.create({
  model: "${model}",
  messages: [{ role: "user", content: "Hello" }],
  stream: true,
});
for await (const chunk of stream) {
  process.stdout.write(chunk.choices[0]?.delta?.content ?? "");
}
`;

const python = (baseUrl: string, model: string) => `import os
from openai import OpenAI

client = OpenAI(base_url="${baseUrl}", api_key=os.environ["PARLEY_API_KEY"])

stream = client.chat.completions.create(
    model="${model}",
    messages=[{"role": "user", "content": "Hello"}],
    stream=True,
)
for chunk in stream:
    if chunk.choices:
        print(chunk.choices[0].delta.content or "", end="")
`;

const aiSdk = (baseUrl: string, model: string) => `import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { streamText } from "ai";

const parley = createOpenAICompatible({
  name: "parley",
  baseURL: "${baseUrl}",
  apiKey: process.env.PARLEY_API_KEY,
  includeUsage: true,
});

const { textStream } = streamText({ model: parley("${model}"), prompt: "Hello" });
for await (const text of textStream) process.stdout.write(text);
`;

const langchain = (baseUrl: string, model: string) => `import { ChatOpenAI } from "@langchain/openai";

const chat = new ChatOpenAI({
  model: "${model}",
  apiKey: process.env.PARLEY_API_KEY,
  configuration: { baseURL: "${baseUrl}" },
});

const answer = await chat.invoke("Hello");
console.log(answer.content);
`;

const libreChat = (baseUrl: string, model: string) => `# librechat.yaml; PARLEY_API_KEY stands in .env
${isThisMachine(baseUrl) ? LIBRECHAT_IN_DOCKER : ""}version: "1.3.17"
cache: true
endpoints:
  custom:
    - name: "Parley"
      apiKey: "\${PARLEY_API_KEY}"
      baseURL: "${baseUrl}"
      models:
        default: ["${model}"]
        fetch: true
      titleConvo: true
      titleModel: "current_model"
`;

// In a container of its own network, 127.0.0.1 is the container.
const openWebUi = (baseUrl: string) => `docker run -d ${isThisMachine(baseUrl) ? "--network=host" : "-p 8080:8080"} \\
  -e OPENAI_API_BASE_URL="${baseUrl}" \\
  -e OPENAI_API_KEY="$PARLEY_API_KEY" \\
  -v open-webui:/app/backend/data --name open-webui \\
  ghcr.io/open-webui/open-webui:main
`;

const LIBRECHAT_IN_DOCKER = `# In Docker: start Parley with HOST=0.0.0.0, and write host.docker.internal in the place of this machine's address
`;

/** Whether only programs on the same machine reach it. */
function isThisMachine(baseUrl: string): boolean {
  const { hostname } = new URL(baseUrl);
  return hostname === "localhost" || hostname === "[::1]" || hostname.startsWith("127.");
}
