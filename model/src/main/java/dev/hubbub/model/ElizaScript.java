package dev.hubbub.model;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A script for ELIZA: what its keywords are and how they turn a message into an answer. A script
/// is data, as its inventor stresses, and never changes; what a conversation remembers is in
/// [ElizaConversation].
///
/// @param greeting what is said before anybody has said anything
/// @param rules by keyword
/// @param tagged the words that carry each tag
/// @param none what to say when there is nothing to go by
/// @param transformations how many there are; their numbers are below this
record ElizaScript(
        String greeting,
        Map<String, Rule> rules,
        Map<String, Set<String>> tagged,
        Rule none,
        Memory memory,
        int transformations) {

    /// How many ways of recalling a memory a script has; the program insists on it.
    static final int MEMORIES = 4;

    ElizaScript {
        rules = Map.copyOf(rules);
        tagged = Map.copyOf(tagged);
    }

    /// What a keyword does.
    ///
    /// @param substitute stands for the keyword in the message from then on
    /// @param rank how much it takes precedence; 0 where the script gives none
    /// @param link the keyword to go on with when no transformation applies
    record Rule(
            String keyword,
            @Nullable String substitute,
            int rank,
            List<Transformation> transformations,
            @Nullable String link) {

        Rule {
            transformations = List.copyOf(transformations);
        }

        boolean transforms() {
            return !transformations.isEmpty() || link != null;
        }
    }

    /// One way to take a message apart, and the ways to put together an answer, used in turn.
    record Transformation(int number, ElizaPattern pattern, List<Reassembly> reassemblies) {

        Transformation {
            reassemblies = List.copyOf(reassemblies);
        }
    }

    /// What to do with a message that was taken apart.
    sealed interface Reassembly {

        /// Says these words, in which a number stands for that part of the message.
        record Say(List<String> words) implements Reassembly {}

        /// Goes on with the rules of another keyword.
        record Link(String keyword) implements Reassembly {}

        /// Rewords the message, then goes on with the rules of another keyword.
        record Pre(List<String> words, String keyword) implements Reassembly {}

        /// Goes on with the next keyword of the message.
        record NewKey() implements Reassembly {}
    }

    /// What to keep for later of a message whose first keyword is this.
    record Memory(String keyword, List<Recollection> recollections) {

        Memory {
            recollections = List.copyOf(recollections);
            if (recollections.size() != MEMORIES) {
                throw new IllegalArgumentException(
                        "a MEMORY rule has " + MEMORIES + " ways of recalling");
            }
        }
    }

    /// One way of bringing up again what was said.
    record Recollection(ElizaPattern pattern, List<String> words) {}

    /// The script that made ELIZA known.
    static ElizaScript doctor() {
        try (InputStream script = ElizaScript.class.getResourceAsStream("doctor.txt")) {
            if (script == null) {
                throw new IllegalStateException("doctor.txt is missing from the program");
            }
            return new ElizaScriptReader(new String(script.readAllBytes(), StandardCharsets.UTF_8))
                    .read();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
