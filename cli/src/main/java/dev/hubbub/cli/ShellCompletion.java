package dev.hubbub.cli;

import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.ModelCatalog;

import org.jline.reader.Candidate;
import org.jline.reader.Completer;
import org.jline.reader.LineReader;
import org.jline.reader.ParsedLine;

import java.util.List;

/// What Tab offers: commands, then their options, and conversations, models and names where they
/// belong. Whoever writes a text is not disturbed.
final class ShellCompletion implements Completer {

    private static final int CONVERSATIONS = 20;

    private final Shell shell;

    ShellCompletion(Shell shell) {
        this.shell = shell;
    }

    @Override
    public void complete(LineReader reader, ParsedLine line, List<Candidate> candidates) {
        List<String> words = line.words().subList(0, line.wordIndex());
        String word = line.word().substring(0, Math.min(line.wordCursor(), line.word().length()));
        if (words.isEmpty()) {
            shell.verbs().values().forEach(verb -> add(candidates, verb.name(), verb.meaning()));
            return;
        }
        Verb verb = shell.verbs().get(words.getFirst());
        if (verb == null) {
            return;
        }
        Verb.Flag before = verb.flag(words.getLast());
        if (before != null && !before.value().isEmpty()) {
            if (before.name().startsWith("--model")) {
                models(candidates);
            } else if (before.name().equals("--when-busy")) {
                List.of("enqueue", "reject", "interrupt")
                        .forEach(each -> add(candidates, each, ""));
            }
            return;
        }
        int at = position(verb, words);
        if (word.startsWith("-")) {
            verb.flags().forEach(flag -> add(candidates, flag.name(), flag.meaning()));
        } else if (at < verb.words().size()) {
            words(verb.words().get(at), word, candidates);
        }
    }

    /// How many words that are no options stand behind the name.
    private static int position(Verb verb, List<String> words) {
        int at = 0;
        for (int i = 1; i < words.size(); i++) {
            Verb.Flag flag = verb.flag(words.get(i));
            if (flag == null) {
                at++;
            } else if (!flag.value().isEmpty()) {
                i++;
            }
        }
        return at;
    }

    private void words(Verb.Word of, String word, List<Candidate> candidates) {
        switch (of.kind()) {
            case CONVERSATION -> {
                if (of.label().contains("all")) {
                    add(candidates, "all", "");
                }
                conversations(word, candidates);
            }
            case TARGET -> {
                Targets.WORDS.forEach(each -> add(candidates, each, ""));
                conversations(word, candidates);
            }
            case MODEL -> models(candidates);
            case VERB ->
                    shell.verbs()
                            .values()
                            .forEach(verb -> add(candidates, verb.name(), verb.meaning()));
            case EXPERIMENT -> ShellLab.words().forEach(each -> add(candidates, each, ""));
            case FREE -> {}
        }
    }

    private void conversations(String word, List<Candidate> candidates) {
        List<ConversationId> latest = shell.roster().latest(CONVERSATIONS);
        if (!latest.isEmpty()) {
            add(candidates, "last", "");
        }
        for (ConversationId id : latest) {
            // Numbers are shorter; ids are for those who began to type one.
            if (word.isEmpty() || word.startsWith("@")) {
                add(candidates, "@" + shell.roster().number(id), id.value());
            } else {
                add(candidates, id.value(), "@" + shell.roster().number(id));
            }
        }
    }

    private void models(List<Candidate> candidates) {
        for (ModelCatalog.Entry entry : shell.hubbub().models().models()) {
            add(candidates, entry.id().value(), entry.displayName());
        }
    }

    private static void add(List<Candidate> candidates, String value, String meaning) {
        candidates.add(
                new Candidate(
                        value, value, null, meaning.isEmpty() ? null : meaning, null, null, true));
    }
}
