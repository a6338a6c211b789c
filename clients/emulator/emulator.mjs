// Starts the emulator and a Hubbub whose providers are sent there, asks each of them through
// Hubbub's API, and compares. Prints one line for each thing that is checked.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LLMock } from "@copilotkit/aimock";

const START_MILLIS_MAX = 60_000;
const REPLY_MILLIS_MAX = 20_000;

const GREETING = "Hello! It all depends, näh, on 🙂 what *you* need.\n\n- one\n- two\n";
const USAGE = { prompt_tokens: 21, completion_tokens: 13 };
const SLOW = "word ".repeat(400);

const PROVIDERS = [
  { name: "openai", model: "gpt-4o-mini", path: "/v1" },
  { name: "anthropic", model: "claude-sonnet-4-5", path: "" },
  { name: "gemini", model: "gemini-2.5-flash", path: "" },
  { name: "openrouter", model: "meta-llama/llama-4-maverick:free", path: "/v1" },
  // Of Ollama's counts the emulator says 0, and of its reasons to end "stop", whatever it is told.
  { name: "ollama", model: "llava:7b", path: "", fixed: true },
];

let failures = 0;

function check(what, fine, detail) {
  if (!fine) failures++;
  console.log(`${fine ? "ok  " : "FAIL"}  ${what}${fine || detail === undefined ? "" : `: ${detail}`}`);
}

async function startEmulator() {
  const emulator = new LLMock({ port: 0, strict: true, logLevel: "silent", chunkSize: 5 });
  emulator.onMessage("greet me", { content: GREETING, usage: USAGE });
  emulator.onMessage("and again", { content: "The second answer." });
  emulator.onMessage("count slowly", { content: SLOW }, { latency: 50 });
  emulator.onMessage("break off", { content: GREETING }, { latency: 5, truncateAfterChunks: 6 });
  emulator.onMessage("be cut short", { content: GREETING, finishReason: "length" });
  await emulator.start();
  return emulator;
}

