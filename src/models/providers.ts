/** Where a kind of server or a hosted service usually answers. A config's own `baseUrl` and `apiKeyEnv` win. */
export interface Provider {
  readonly label: string;
  readonly baseUrl: string;
  /** The environment variable its key is usually kept in; null = no key. */
  readonly apiKeyEnv: string | null;
}

/** Addresses by short name, as the services' documentation gave them in November 2026. */
export const providers = {
  vllm: { label: 'vLLM', baseUrl: 'http://127.0.0.1:8000/v1', apiKeyEnv: null },
  sglang: { label: 'SGLang', baseUrl: 'http://127.0.0.1:30000/v1', apiKeyEnv: null },
  ollama: { label: 'Ollama', baseUrl: 'http://127.0.0.1:11434/v1', apiKeyEnv: null },
  'llama-cpp': { label: 'llama.cpp server', baseUrl: 'http://127.0.0.1:8080/v1', apiKeyEnv: null },
  'lm-studio': { label: 'LM Studio', baseUrl: 'http://127.0.0.1:1234/v1', apiKeyEnv: null },
  xinference: { label: 'Xinference', baseUrl: 'http://127.0.0.1:9997/v1', apiKeyEnv: null },
  openai: { label: 'OpenAI', baseUrl: 'https://api.openai.com/v1', apiKeyEnv: 'OPENAI_API_KEY' },
  zhipu: { label: 'Zhipu', baseUrl: 'https://open.bigmodel.cn/api/paas/v4', apiKeyEnv: 'ZHIPUAI_API_KEY' },
  zai: { label: 'Z.ai', baseUrl: 'https://api.z.ai/api/paas/v4', apiKeyEnv: 'ZAI_API_KEY' },
  dashscope: {
    label: 'Alibaba DashScope',
    baseUrl: 'https://dashscope.aliyuncs.com/compatible-mode/v1',
    apiKeyEnv: 'DASHSCOPE_API_KEY',
  },
  'dashscope-intl': {
    label: 'Alibaba DashScope (Singapore)',
    baseUrl: 'https://dashscope-intl.aliyuncs.com/compatible-mode/v1',
    apiKeyEnv: 'DASHSCOPE_API_KEY',
  },
  deepseek: { label: 'DeepSeek', baseUrl: 'https://api.deepseek.com/v1', apiKeyEnv: 'DEEPSEEK_API_KEY' },
  siliconflow: {
    label: 'SiliconFlow',
    baseUrl: 'https://api.siliconflow.cn/v1',
    apiKeyEnv: 'SILICONFLOW_API_KEY',
  },
  together: { label: 'Together', baseUrl: 'https://api.together.ai/v1', apiKeyEnv: 'TOGETHER_API_KEY' },
  openrouter: {
    label: 'OpenRouter',
    baseUrl: 'https://openrouter.ai/api/v1',
    apiKeyEnv: 'OPENROUTER_API_KEY',
  },
  groq: { label: 'Groq', baseUrl: 'https://api.groq.com/openai/v1', apiKeyEnv: 'GROQ_API_KEY' },
  fireworks: {
    label: 'Fireworks',
    baseUrl: 'https://api.fireworks.ai/inference/v1',
    apiKeyEnv: 'FIREWORKS_API_KEY',
  },
  deepinfra: {
    label: 'DeepInfra',
    baseUrl: 'https://api.deepinfra.com/v1/openai',
    apiKeyEnv: 'DEEPINFRA_API_KEY',
  },
  novita: { label: 'Novita', baseUrl: 'https://api.novita.ai/openai/v1', apiKeyEnv: 'NOVITA_API_KEY' },
} as const satisfies Record<string, Provider>;

/** The row of a provider; undefined where the table has none of that name. */
export function findProvider(name: string): Provider | undefined {
  return Object.hasOwn(providers, name) ? providers[name as keyof typeof providers] : undefined;
}
