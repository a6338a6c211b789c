package dev.hubbub.model;

import dev.hubbub.conversation.ChatModel;
import dev.hubbub.conversation.Role;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;

import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.PoolOptions;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/// The models of a service that speaks OpenAI's protocol: OpenAI's own, or Ollama, vLLM, OpenRouter
/// and the like. LangChain4j speaks it, over an HTTP client of Vert.x, because LangChain4j's own
/// needs a thread for each reply.
///
/// A reply has a connection of its own while it lasts, HTTP/1.1, which is closed to cancel it.
/// There are at most [#CONNECTIONS_MAX], and [#WAITING_MAX] replies that wait for one; a connection
/// that is free again is kept for the next reply.
final class OpenAiModel implements ChatModel, AutoCloseable {

    /// Well below the ports that one machine has for one address.
    static final int CONNECTIONS_MAX = 10_000;

    static final int WAITING_MAX = 10_000;

    private static final int CONNECT_MILLIS_MAX = 10_000;

    private static final String CONTINUE =
            "Your last message was cut off by a fault. Continue it exactly where it stops,"
                    + " beginning with the very next character, a blank if one comes next. Repeat"
                    + " nothing of it and do not mention this.";

    private final OpenAiSettings settings;
    private final OpenAiFaults faults;
    private final Vertx vertx;
    private final List<Context> contexts;
    private final HttpClient client;
    private final StreamingChatModel model;
    private final AtomicInteger begun = new AtomicInteger();
    private volatile boolean closed;

    OpenAiModel(OpenAiSettings settings) {
        this.settings = settings;
        faults = new OpenAiFaults(settings);
        int loops = Math.max(1, Runtime.getRuntime().availableProcessors());
        vertx =
                Vertx.vertx(
                        new VertxOptions()
                                .setEventLoopPoolSize(loops)
                                .setWorkerPoolSize(1)
                                .setInternalBlockingPoolSize(2)
                                .setFileSystemOptions(
                                        new FileSystemOptions()
                                                .setClassPathResolvingEnabled(false)
                                                .setFileCachingEnabled(false)));
        contexts = contexts(vertx, loops);
        client =
                vertx.createHttpClient(
                        new HttpClientOptions().setConnectTimeout(CONNECT_MILLIS_MAX),
                        new PoolOptions()
                                .setHttp1MaxSize(CONNECTIONS_MAX)
                                .setMaxWaitQueueSize(WAITING_MAX));
        model =
                OpenAiStreamingChatModel.builder()
                        .httpClientBuilder(new EventStreamClient.Builder())
                        .baseUrl(settings.baseUrl())
                        .apiKey(settings.key())
                        .build();
    }

    @Override
    public Call reply(Prompt prompt, Sink sink) {
        if (closed) {
            throw new IllegalStateException("the models are closed");
        }
        Context context = contexts.get(Math.floorMod(begun.getAndIncrement(), contexts.size()));
        var reply =
                new OpenAiReply(
                        context,
                        new Outlet(sink),
                        faults,
                        () -> closed,
                        owner ->
                                new Exchange(
                                        vertx,
                                        client,
                                        faults,
                                        settings.stallLimit().toMillis(),
                                        prompt.model(),
                                        owner::fail));
        context.runOnContext(_ -> start(reply, prompt));
        return reply;
    }

    /// Ends all replies, without a word.
    @Override
    public void close() {
        closed = true;
        vertx.close().await();
    }

    private void start(OpenAiReply reply, Prompt prompt) {
        List<ChatMessage> messages = messages(prompt);
        if (messages.isEmpty()) {
            reply.fail(faults.nothingToAnswer());
            return;
        }
        reply.start(
                model,
                ChatRequest.builder().modelName(prompt.model().value()).messages(messages).build());
    }

    /// One context for each event loop, so that replies spread over all and each stays on one.
    private static List<Context> contexts(Vertx vertx, int loops) {
        var contexts = new CopyOnWriteArrayList<Context>();
        vertx.deployVerticle(() -> new Loop(contexts), new DeploymentOptions().setInstances(loops))
                .await();
        return contexts;
    }

    private static final class Loop extends VerticleBase {

        private final List<Context> contexts;

        Loop(List<Context> contexts) {
            this.contexts = contexts;
        }

        @Override
        public Future<?> start() {
            contexts.add(context);
            return Future.succeededFuture();
        }
    }

    /// The history in LangChain4j's words, without what is blank, which some services reject.
    private static List<ChatMessage> messages(Prompt prompt) {
        var messages = new ArrayList<ChatMessage>();
        boolean asked = false;
        if (prompt.system() != null && !prompt.system().isBlank()) {
            messages.add(SystemMessage.from(prompt.system()));
        }
        for (Prompt.Line line : prompt.messages()) {
            if (!line.text().isBlank()) {
                messages.add(message(line));
                asked |= line.role() != Role.SYSTEM;
            }
        }
        if (!asked) {
            return List.of();
        }
        if (!prompt.soFar().isBlank()) {
            messages.add(AiMessage.from(prompt.soFar()));
            messages.add(UserMessage.from(CONTINUE));
        }
        return messages;
    }

    private static ChatMessage message(Prompt.Line line) {
        return switch (line.role()) {
            case SYSTEM -> SystemMessage.from(line.text());
            case USER -> UserMessage.from(line.text());
            case ASSISTANT -> AiMessage.from(line.text());
        };
    }
}
