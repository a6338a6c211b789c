// Runs clients that we did not write against the server at the address given, and prints a line for
// each thing that works, or does not. The exit code tells.
import assert from 'node:assert/strict';
import OpenAI from 'openai';
import { AbstractChat, DefaultChatTransport } from 'ai';
import { EventSource } from 'eventsource';
import WebSocket from 'ws';

const url = process.argv[2].replace(/\/$/, '');
const QUICK = 'simulated:rate=max,ttft=1ms,tokens=40,seed=1';
const SLOW = 'simulated:rate=40,ttft=50ms,tokens=80,seed=2';
const FAILS = 'simulated:rate=max,ttft=1ms,tokens=40,fail=5';
const LIMIT_MILLIS = 60_000;

const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'none-is-needed', timeout: LIMIT_MILLIS });
let failures = 0;

async function check(what, work) {
  const began = Date.now();
  let timer;
  try {
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error(`not done in ${LIMIT_MILLIS} ms`)), LIMIT_MILLIS);
    });
    await Promise.race([work(), late]);
    console.log(`ok    ${what} (${Date.now() - began} ms)`);
  } catch (failure) {
    failures++;
    console.log(`FAILS ${what}: ${failure.stack}`);
  } finally {
    clearTimeout(timer);
  }
}

async function api(path, init) {
  const answer = await fetch(url + path, init);
  assert.ok(answer.ok, `${path}: ${answer.status}`);
  return answer.json();
}

async function until(what, test) {
  for (const began = Date.now(); Date.now() - began < 20_000; ) {
    const found = await test();
    if (found) {
      return found;
    }
    await new Promise(resolve => setTimeout(resolve, 50));
  }
  throw new Error(`never: ${what}`);
}

const idle = chat =>
  until('idle', async () => (await api(`/api/chats/${chat}`)).chat.status === 'idle');
const said = async chat => (await api(`/api/chats/${chat}/messages`)).messages.map(m => m.content);
const user = content => ({ role: 'user', content });
const assistant = content => ({ role: 'assistant', content });

await check('openai: models are listed, and one is found by its id', async () => {
  const ids = [];
  for await (const model of client.models.list()) {
    ids.push(model.id);
  }
  assert.ok(ids.includes('eliza'), ids.join(' '));
  assert.equal((await client.models.retrieve(QUICK)).id, QUICK);
});

await check('openai: a chat completion in one piece', async () => {
  const { data, response } = await client.chat.completions
    .create({ model: QUICK, messages: [user('Hello')], temperature: 0.5, max_tokens: 100 })
    .withResponse();
  assert.equal(data.choices[0].finish_reason, 'stop');
  assert.ok(data.choices[0].message.content.length > 20);
  assert.ok(data.usage.completion_tokens > 0);
  const kept = await said(response.headers.get('x-conversation-id'));
  assert.deepEqual(kept, ['Hello', data.choices[0].message.content]);
});

await check('openai: a chat completion as a stream, with usage', async () => {
  const stream = await client.chat.completions.create({
    model: QUICK,
    messages: [{ role: 'developer', content: 'Be brief.' }, user('Hello')],
    stream: true,
    stream_options: { include_usage: true },
  });
  let text = '';
  let usage = null;
  let reason = null;
  for await (const chunk of stream) {
    text += chunk.choices[0]?.delta?.content ?? '';
    reason = chunk.choices[0]?.finish_reason ?? reason;
    usage = chunk.usage ?? usage;
  }
  assert.ok(text.length > 20);
  assert.equal(reason, 'stop');
  assert.ok(usage.total_tokens > usage.prompt_tokens);
});

await check('openai: the stream helper collects the same text as is kept', async () => {
  const runner = client.chat.completions.stream({ model: QUICK, messages: [user('Collect')] });
  const completion = await runner.finalChatCompletion();
  assert.equal(await runner.finalContent(), completion.choices[0].message.content);
});

