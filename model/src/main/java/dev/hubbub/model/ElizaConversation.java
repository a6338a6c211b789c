package dev.hubbub.model;

import dev.hubbub.model.ElizaScript.Reassembly;
import dev.hubbub.model.ElizaScript.Recollection;
import dev.hubbub.model.ElizaScript.Rule;
import dev.hubbub.model.ElizaScript.Transformation;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;

/// One conversation with ELIZA: what it has said already, and what it has kept in mind. For one
/// thread.
///
/// The program is that of Weizenbaum's paper of 1966; where the paper is silent, that of the
/// listing of 1965 found among his papers: that BUT ends a phrase as a comma does, the counter that
/// lets memories surface, the hash that chooses how, and what is said when a keyword has no rule
/// that fits. A message is answered the same whenever the same messages came before it.
final class ElizaConversation {

    /// Words of one message that are read, at most; the rest is not. Weizenbaum's lines were
    /// shorter.
    static final int WORDS_MAX = 200;

    private static final int CHARS_MAX = WORDS_MAX * 20;

    /// Memories that are kept; the oldest goes first.
    private static final int MEMORIES_MAX = 100;

    /// Links followed for one answer, against scripts that link in a circle.
    private static final int LINKS_MAX = 20;

    /// Said when a keyword was found and none of its rules fits; the counter chooses.
    private static final List<String> NO_MATCH =
            List.of("PLEASE CONTINUE", "HMMM", "GO ON, PLEASE", "I SEE");

    private final ElizaScript script;
    private final int[] used;
    private final Deque<String> memories = new ArrayDeque<>();
    private int counter = 1;

    ElizaConversation(ElizaScript script) {
        this.script = script;
        used = new int[script.transformations()];
    }

    /// Answers the next message.
    String answer(String message) {
        counter = counter % 4 + 1;
        var phrase = new ArrayList<String>();
        Deque<String> keys = scan(message, phrase);
        if (keys.isEmpty()) {
            String memory = counter == 4 ? memories.poll() : null;
            return memory != null ? memory : none(phrase);
        }
        if (keys.getFirst().equals(script.memory().keyword())) {
            memorise(phrase);
        }
        return transform(keys, phrase);
    }

    /// Finds the first phrase with a keyword in it, its words replaced as the script wants, and the
    /// keywords of that phrase in the order in which to try them.
    private Deque<String> scan(String message, List<String> phrase) {
        var keys = new ArrayDeque<String>();
        int topRank = 0;
        for (String word : words(message)) {
            if (word.equals(".") || word.equals("BUT")) {
                if (!keys.isEmpty()) {
                    break;
                }
                phrase.clear();
                continue;
            }
            Rule rule = script.rules().get(word);
            if (rule != null && rule.transforms()) {
                if (rule.rank() > topRank) {
                    topRank = rule.rank();
                    keys.addFirst(word);
                } else {
                    keys.addLast(word);
                }
            }
            String substitute = rule == null ? null : rule.substitute();
            phrase.add(substitute == null ? word : substitute);
        }
        return keys;
    }

    private String transform(Deque<String> keys, List<String> message) {
        List<String> words = message;
        for (int links = 0; !keys.isEmpty() && links < LINKS_MAX; ) {
            Rule rule = script.rules().get(keys.removeFirst());
            if (rule == null) {
                return NO_MATCH.get(counter - 1);
            }
            Found found = find(rule, words);
            if (found == null) {
                if (rule.link() == null) {
                    return NO_MATCH.get(counter - 1);
                }
                keys.addFirst(rule.link());
                links++;
                continue;
            }
            switch (next(found.transformation())) {
                case Reassembly.Say(var said) -> {
                    return String.join(" ", assemble(said, found.parts()));
                }
                case Reassembly.Link(var keyword) -> {
                    keys.addFirst(keyword);
                    links++;
                }
                case Reassembly.Pre(var said, var keyword) -> {
                    words = assemble(said, found.parts());
                    keys.addFirst(keyword);
                    links++;
                }
                case Reassembly.NewKey() -> {}
            }
        }
        return none(words);
    }

    private record Found(Transformation transformation, List<List<String>> parts) {}

    private static @Nullable Found find(Rule rule, List<String> words) {
        for (Transformation transformation : rule.transformations()) {
            List<List<String>> parts = transformation.pattern().match(words);
            if (parts != null) {
                return new Found(transformation, parts);
            }
        }
        return null;
    }

    private String none(List<String> words) {
        Found found = find(script.none(), words);
        if (found != null && next(found.transformation()) instanceof Reassembly.Say(var said)) {
            return String.join(" ", assemble(said, found.parts()));
        }
        return NO_MATCH.get(counter - 1);
    }

    private Reassembly next(Transformation transformation) {
        int turn = used[transformation.number()]++;
        List<Reassembly> reassemblies = transformation.reassemblies();
        return reassemblies.get(turn % reassemblies.size());
    }

    private void memorise(List<String> phrase) {
        Recollection recollection =
                script.memory().recollections().get(ElizaHash.hash(phrase.getLast(), 2));
        List<List<String>> parts = recollection.pattern().match(phrase);
        if (parts != null) {
            if (memories.size() == MEMORIES_MAX) {
                memories.removeFirst();
            }
            memories.addLast(String.join(" ", assemble(recollection.words(), parts)));
        }
    }

    private static List<String> assemble(List<String> said, List<List<String>> parts) {
        var words = new ArrayList<String>();
        for (String word : said) {
            if (ElizaPattern.isNumber(word)) {
                words.addAll(parts.get(Integer.parseInt(word) - 1));
            } else {
                words.add(word);
            }
        }
        return words;
    }

    /// The words of a message in upper case, `.` standing for whatever ends a phrase. Quotation
    /// marks and brackets, which the 7094 had no keys for in a message, are left out.
    private static List<String> words(String message) {
        var words = new ArrayList<String>();
        var word = new StringBuilder();
        String upper =
                message.substring(0, Math.min(message.length(), CHARS_MAX))
                        .toUpperCase(Locale.ROOT);
        for (int i = 0; i < upper.length() && words.size() < WORDS_MAX; i++) {
            char c = upper.charAt(i);
            switch (c) {
                case '.', ',', ';', ':', '?', '!', '\n', '\u2014', '\u2026' -> {
                    endWord(word, words);
                    words.add(".");
                }
                case '\u2018', '\u2019' -> word.append('\'');
                case '"', '\u201c', '\u201d', '(', ')', '[', ']' -> {}
                default -> {
                    if (Character.isWhitespace(c)) {
                        endWord(word, words);
                    } else {
                        word.append(c);
                    }
                }
            }
        }
        if (words.size() < WORDS_MAX) {
            endWord(word, words);
        }
        return words;
    }

    private static void endWord(StringBuilder word, List<String> words) {
        if (!word.isEmpty()) {
            words.add(word.toString());
            word.setLength(0);
        }
    }
}