/** Hubbub on a free port, with nothing kept. */
async function startHubbub(program, url) {
  const data = mkdtempSync(join(tmpdir(), "hubbub-emulator-"));
  const environment = { ...process.env, OLLAMA_MODELS: "llava:7b" };
  for (const provider of PROVIDERS) {
    environment[`${provider.name.toUpperCase()}_BASE_URL`] = url + provider.path;
    environment[`${provider.name.toUpperCase()}_API_KEY`] = "not-a-key";
  }
  environment.OPENAI_MODELS = "gpt-4o-mini";
  // What is compared is what each says, not how often it is asked again.
  writeFileSync(join(data, "hubbub.conf"), "hubbub.models.pools.default.tries-max = 1\n");
  const child = spawn(program, ["serve", "--port", "0", "--store", "memory", "--data", data], {
    env: environment,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const address = await new Promise((resolve, reject) => {
    let said = "";
    const timer = setTimeout(() => reject(new Error("hubbub did not start in time")), START_MILLIS_MAX);
    child.stdout.on("data", (bytes) => {
      said += bytes;
      const ready = said.match(/is ready: (http\S+)/);
      if (ready) {
        clearTimeout(timer);
        resolve(ready[1].replace(/\/$/, ""));
      }
    });
    ended.then((code) => reject(new Error(`hubbub ended with ${code} before it was ready`)));
  });
  return {
    address,
    async stop() {
      child.kill("SIGTERM");
      await ended;
      rmSync(data, { recursive: true, force: true });
    },
  };
}

class Hubbub {
  constructor(address) {
    this.address = address;
  }

  async call(method, path, body) {
    const response = await fetch(this.address + path, {
      method,
      headers: body ? { "Content-Type": "application/json" } : {},
      body: body ? JSON.stringify(body) : undefined,
    });
    const answer = await response.json();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(answer)}`);
    return answer;
  }

  async chat(model) {
    return (await this.call("POST", "/api/chats", { model, system_prompt: "Be brief." })).chat.id;
  }

  async say(chat, content, more = {}) {
    await this.call("POST", `/api/chats/${chat}/messages`, { content, ...more });
  }

  page(chat) {
    return this.call("GET", `/api/chats/${chat}/messages`);
  }

  /** The last message, once no reply is under way. */
  async reply(chat) {
    return (await this.until(chat, (page) => !page.reply && page.messages.at(-1)?.role === "assistant")).messages.at(-1);
  }

  async until(chat, right) {
    const limit = Date.now() + REPLY_MILLIS_MAX;
    for (;;) {
      const page = await this.page(chat);
      if (right(page)) return page;
      if (Date.now() > limit) throw new Error(`chat ${chat} took too long: ${JSON.stringify(page)}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

async function ask(hubbub, emulator, { name, model, fixed }) {
  const chat = await hubbub.chat(model);
  await hubbub.say(chat, "Please greet me.");
  const first = await hubbub.reply(chat);
  check(`${name}: the reply is the emulator's, whole`, first.content === GREETING, JSON.stringify(first));
  check(`${name}: it ended by itself`, first.stop_reason === "end", first.stop_reason);
  check(
    `${name}: what it used is told`,
    first.usage?.input_tokens === (fixed ? 0 : USAGE.prompt_tokens) &&
      first.usage?.output_tokens === (fixed ? 0 : USAGE.completion_tokens),
    JSON.stringify(first.usage),
  );

  await hubbub.say(chat, "Now and again.");
  const second = await hubbub.reply(chat);
  check(`${name}: a second turn is answered`, second.content === "The second answer.", JSON.stringify(second));
  const seen = JSON.stringify(emulator.journal.getAll().at(-1)?.body ?? {});
  check(
    `${name}: the system prompt and the history were sent`,
    seen.includes("Be brief.") && seen.includes("Please greet me.") && seen.includes("It all depends"),
    seen.slice(0, 400),
  );

  if (!fixed) {
    const short = await hubbub.chat(model);
    await hubbub.say(short, "Please be cut short.");
    const cutShort = await hubbub.reply(short);
    check(`${name}: the model's limit is told`, cutShort.stop_reason === "length", cutShort.stop_reason);
  }

  const broken = await hubbub.chat(model);
  await hubbub.say(broken, "Please break off.");
  const failed = await hubbub.reply(broken);
  check(
    `${name}: a stream that breaks off is an error that keeps its text`,
    failed.stop_reason === "error" && failed.content !== "" && GREETING.startsWith(failed.content) && failed.error !== undefined,
    JSON.stringify(failed),
  );

  const slow = await hubbub.chat(model);
  await hubbub.say(slow, "Please count slowly.");
  await hubbub.until(slow, (page) => page.reply?.text?.length > 0);
  await hubbub.call("POST", `/api/chats/${slow}/stop`, {});
  const stopped = await hubbub.reply(slow);
  check(
    `${name}: a reply is stopped and keeps its text`,
    stopped.stop_reason === "stopped" && stopped.content !== "" && SLOW.startsWith(stopped.content),
    JSON.stringify(stopped).slice(0, 200),
  );

  const lost = await hubbub.chat(model);
  await hubbub.say(lost, "Something that nobody expects.");
  const refused = await hubbub.reply(lost);
  check(`${name}: a refusal is an error with a sentence`, refused.stop_reason === "error" && /\(\d+\)/.test(refused.error ?? ""), JSON.stringify(refused));

  emulator.setChaos({ rateLimitRate: 1 });
  const limited = await hubbub.chat(model);
  await hubbub.say(limited, "Please greet me.");
  const busy = await hubbub.reply(limited);
  emulator.clearChaos();
  check(`${name}: a 429 is an error that says when to come back`, busy.stop_reason === "error" && busy.error?.includes("(429): try again in "), JSON.stringify(busy));
}

const emulator = await startEmulator();
let hubbub;
try {
  hubbub = await startHubbub(process.argv[2], emulator.url);
  const api = new Hubbub(hubbub.address);
  const { models } = await api.call("GET", "/api/models");
  for (const provider of PROVIDERS) {
    check(`${provider.name}: ${provider.model} is listed`, models.some((model) => model.id === provider.model));
    await ask(api, emulator, provider);
  }
} catch (error) {
  check("the run", false, error.stack);
} finally {
  await hubbub?.stop();
  await emulator.stop();
}
console.log(failures === 0 ? "All is as expected." : `${failures} of the above failed.`);
process.exitCode = failures === 0 ? 0 : 1;
