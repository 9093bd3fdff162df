/** Refusals stand at the start of an answer. */
const headChars = 240;

const declined: readonly RegExp[] = [
  /\b(?:can(?:no|['’])t|can not|won['’]t|will not|(?:am |['’]m )?(?:not able|unable) to|must decline to) (?:help|assist|comply|answer|provide|share|reveal|disclose|fulfil|do that|discuss|engage)/i,
  /\b(?:as an ai(?: language)? model|against my (?:guidelines|policy)|i must decline|i have to decline)/i,
  /(?:无法|不能|不便|拒绝|没有办法)(?:为您|为你|向您|向你)?(?:提供|回答|协助|帮助|透露|满足|完成|处理|讨论)/,
  /作为(?:一个)?(?:人工智能|AI)/i,
];

/** Whether an answer declines to answer, in English or Chinese. A rule of thumb: it marks a row and never scores one. */
export function looksLikeRefusal(text: string): boolean {
  const head = text.slice(0, headChars);
  return declined.some((pattern) => pattern.test(head));
}
