package dev.hubbub.examples;

import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.Message;
import dev.hubbub.engine.ConversationStats;
import dev.hubbub.engine.Hubbub;
import dev.hubbub.engine.HubbubConfig;
import dev.hubbub.engine.ReplyStream;
import dev.hubbub.engine.StartOptions;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// A program that dies in the middle of a reply, and another that finds everything it had shown and
/// goes on with the reply.
///
/// The one that dies is a process of its own, which ends itself as `kill -9` would: nothing is
/// closed, flushed or said goodbye to.
public final class CrashAndRecovery {

    private static final String MODEL = "simulated:rate=100,tokens=60,ttft=0s";
    private static final ConversationId ID = new ConversationId("survivor");
    private static final int SEEN_CHARS_MIN = 40;

    private CrashAndRecovery() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        if (args.length == 1) {
            die(Path.of(args[0]));
            return;
        }
        Path directory = Files.createTempDirectory("hubbub-example");
        try {
            String seen = watchItDie(directory);
            System.out.println("seen before the crash: " + seen);
            goOn(directory, seen);
        } finally {
            delete(directory);
        }
    }

    /// The process that dies.
    private static void die(Path directory) {
        Hubbub hubbub = Hubbub.start(HubbubConfig.inDirectory(directory));
        hubbub.startConversation(StartOptions.DEFAULT.withId(ID).withModel(MODEL));
        ReplyStream reply = hubbub.streamMessage(ID, "Tell me a long story.");
        int chars = 0;
        for (String piece : reply) {
            System.out.print(piece);
            System.out.flush();
            chars += piece.length();
            if (chars >= SEEN_CHARS_MIN) {
                Runtime.getRuntime().halt(137);
            }
        }
    }

    /// Runs that process and gives what it had shown when it died.
    private static String watchItDie(Path directory) throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "--sun-misc-unsafe-memory-access=allow",
                                "-cp",
                                System.getProperty("java.class.path"),
                                CrashAndRecovery.class.getName(),
                                directory.toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        String seen;
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            seen = output.readAllAsString();
        }
        System.out.println("the process ended with status " + process.waitFor());
        return seen;
    }

    /// Another program on the same directory. The reply goes on by itself: nobody has to ask.
    private static void goOn(Path directory, String seen) {
        try (Hubbub hubbub = Hubbub.start(HubbubConfig.inDirectory(directory))) {
            // A message that follows is answered when the reply before it has ended.
            hubbub.sendMessage(ID, "Thank you.");
            List<Message> history = hubbub.history(ID);
            Message reply = history.get(1);
            System.out.println("what it had shown is there: " + reply.text().startsWith(seen));
            System.out.println("the whole reply: " + reply.text());
            System.out.println("calls of the model it took: " + reply.attempts().size());
            ConversationStats stats = hubbub.stats(ID);
            System.out.println(stats.messageCount() + " messages, " + stats.status());
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
