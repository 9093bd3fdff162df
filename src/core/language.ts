/** Languages that corpora, needles, prompts and reports exist in. */
export const languages = ['en', 'zh'] as const;
export type Language = (typeof languages)[number];

/** A sentence in every language. */
export type Bilingual = Readonly<Record<Language, string>>;