await check('openai: the history that a client sends is gone on with', async () => {
  const first = await client.chat.completions
    .create({ model: QUICK, messages: [user('one')] })
    .withResponse();
  const reply = first.data.choices[0].message.content;
  const second = await client.chat.completions
    .create({ model: QUICK, messages: [user('one'), assistant(reply), user('two')] })
    .withResponse();
  const chat = first.response.headers.get('x-conversation-id');
  assert.equal(second.response.headers.get('x-conversation-id'), chat);
  assert.equal((await said(chat)).length, 4);
});

await check('openai: an abort stops the reply, and what it said is kept', async () => {
  const abort = new AbortController();
  const { data: stream, response } = await client.chat.completions
    .create({ model: SLOW, messages: [user('abort')], stream: true }, { signal: abort.signal })
    .withResponse();
  const chat = response.headers.get('x-conversation-id');
  let text = '';
  for await (const chunk of stream) {
    text += chunk.choices[0]?.delta?.content ?? '';
    if (text.length > 20) {
      abort.abort();
    }
  }
  await idle(chat);
  const last = (await api(`/api/chats/${chat}/messages`)).messages.at(-1);
  assert.equal(last.stop_reason, 'stopped');
  assert.ok(last.content.startsWith(text.slice(0, 20)));
});

await check('openai: a busy conversation is asked again until it is free', async () => {
  const chat = `retry-${Date.now()}`;
  const options = { headers: { 'X-Conversation-Id': chat }, maxRetries: 8 };
  const first = await client.chat.completions.create(
    { model: 'simulated:rate=40,tokens=60,ttft=10ms', messages: [user('first')], stream: true },
    options,
  );
  const reading = (async () => {
    for await (const chunk of first) void chunk;
  })();
  const refused = await client.chat.completions
    .create({ model: QUICK, messages: [user('now')] }, { ...options, maxRetries: 0 })
    .catch(error => error);
  assert.ok(refused instanceof OpenAI.ConflictError, String(refused));
  assert.equal(refused.code, 'conversation_locked');
  await client.chat.completions.create({ model: QUICK, messages: [user('second')] }, options);
  await reading;
  assert.equal((await said(chat)).length, 4);
});

await check('openai: errors arrive as the classes of the library', async () => {
  const thrown = work => work.then(() => assert.fail('nothing thrown'), error => error);
  const create = body => thrown(client.chat.completions.create(body));
  const unknown = await create({ model: 'nobody/knows', messages: [user('x')] });
  assert.ok(unknown instanceof OpenAI.NotFoundError, String(unknown));
  assert.equal(unknown.code, 'model_not_found');
  const bad = await create({ model: QUICK, messages: [user('x')], n: 2 });
  assert.ok(bad instanceof OpenAI.BadRequestError, String(bad));
  assert.deepEqual([bad.param, bad.type], ['n', 'invalid_request_error']);
  const failed = await create({ model: FAILS, messages: [user('x')] });
  assert.ok(failed instanceof OpenAI.InternalServerError, String(failed));
  assert.equal(failed.code, 'model_failed');
  const gone = await thrown(client.responses.retrieve('resp_nothing'));
  assert.ok(gone instanceof OpenAI.NotFoundError, String(gone));
  const broken = (async () => {
    const stream = await client.chat.completions.create({
      model: FAILS.replace('rate=max', 'rate=50'),
      messages: [user('x')],
      stream: true,
    });
    for await (const chunk of stream) void chunk;
  })();
  assert.ok((await thrown(broken)) instanceof OpenAI.APIError);
});

