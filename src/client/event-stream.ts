import { createParser } from 'eventsource-parser';

/** Reads a streamed answer as it comes: server-sent events of JSON, until `[DONE]`. */
export interface AnswerReader {
  /** Takes the next of its text; true once `[DONE]` came. Throws what the callbacks throw, and a `SyntaxError` for an event that is no JSON. */
  feed(text: string): boolean;
  /** Takes what came last for a whole event: some servers leave out the empty line behind it. Half an event is passed over. */
  end(): void;
  readonly done: boolean;
}

/** A reader that tells the value of each event. Comments (keep-alive) are passed over. */
export function createAnswerReader(told: {
  readonly onValue: (value: unknown) => void;
  /** An event that is named an error. */
  readonly onError: (value: unknown) => void;
}): AnswerReader {
  let done = false;
  let ending = false;
  const parser = createParser({
    onEvent: ({ data, event }) => {
      if (done) return;
      if (data.startsWith('[DONE]')) {
        done = true;
        return;
      }
      const value = parsed(data, { orNull: ending });
      if (value === null) return;
      if (event === 'error') told.onError(value);
      else told.onValue(value);
    },
  });
  return {
    feed: (text) => {
      parser.feed(text);
      return done;
    },
    end: () => {
      ending = true;
      parser.feed('\n\n');
    },
    get done() {
      return done;
    },
  };
}

function parsed(data: string, { orNull }: { readonly orNull: boolean }): unknown {
  try {
    return JSON.parse(data);
  } catch (error) {
    if (orNull) return null;
    throw error;
  }
}
