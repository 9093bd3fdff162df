/** Languages that corpora, needles, prompts and reports exist in. */
export const languages = ['en', 'zh'] as const;
export type Language = (typeof languages)[number];
