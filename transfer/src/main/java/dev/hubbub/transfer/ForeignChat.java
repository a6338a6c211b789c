package dev.hubbub.transfer;

import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.Image;
import dev.hubbub.conversation.Marks;
import dev.hubbub.conversation.Message;
import dev.hubbub.conversation.MessageId;
import dev.hubbub.conversation.ModelId;
import dev.hubbub.conversation.Role;
import dev.hubbub.conversation.StopReason;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A conversation of another program, as that program's file has it: lines that name the line they
/// follow. Nothing in it is to be relied on.
///
/// @param source the program
/// @param id its name for the conversation; empty where it has none
/// @param head the line that it showed last, or null
record ForeignChat(
        String source,
        String id,
        String name,
        @Nullable String model,
        @Nullable String systemPrompt,
        Marks marks,
        @Nullable Instant createdAt,
        @Nullable Instant updatedAt,
        List<Line> lines,
        @Nullable String head) {

    /// @param parent the key of the line that it follows; null for a first one
    /// @param role null for a line that is left out; what follows it follows its parent then
    /// @param at null where the file does not say
    record Line(
            String key,
            @Nullable String parent,
            @Nullable Role role,
            String text,
            @Nullable String model,
            @Nullable Instant at,
            List<Image> images,
            @Nullable String error) {

        boolean isKept() {
            return role != null && (!text.isBlank() || !images.isEmpty() || error != null);
        }
    }

    /// Where a line ended up.
    ///
    /// @param message itself, or what it follows where it is left out; null where that is nothing
    private record Place(@Nullable MessageId message, Instant at) {}

    /// The conversation in Hubbub's form. The same file gives the same ids.
    ReadChat read(String where, Ids ids, int charsMax, ReadChat.Sink problems) {
        Instant begun = createdAt == null ? Times.of(updatedAt) : Times.of(createdAt);
        var grown = new Growth(where, charsMax, begun, problems);
        grown.grow(lines);
        Instant ended = updatedAt == null ? grown.latest : Times.of(updatedAt);
        MessageId at = head == null ? null : grown.placeOf(head);
        return new ReadChat(
                where,
                ids.of(source, id.isEmpty() ? fingerprint(grown.messages) : id),
                name.isBlank() ? Titles.of(grown.messages) : name,
                null,
                model,
                false,
                systemPrompt,
                marks,
                begun,
                ended.isBefore(begun) ? begun : ended,
                grown.messages,
                at != null || grown.messages.isEmpty() ? at : grown.messages.getLast().id());
    }

    private String fingerprint(List<Message> messages) {
        return messages.isEmpty()
                ? name + begunText()
                : messages.getFirst().id() + "/" + messages.getLast().id();
    }

    private String begunText() {
        return createdAt == null ? "" : createdAt.toString();
    }

    /// Gives conversations of other programs their ids here.
    interface Ids {
        ConversationId of(String source, String id);
    }

    /// Lines becoming messages, each after the one it follows, without recursion.
    private static final class Growth {

        final List<Message> messages = new ArrayList<>();
        Instant latest;

        private final String where;
        private final int charsMax;
        private final Instant begun;
        private final ReadChat.Sink problems;
        private final Map<String, Place> places = new HashMap<>();
        private final Set<MessageId> known = new HashSet<>();

        Growth(String where, int charsMax, Instant begun, ReadChat.Sink problems) {
            this.where = where;
            this.charsMax = charsMax;
            this.begun = begun;
            this.problems = problems;
            latest = begun;
        }

        void grow(List<Line> lines) {
            var byKey = new LinkedHashMap<String, Line>();
            for (Line line : lines) {
                if (byKey.putIfAbsent(line.key(), line) != null) {
                    problem(
                            "The message "
                                    + shown(line.key())
                                    + " is there twice; the first counts.");
                }
            }
            var below = new HashMap<String, List<Line>>();
            Deque<Line> next = new ArrayDeque<>();
            for (Line line : byKey.values()) {
                String parent = line.parent();
                if (parent == null) {
                    next.add(line);
                } else if (byKey.containsKey(parent)) {
                    below.computeIfAbsent(parent, _ -> new ArrayList<>(1)).add(line);
                } else {
                    problem(
                            "The message "
                                    + shown(line.key())
                                    + " follows one that is not there; it is a first one now.");
                    next.add(line);
                }
            }
            int placed = 0;
            while (!next.isEmpty()) {
                Line line = next.poll();
                place(line);
                placed++;
                next.addAll(below.getOrDefault(line.key(), List.of()));
            }
            if (placed < byKey.size()) {
                problem(
                        (byKey.size() - placed)
                                + " messages follow each other in a circle; they are left out.");
            }
        }

        @Nullable MessageId placeOf(String key) {
            Place place = places.get(key);
            return place == null ? null : place.message();
        }

        private void place(Line line) {
            Place above = line.parent() == null ? null : places.get(line.parent());
            MessageId parent = above == null ? null : above.message();
            Instant before = above == null ? begun : above.at();
            Instant at = line.at() == null ? before : Times.of(line.at());
            Role role = line.role();
            if (role == null || !line.isKept()) {
                places.put(line.key(), new Place(parent, at));
                return;
            }
            String text = Message.cleaned(line.text());
            if (text.length() > charsMax) {
                problem("The message " + shown(line.key()) + " is too long; its end is cut off.");
                boolean splits = Character.isHighSurrogate(text.charAt(charsMax - 1));
                text = text.substring(0, splits ? charsMax - 1 : charsMax);
            }
            String model = line.model();
            String error = line.error() == null ? null : Message.cleaned(line.error());
            Message message =
                    Message.of(
                            parent == null ? List.of() : List.of(parent),
                            role,
                            text,
                            role == Role.ASSISTANT && model != null && ModelId.isValid(model)
                                    ? new ModelId(model)
                                    : null,
                            at,
                            null,
                            error == null ? null : StopReason.ERROR,
                            error,
                            List.of(),
                            line.images());
            if (known.add(message.id())) {
                messages.add(message);
                latest = at.isAfter(latest) ? at : latest;
            }
            places.put(line.key(), new Place(message.id(), at));
        }

        private void problem(String detail) {
            problems.problem(where, detail);
        }

        private static String shown(String key) {
            return key.length() <= 80 ? key : key.substring(0, 80) + "…";
        }
    }
}
