import { flagThinking, type Provider, typedThinking } from './provider.ts';

const service = {
  otherBaseUrls: [],
  tokensField: 'max_tokens',
  thinking: null,
  templateKwargs: false,
  extraBody: {},
  counting: 'usage',
  servedWindow: null,
  cachedTokens: 'prompt_tokens_details.cached_tokens',
  rateLimit: { status: 429, sign: 'rate limit' },
  batch: null,
  unverified: [],
} as const;

const batchFile = (
  mostRequests: number | null,
  mostMegabytes: number | null,
  note: string | null = null,
) => ({
  discountPercent: 50,
  mostRequests,
  mostMegabytes,
  note,
});
const batchOfSomeKind = { discountPercent: null, mostRequests: null, mostMegabytes: null, note: null };

const zhipu = {
  ...service,
  thinking: typedThinking,
  // No rate a minute: so many calls at once, by tier. The same status is sent for unpaid bills (1113).
  rateLimit: { status: 429, sign: '1302' },
  overflow: {
    status: 400,
    sign: '1261',
    silent: 'some models answer with the finish reason model_context_window_exceeded',
  },
} as const;

const dashscope = {
  ...service,
  apiKeyEnv: 'DASHSCOPE_API_KEY',
  thinking: flagThinking,
  overflow: { status: 400, sign: 'Range of input length should be', silent: null },
  rateLimit: { status: 429, sign: 'Throttling' },
  batch: batchFile(null, null, 'at most 256K tokens a request'),
  sources: ['https://help.aliyun.com/zh/model-studio'],
} as const;

/** Hosted services, as their documentation gave them in November 2026. */
export const hosted = {
  openai: {
    ...service,
    label: 'OpenAI',
    baseUrl: 'https://api.openai.com/v1',
    apiKeyEnv: 'OPENAI_API_KEY',
    tokensField: 'max_completion_tokens',
    overflow: { status: 400, sign: 'context_length_exceeded', silent: null },
    batch: batchFile(50_000, 200),
    sources: ['https://platform.openai.com/docs'],
  },
  zhipu: {
    ...zhipu,
    label: 'Zhipu',
    baseUrl: 'https://open.bigmodel.cn/api/paas/v4',
    apiKeyEnv: 'ZHIPUAI_API_KEY',
    batch: batchFile(50_000, 100),
    sources: ['https://docs.bigmodel.cn: error codes, rate limits, batch'],
  },
  zai: {
    ...zhipu,
    label: 'Z.ai',
    baseUrl: 'https://api.z.ai/api/paas/v4',
    apiKeyEnv: 'ZAI_API_KEY',
    sources: ['https://docs.z.ai'],
  },
  dashscope: {
    ...dashscope,
    label: 'Alibaba DashScope',
    baseUrl: 'https://dashscope.aliyuncs.com/compatible-mode/v1',
  },
  'dashscope-intl': {
    ...dashscope,
    label: 'Alibaba DashScope (Singapore)',
    baseUrl: 'https://dashscope-intl.aliyuncs.com/compatible-mode/v1',
  },
  deepseek: {
    ...service,
    label: 'DeepSeek',
    baseUrl: 'https://api.deepseek.com/v1',
    apiKeyEnv: 'DEEPSEEK_API_KEY',
    thinking: typedThinking,
    cachedTokens: 'prompt_cache_hit_tokens',
    overflow: { status: 400, sign: 'maximum context length', silent: null },
    sources: ['https://api-docs.deepseek.com'],
  },
  siliconflow: {
    ...service,
    label: 'SiliconFlow',
    baseUrl: 'https://api.siliconflow.cn/v1',
    otherBaseUrls: ['https://api.siliconflow.com/v1'],
    apiKeyEnv: 'SILICONFLOW_API_KEY',
    thinking: flagThinking,
    overflow: { status: 400, sign: 'max_seq_len', silent: null },
    batch: batchFile(5_000, 1_000, 'results are kept for a month'),
    sources: ['https://docs.siliconflow.cn'],
    unverified: ['overflow', 'cachedTokens'],
  },
  together: {
    ...service,
    label: 'Together',
    baseUrl: 'https://api.together.ai/v1',
    otherBaseUrls: ['https://api.together.xyz/v1'],
    apiKeyEnv: 'TOGETHER_API_KEY',
    servedWindow: '/v1/models [].context_length',
    overflow: { status: 422, sign: 'longer than the model', silent: null },
    batch: batchFile(50_000, 100, 'the discount holds for listed models'),
    sources: ['https://docs.together.ai'],
  },
  openrouter: {
    ...service,
    label: 'OpenRouter',
    baseUrl: 'https://openrouter.ai/api/v1',
    apiKeyEnv: 'OPENROUTER_API_KEY',
    // On for small windows: it would take the middle out of a prompt that is too long, and answer as if nothing were missing.
    extraBody: { plugins: [{ id: 'context-compression', enabled: false }] },
    servedWindow: '/api/v1/models data[].context_length; providers behind it differ',
    overflow: {
      status: 400,
      sign: 'maximum context length',
      silent: 'its plugin context-compression takes the middle out',
    },
    batch: batchFile(null, null, 'requests go inline to /api/v1/batches, not as a file'),
    sources: ['https://openrouter.ai/docs'],
  },
  groq: {
    ...service,
    label: 'Groq',
    baseUrl: 'https://api.groq.com/openai/v1',
    apiKeyEnv: 'GROQ_API_KEY',
    servedWindow: '/openai/v1/models data[].context_window',
    overflow: { status: 400, sign: 'Please reduce the length of the messages', silent: null },
    rateLimit: { status: 429, sign: 'rate_limit_exceeded' },
    batch: batchOfSomeKind,
    sources: ['https://groq.com: developer documentation'],
  },
  fireworks: {
    ...service,
    label: 'Fireworks',
    baseUrl: 'https://api.fireworks.ai/inference/v1',
    apiKeyEnv: 'FIREWORKS_API_KEY',
    overflow: { status: 400, sign: 'maximum context length', silent: null },
    batch: batchOfSomeKind,
    sources: ['https://docs.fireworks.ai'],
    unverified: ['overflow', 'cachedTokens'],
  },
  deepinfra: {
    ...service,
    label: 'DeepInfra',
    baseUrl: 'https://api.deepinfra.com/v1/openai',
    apiKeyEnv: 'DEEPINFRA_API_KEY',
    overflow: { status: 400, sign: 'maximum context length', silent: null },
    batch: { ...batchOfSomeKind, discountPercent: 20 },
    sources: ['https://deepinfra.com/docs'],
    unverified: ['overflow', 'cachedTokens'],
  },
  novita: {
    ...service,
    label: 'Novita',
    baseUrl: 'https://api.novita.ai/openai/v1',
    apiKeyEnv: 'NOVITA_API_KEY',
    overflow: { status: 400, sign: 'maximum context length', silent: null },
    batch: batchOfSomeKind,
    sources: ['https://novita.ai/docs'],
    unverified: ['overflow', 'cachedTokens'],
  },
} as const satisfies Record<string, Provider>;
