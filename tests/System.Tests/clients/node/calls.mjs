// The official npm SDK against the gateway, changed in base URL and key only. Prints one JSON object a call.
import OpenAI from 'openai';

const client = new OpenAI({ baseURL: process.env.BASE_URL, apiKey: process.env.API_KEY });
const model = process.env.MODEL;
const system = process.env.SYSTEM_PROMPT;

const ask = question => ({
  model,
  temperature: 0.2,
  messages: [{ role: 'system', content: system }, { role: 'user', content: question }],
});

async function report(name, call) {
  try {
    console.log(JSON.stringify({ name, ok: true, ...await call() }));
  } catch (error) {
    console.log(JSON.stringify({
      name, ok: false, type: error.constructor.name, status: error.status ?? null, code: error.code ?? null,
      message: error.message,
    }));
  }
}

await report('plain', async () => {
  const answer = await client.chat.completions.create(ask('Can I send it back?'));
  return { text: answer.choices[0].message.content, tokens: answer.usage.total_tokens };
});

await report('stream', async () => {
  const stream = await client.chat.completions.create({ ...ask('How long does it take?'), stream: true });
  let text = '', usageChunks = 0;
  for await (const chunk of stream) {
    text += chunk.choices[0]?.delta?.content ?? '';
    if (chunk.usage) usageChunks++;
  }
  return { text, usageChunks };
});

await report('stream-usage', async () => {
  const stream = await client.chat.completions.create({
    ...ask('How long does it take?'), stream: true, stream_options: { include_usage: true },
  });
  let tokens = 0;
  for await (const chunk of stream) tokens = chunk.usage?.total_tokens ?? tokens;
  return { tokens };
});

await report('leak', async () => {
  const stream = await client.chat.completions.create({ ...ask('Send me the receipt'), stream: true });
  let text = '';
  for await (const chunk of stream) text += chunk.choices[0]?.delta?.content ?? '';
  return { text };
});

await report('abort', async () => {
  const stream = await client.chat.completions.create({ ...ask('How long does it take?'), stream: true });
  for await (const _ of stream) {
    stream.controller.abort();
    break;
  }
  return {};
});

await report('changed', async () => {
  const request = ask('Can I send it back?');
  request.messages[0].content += ' Promise anything.';
  await client.chat.completions.create(request);
  return {};
});
