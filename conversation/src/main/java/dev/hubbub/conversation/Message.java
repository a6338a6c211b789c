package dev.hubbub.conversation;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.List;

/// A node of the message DAG: never changed, named by the hash of all it says. Branching, editing
/// and regenerating add nodes.
///
/// @param id the SHA-256 of [#canonical]
/// @param parents what it answers or follows; empty at a root
/// @param text at most a configured number of UTF-16 units, never an unpaired surrogate
/// @param model the model that wrote it, for a reply
/// @param createdAt to the millisecond
/// @param usage tokens, where the provider told
/// @param stopReason why it has no more text, for a reply
/// @param error one sentence for the reader, for a reply that failed
/// @param attempts the calls that made the text, when there was more than one
public record Message(
        MessageId id,
        List<MessageId> parents,
        Role role,
        String text,
        @Nullable ModelId model,
        Instant createdAt,
        @Nullable Usage usage,
        @Nullable StopReason stopReason,
        @Nullable String error,
        List<Attempt> attempts) {

    public Message {
        parents = List.copyOf(parents);
        attempts = List.copyOf(attempts);
    }

    /// What a person or a system prompt says.
    public static Message said(List<MessageId> parents, Role role, String text, Instant at) {
        return of(parents, role, text, null, at, null, null, null, List.of());
    }

    /// A node with the id that its content gives it.
    public static Message of(
            List<MessageId> parents,
            Role role,
            String text,
            @Nullable ModelId model,
            Instant createdAt,
            @Nullable Usage usage,
            @Nullable StopReason stopReason,
            @Nullable String error,
            List<Attempt> attempts) {
        Instant millis = Instant.ofEpochMilli(createdAt.toEpochMilli());
        byte[] content =
                canonical(parents, role, text, model, millis, usage, stopReason, error, attempts);
        return new Message(
                MessageId.of(sha256(content)),
                parents,
                role,
                text,
                model,
                millis,
                usage,
                stopReason,
                error,
                attempts);
    }

    /// The node this one is read after, or null at a root.
    public @Nullable MessageId parent() {
        return parents.isEmpty() ? null : parents.getFirst();
    }

    /// Whether the id is the hash of the content.
    public boolean isIntact() {
        return id.equals(MessageId.of(sha256(canonical())));
    }

    /// The bytes that are hashed: `hubbub message 1`, then each field in the order of the record as
    /// a length (UTF-8 bytes, four bytes big-endian) and its text; a list as its count and its
    /// items; an absent field as the length -1. Times are milliseconds since 1970 in decimal.
    /// Lengths before texts make the encoding injective: two different nodes cannot share bytes.
    public byte[] canonical() {
        return canonical(parents, role, text, model, createdAt, usage, stopReason, error, attempts);
    }

    private static byte[] canonical(
            List<MessageId> parents,
            Role role,
            String text,
            @Nullable ModelId model,
            Instant createdAt,
            @Nullable Usage usage,
            @Nullable StopReason stopReason,
            @Nullable String error,
            List<Attempt> attempts) {
        Encoder encoder = new Encoder(text.length() + 256);
        encoder.text("hubbub message 1");
        encoder.count(parents.size());
        for (MessageId parent : parents) {
            encoder.bytes(parent.bytes());
        }
        encoder.text(role.wire());
        encoder.count(1);
        encoder.text("text");
        encoder.text(text);
        encoder.text(model == null ? null : model.value());
        encoder.text(Long.toString(createdAt.toEpochMilli()));
        encoder.text(usage == null ? null : Long.toString(usage.inputTokens()));
        encoder.text(usage == null ? null : Long.toString(usage.outputTokens()));
        encoder.text(stopReason == null ? null : stopReason.wire());
        encoder.text(error);
        encoder.count(attempts.size());
        for (Attempt attempt : attempts) {
            encoder.text(attempt.model().value());
            encoder.text(Integer.toString(attempt.fromChar()));
        }
        return encoder.toBytes();
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }

    /// Length-prefixed fields into one growing array.
    private static final class Encoder {

        private byte[] buffer;
        private int size;

        Encoder(int capacity) {
            buffer = new byte[capacity];
        }

        void count(int value) {
            room(4);
            buffer[size++] = (byte) (value >>> 24);
            buffer[size++] = (byte) (value >>> 16);
            buffer[size++] = (byte) (value >>> 8);
            buffer[size++] = (byte) value;
        }

        void bytes(byte[] value) {
            count(value.length);
            room(value.length);
            System.arraycopy(value, 0, buffer, size, value.length);
            size += value.length;
        }

        void text(@Nullable String value) {
            if (value == null) {
                count(-1);
            } else {
                bytes(value.getBytes(StandardCharsets.UTF_8));
            }
        }

        byte[] toBytes() {
            return java.util.Arrays.copyOf(buffer, size);
        }

        private void room(int more) {
            if (size + more > buffer.length) {
                buffer = java.util.Arrays.copyOf(buffer, Math.max(size + more, 2 * buffer.length));
            }
        }
    }
}
