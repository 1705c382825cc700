// What a client without earnkit does with an award: the same request again, with its key, until the answer is final.

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Sends again what a connection lost: a busy runtime resets some, and closes those that were idle. */
export async function persist(send, attempts = 50) {
  for (let attempt = 1; ; attempt++) {
    try {
      return await send();
    } catch (error) {
      if (!(error instanceof TypeError) || attempt === attempts) throw error;
      await wait(100 * Math.random() * Math.min(attempt, 20));
    }
  }
}

/** Gives all answers; the last one is final, or stays another one for as long as anybody would ask. */
export async function untilFinal(send, turns = 100) {
  const answers = [];
  for (let turn = 0; turn < turns; turn++) {
    const answer = await persist(send);
    answers.push(answer);
    if (answer.body.final) break;
    await wait(answer.body.error.retryAfterMs ?? 50);
  }
  return answers;
}
