package dev.hubbub.cli;

import dev.hubbub.conversation.ConversationId;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.net.URI;
import java.util.List;
import java.util.concurrent.Callable;

/// `hubbub chat`: at a prompt, or one message from arguments or a pipe.
@Command(
        name = "chat",
        description = {
            "Talk with a model in the terminal.",
            "",
            "With a MESSAGE, or when a pipe brings one, prints the reply and ends."
                    + " Otherwise it asks for messages until Ctrl-D; Ctrl-C stops a reply.",
            "",
            "When a server runs on the data directory, the conversation is the server's;"
                    + " otherwise it is kept here and the server has it later."
        },
        sortOptions = false,
        exitCodeList = {
            "0:the reply is complete, or the conversation was left",
            "1:the reply failed or was stopped, or there was no way to ask",
            "2:it was asked in a wrong way"
        },
        footer = {
            "",
            "Examples:",
            "  hubbub chat",
            "  hubbub chat --id 0c9bd1c1-4f5e-4e3b-a8f4-5a2f1f0ac9ce",
            "  hubbub chat Why is the sky blue?",
            "  git diff | hubbub chat Review this change: -",
            "  echo hello | hubbub chat > reply.txt",
            "",
            "Environment:",
            "  HUBBUB_DATA, HUBBUB_CONFIG, HUBBUB_STORE, HUBBUB_MODEL, HUBBUB_TOKEN",
            "                     stand for the options of these names.",
            "  NO_COLOR=1         no colours. There are none where no terminal is.",
            "",
            "Only the reply goes to standard output; the conversation's id and what goes",
            "wrong go to standard error."
        })
final class ChatCommand implements Callable<Integer> {

    private final Surroundings surroundings;
    private final HubbubCommand hubbub;

    @Parameters(
            paramLabel = "MESSAGE",
            arity = "0..*",
            description = "What to say; the word - stands for standard input.")
    private List<String> words = List.of();

    @Option(
            names = "--id",
            paramLabel = "ID",
            description = "Go on with this conversation. Default: a new one.")
    private @Nullable String id;

    @Option(
            names = "--system",
            paramLabel = "TEXT",
            description = "System prompt of the conversation, from now on.")
    private @Nullable String system;

    @Option(
            names = "--url",
            paramLabel = "URL",
            description = "Server to talk through, such as http://127.0.0.1:8080.")
    private @Nullable URI url;

    @Mixin private final TokenOption token = new TokenOption();

    @Mixin private final StorageOptions storage = new StorageOptions();

    ChatCommand(Surroundings surroundings, HubbubCommand hubbub) {
        this.surroundings = surroundings;
        this.hubbub = hubbub;
    }

    @Override
    public Integer call() {
        Logging.choose(hubbub.debug() ? Logging.Detail.DEBUG : Logging.Detail.QUIET);
        if (id != null && !ConversationId.isValid(id)) {
            throw Failure.usage(
                    "'%s' cannot be a conversation id, which has 1 to %d of A-Z a-z 0-9 _ -."
                            .formatted(id, ConversationId.CHARS_MAX));
        }
        DataDirectory data = storage.data(surroundings);
        Settings settings = storage.settings(surroundings);
        boolean prompted = surroundings.terminal() && words.isEmpty();
        String message = prompted ? "" : OneMessage.read(words, surroundings.in());
        try (Conversations conversations = connect(data, settings)) {
            var session = new ChatSession(conversations);
            if (id != null) {
                session.resume(new ConversationId(id));
            }
            if (storage.model() != null || system != null) {
                session.change(storage.model(), system);
            }
            ExitCode exitCode =
                    prompted
                            ? ChatPrompt.run(session, surroundings, data)
                            : new OneMessage(session, surroundings).say(message);
            return exitCode.number();
        }
    }

    private Conversations connect(DataDirectory data, Settings settings) {
        if (url != null) {
            return new ServedConversations(requireHttp(url), token.value());
        }
        StoreChoice store = storage.store(settings);
        ServerAddress running = store == StoreChoice.MEMORY ? null : ServerAddress.find(data);
        if (running != null) {
            return new ServedConversations(running.url(), token.orOwn(settings, data));
        }
        Node node =
                Node.start(
                        surroundings,
                        data.prepare(),
                        settings.engine(),
                        settings.models(),
                        store,
                        storage.model(settings));
        return new LocalConversations(
                node, store == StoreChoice.MEMORY ? "in memory, and nowhere later" : "in " + data);
    }

    private static URI requireHttp(URI url) {
        if (url.getHost() == null || !List.of("http", "https").contains(url.getScheme())) {
            throw Failure.usage(
                    "'%s' is not the address of a server; give one like http://127.0.0.1:8080."
                            .formatted(url));
        }
        return url;
    }
}