await check('openai: a response, what it answered, and one that follows it', async () => {
  const first = await client.responses.create({
    model: QUICK,
    instructions: 'Be brief.',
    input: [{ role: 'user', content: [{ type: 'input_text', text: 'one' }] }],
  });
  assert.equal(first.status, 'completed');
  assert.ok(first.output_text.length > 20);
  const second = await client.responses.create({
    model: QUICK,
    previous_response_id: first.id,
    input: 'two',
  });
  assert.equal(second.conversation.id, first.conversation.id);
  assert.equal((await said(first.conversation.id)).length, 4);
  const items = [];
  for await (const item of client.responses.inputItems.list(second.id)) {
    items.push(item.content[0].text);
  }
  assert.deepEqual(items, ['two']);
  const third = await client.responses.create({
    model: QUICK,
    conversation: first.conversation.id,
    input: 'three',
  });
  assert.equal(third.conversation.id, first.conversation.id);
});

await check('openai: the stream helper of responses', async () => {
  const runner = client.responses.stream({ model: QUICK, input: 'Hello' });
  let text = '';
  runner.on('response.output_text.delta', event => (text += event.delta));
  const response = await runner.finalResponse();
  assert.equal(response.output_text, text);
});

await check('openai: a response that was cut goes on, while others watch', async () => {
  const abort = new AbortController();
  const stream = await client.responses.create(
    { model: SLOW, input: 'a long one', stream: true },
    { signal: abort.signal },
  );
  let id = '';
  let chat = '';
  let text = '';
  let last = -1;
  for await (const event of stream) {
    last = event.sequence_number;
    if (event.type === 'response.created') {
      id = event.response.id;
      chat = event.response.conversation.id;
    } else if (event.type === 'response.output_text.delta') {
      text += event.delta;
      if (text.length > 40) {
        abort.abort();
        break;
      }
    }
  }
  const watched = Promise.all([overSocket(chat), overEvents(chat)]);
  const running = await client.responses.retrieve(id);
  assert.equal(running.status, 'in_progress');
  const rest = await client.responses.retrieve(id, { stream: true, starting_after: last });
  let end = null;
  for await (const event of rest) {
    assert.ok(event.sequence_number > last);
    last = event.sequence_number;
    if (event.type === 'response.output_text.delta') {
      text += event.delta;
    }
    end = event;
  }
  assert.equal(end.type, 'response.completed');
  assert.equal(text, end.response.output[0].content[0].text);
  assert.deepEqual(await watched, [text, text]);
  // The same once it is over.
  const replay = await client.responses.retrieve(id, { stream: true });
  let replayed = '';
  for await (const event of replay) {
    replayed += event.type === 'response.output_text.delta' ? event.delta : '';
  }
  assert.equal(replayed, text);
});

await check('openai: a response in the background is cancelled', async () => {
  const made = await client.responses.create({ model: SLOW, input: 'wait', background: true });
  assert.equal(made.status, 'in_progress');
  assert.equal((await client.responses.cancel(made.id)).status, 'cancelled');
  assert.equal((await client.responses.retrieve(made.id)).status, 'cancelled');
  await client.responses.delete(made.id);
  await assert.rejects(client.responses.retrieve(made.id), OpenAI.NotFoundError);
});

// The text of a reply as a WebSocket is told of it.
function overSocket(chat) {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/ws?quiet=true`);
    let text = '';
    socket.on('error', reject);
    socket.on('open', () => socket.send(JSON.stringify({ type: 'watch', chat_id: chat })));
    socket.on('message', data => {
      const frame = JSON.parse(data);
      if (frame.type === 'snapshot') {
        text = frame.reply?.text ?? '';
      } else if (frame.type === 'delta') {
        text += frame.text;
      } else if (frame.type === 'reply_ended') {
        socket.close();
        resolve(text);
      }
    });
  });
}

// The same as an EventSource is told of it.
function overEvents(chat) {
  return new Promise(resolve => {
    const source = new EventSource(`${url}/api/chats/${chat}/events`);
    let text = '';
    const on = (type, action) =>
      source.addEventListener(type, event => action(JSON.parse(event.data)));
    on('snapshot', data => (text = data.reply?.text ?? ''));
    on('delta', data => (text += data.text));
    on('reply_ended', () => {
      source.close();
      resolve(text);
    });
  });
}

// useChat without React: the state that it keeps, in plain fields.
class State {
  status = 'ready';
  error = undefined;
  messages = [];
  pushMessage = message => (this.messages = [...this.messages, message]);
  popMessage = () => (this.messages = this.messages.slice(0, -1));
  replaceMessage = (index, message) => {
    this.messages = this.messages.with(index, message);
  };
  snapshot = value => structuredClone(value);
}

class Chat extends AbstractChat {
  constructor(id, model, messages = []) {
    const state = new State();
    state.messages = messages;
    const transport = new DefaultChatTransport({ api: `${url}/api/chat`, body: { model } });
    super({ id, state, transport });
  }
}

const textOf = message =>
  message.parts
    .filter(part => part.type === 'text')
    .map(part => part.text)
    .join('');

await check('ai: useChat sends a message, and another', async () => {
  const chat = new Chat(`ui-${Date.now()}`, QUICK);
  await chat.sendMessage({ text: 'one' });
  assert.equal(chat.error, undefined);
  assert.equal(chat.status, 'ready');
  await chat.sendMessage({ text: 'two' });
  assert.deepEqual(chat.messages.map(textOf), await said(chat.id));
});

await check('ai: useChat comes back in mid-reply, and when nothing runs', async () => {
  const id = `ui-resume-${Date.now()}`;
  const first = new Chat(id, SLOW);
  const sending = first.sendMessage({ text: 'a long one' });
  await until('text', () => (first.lastMessage?.role === 'assistant' ? textOf(first.lastMessage) : ''));
  await first.stop();
  await sending;
  const asked = first.messages[0];
  const second = new Chat(id, SLOW, [asked]);
  await second.resumeStream();
  assert.equal(second.error, undefined);
  const kept = await said(id);
  assert.deepEqual(second.messages.map(textOf), kept);
  assert.ok(kept[1].length > 100);
  const third = new Chat(id, SLOW, second.messages);
  await third.resumeStream();
  assert.equal(third.status, 'ready');
  assert.deepEqual(third.messages.map(textOf), kept);
});

await check('ai: useChat has a reply made anew, beside the old', async () => {
  const chat = new Chat(`ui-anew-${Date.now()}`, 'simulated:rate=max,ttft=1ms,tokens=20');
  await chat.sendMessage({ text: 'again' });
  await chat.regenerate();
  assert.equal(chat.error, undefined);
  assert.deepEqual(chat.messages.map(textOf), await said(chat.id));
  const { messages } = await api(`/api/chats/${chat.id}/messages`);
  const { messages: replies } = await api(
    `/api/chats/${chat.id}/children?message_id=${messages[0].id}`,
  );
  assert.equal(replies.length, 2);
});

await check('ai: useChat edits a message, which branches', async () => {
  const chat = new Chat(`ui-edit-${Date.now()}`, QUICK);
  await chat.sendMessage({ text: 'one' });
  await chat.sendMessage({ text: 'two' });
  await chat.sendMessage({ text: 'zwei', messageId: chat.messages[2].id });
  assert.equal(chat.error, undefined);
  assert.equal(chat.messages.length, 4);
  assert.deepEqual(chat.messages.map(textOf), await said(chat.id));
});

await check('ai: useChat is told of an error', async () => {
  const chat = new Chat(`ui-error-${Date.now()}`, 'nobody/knows');
  await chat.sendMessage({ text: 'x' });
  assert.equal(chat.status, 'error');
  assert.match(chat.error.message, /model_unknown/);
  const fails = new Chat(`ui-fails-${Date.now()}`, FAILS);
  await fails.sendMessage({ text: 'x' });
  assert.equal(fails.status, 'error');
});

console.log(failures === 0 ? 'All work.' : `${failures} do not work.`);
process.exit(failures === 0 ? 0 : 1);
