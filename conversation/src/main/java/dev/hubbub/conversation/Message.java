package dev.hubbub.conversation;

import org.jspecify.annotations.Nullable;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A node of the message DAG: never changed, named by the hash of all it says. Branching, editing
/// and regenerating add nodes.
///
/// No text in it has an unpaired surrogate: those have no UTF-8, so that different texts would
/// share a hash. The constructors throw [IllegalArgumentException] for one, or for a NUL.
///
/// @param id the SHA-256 of [#canonical]
/// @param parent the node this one is read after, or null at a root
/// @param text at most a configured number of UTF-16 units
/// @param model the model that wrote it, for a reply
/// @param createdAt cut to the millisecond
/// @param usage of all attempts together, where the provider told
/// @param stopReason why it has no more text, for a reply
/// @param error one sentence for the reader, for a reply that failed
/// @param extras what few messages have
public record Message(
        MessageId id,
        @Nullable MessageId parent,
        Role role,
        String text,
        @Nullable ModelId model,
        Instant createdAt,
        @Nullable Usage usage,
        @Nullable StopReason stopReason,
        @Nullable String error,
        Extras extras) {

    /// What few messages have. The others share [#NONE], so that each holds one reference and not
    /// three.
    ///
    /// @param otherParents what it follows besides its parent
    /// @param attempts the calls that made the text, when there was more than one
    /// @param images what is shown beside the text, for a person's message
    public record Extras(List<MessageId> otherParents, List<Attempt> attempts, List<Image> images) {

        /// Nothing of it.
        public static final Extras NONE = new Extras(List.of(), List.of(), List.of());

        public Extras {
            otherParents = List.copyOf(otherParents);
            attempts = List.copyOf(attempts);
            images = List.copyOf(images);
        }

        private static Extras of(
                List<MessageId> parents, List<Attempt> attempts, List<Image> images) {
            return parents.size() < 2 && attempts.isEmpty() && images.isEmpty()
                    ? NONE
                    : new Extras(
                            parents.size() < 2 ? List.of() : parents.subList(1, parents.size()),
                            attempts,
                            images);
        }
    }

    /// Finding SHA-256 costs as much as a short hash, and a buffer as much as its encoding.
    private static final ThreadLocal<Hasher> HASHER = ThreadLocal.withInitial(Hasher::new);

    private static final int NANOS_OF_MILLI = 1_000_000;
    private static final byte[] BEGINNING = new Encoder().text("hubbub message 1").toBytes();
    private static final byte[] ONE_TEXT = new Encoder().count(1).text("text").toBytes();

    @SuppressWarnings("JavaInstantGetSecondsGetNano") // the part below a second is what matters
    public Message {
        if (!Texts.isClean(text) || (error != null && !Texts.isClean(error))) {
            throw new IllegalArgumentException("a message has no NULs and no unpaired surrogates");
        }
        if (parent == null && !extras.otherParents().isEmpty()) {
            parent = extras.otherParents().getFirst();
            extras = Extras.of(extras.otherParents(), extras.attempts(), extras.images());
        }
        // Most times are cut already, and shared by all that happened then.
        if (createdAt.getNano() % NANOS_OF_MILLI != 0) {
            createdAt = Instant.ofEpochMilli(createdAt.toEpochMilli());
        }
    }

    /// The node with this id.
    ///
    /// @param parents what it answers or follows; empty at a root
    public Message(
            MessageId id,
            List<MessageId> parents,
            Role role,
            String text,
            @Nullable ModelId model,
            Instant createdAt,
            @Nullable Usage usage,
            @Nullable StopReason stopReason,
            @Nullable String error,
            List<Attempt> attempts,
            List<Image> images) {
        this(
                id,
                parents.isEmpty() ? null : parents.getFirst(),
                role,
                text,
                model,
                createdAt,
                usage,
                stopReason,
                error,
                Extras.of(parents, attempts, images));
    }

    /// What a person or a system prompt says.
    public static Message said(List<MessageId> parents, Role role, String text, Instant at) {
        return said(parents, role, text, List.of(), at);
    }

    /// The same with images.
    public static Message said(
            List<MessageId> parents, Role role, String text, List<Image> images, Instant at) {
        return of(parents, role, text, null, at, null, null, null, List.of(), images);
    }

    /// A node without images, with the id that its content gives it.
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
        return of(
                parents,
                role,
                text,
                model,
                createdAt,
                usage,
                stopReason,
                error,
                attempts,
                List.of());
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
            List<Attempt> attempts,
            List<Image> images) {
        Hasher hasher = HASHER.get();
        encode(
                hasher.encoder,
                parents,
                role,
                text,
                model,
                createdAt,
                usage,
                stopReason,
                error,
                attempts,
                images);
        return new Message(
                parents.isEmpty() ? hasher.idOfRoot() : hasher.id(),
                parents,
                role,
                text,
                model,
                createdAt,
                usage,
                stopReason,
                error,
                attempts,
                images);
    }

    /// A text as a message may have it: without NULs, and with U+FFFD for each unpaired surrogate.
    public static String cleaned(String text) {
        return Texts.clean(text);
    }

    /// What it answers or follows, [#parent] first; empty at a root.
    public List<MessageId> parents() {
        if (parent == null) {
            return List.of();
        }
        if (otherParents().isEmpty()) {
            return List.of(parent);
        }
        var all = new ArrayList<MessageId>(1 + otherParents().size());
        all.add(parent);
        all.addAll(otherParents());
        return List.copyOf(all);
    }

    /// What it follows besides its [#parent]; almost always nothing.
    public List<MessageId> otherParents() {
        return extras.otherParents();
    }

    /// The calls that made the text, when there was more than one.
    public List<Attempt> attempts() {
        return extras.attempts();
    }

    /// What is shown beside the text, for a person's message.
    public List<Image> images() {
        return extras.images();
    }

    /// Whether the id is the hash of the content.
    public boolean isIntact() {
        Hasher hasher = HASHER.get();
        encode(hasher.encoder);
        return id.equals(hasher.id());
    }

    /// The bytes that are hashed. A *text* is its length in UTF-8 bytes and those bytes; an absent
    /// one is the length -1. Lengths and counts are four bytes, big-endian; numbers are texts in
    /// decimal. In this order:
    ///
    /// 1. the text `hubbub message 1`
    /// 2. how many parents, and for each the length 32 and the bytes of its id
    /// 3. the text [Role#wire]
    /// 4. how many parts the content has, always 1, and for each its kind, always the text `text`,
    ///    and its text
    /// 5. the text of the model, or absent
    /// 6. the time, in milliseconds since 1970
    /// 7. the input tokens and the output tokens, or absent twice
    /// 8. the text [StopReason#wire], or absent
    /// 9. the error, or absent
    /// 10. how many attempts, and for each its model and its offset
    /// 11. only where there was a cost, the text `cost` and the text of its billionths of a dollar
    /// 12. only where something is known of how an attempt ended, the text `ends` and for each
    ///     attempt its input tokens, its output tokens and its cost, or absent three times, and its
    ///     fault, or absent
    /// 13. only where there are images, the text `images`, how many, and for each its id and its
    ///     media type
    ///
    /// Lengths before texts make the encoding injective: two different nodes cannot share bytes.
    public byte[] canonical() {
        var encoder = new Encoder();
        encode(encoder);
        return encoder.toBytes();
    }

    private void encode(Encoder encoder) {
        encode(
                encoder,
                parents(),
                role,
                text,
                model,
                createdAt,
                usage,
                stopReason,
                error,
                attempts(),
                images());
    }

    private static void encode(
            Encoder encoder,
            List<MessageId> parents,
            Role role,
            String text,
            @Nullable ModelId model,
            Instant createdAt,
            @Nullable Usage usage,
            @Nullable StopReason stopReason,
            @Nullable String error,
            List<Attempt> attempts,
            List<Image> images) {
        encoder.raw(BEGINNING);
        encoder.count(parents.size());
        for (int i = 0; i < parents.size(); i++) {
            encoder.id(parents.get(i));
        }
        encoder.text(role.wire());
        encoder.raw(ONE_TEXT);
        encoder.text(text);
        encoder.model(model);
        encoder.time(createdAt.toEpochMilli());
        if (usage == null) {
            encoder.count(-1).count(-1);
        } else {
            encoder.decimal(usage.inputTokens()).decimal(usage.outputTokens());
        }
        encoder.text(stopReason == null ? null : stopReason.wire());
        encoder.text(error);
        encoder.count(attempts.size());
        for (int i = 0; i < attempts.size(); i++) {
            Attempt attempt = attempts.get(i);
            encoder.text(attempt.model().value());
            encoder.text(Integer.toString(attempt.fromChar()));
        }
        if (usage != null && usage.costNanos() > 0) {
            encoder.text("cost").text(Long.toString(usage.costNanos()));
        }
        if (!attempts.isEmpty()) {
            encodeEnds(encoder, attempts);
        }
        if (!images.isEmpty()) {
            encoder.text("images").count(images.size());
            for (Image image : images) {
                encoder.text(image.id().value()).text(image.mediaType());
            }
        }
    }

    private static void encodeEnds(Encoder encoder, List<Attempt> attempts) {
        boolean known = false;
        for (Attempt attempt : attempts) {
            known |= attempt.usage() != null || attempt.fault() != null;
        }
        if (!known) {
            return;
        }
        encoder.text("ends");
        for (Attempt attempt : attempts) {
            Usage used = attempt.usage();
            encoder.text(used == null ? null : Long.toString(used.inputTokens()));
            encoder.text(used == null ? null : Long.toString(used.outputTokens()));
            encoder.text(used == null ? null : Long.toString(used.costNanos()));
            encoder.text(attempt.fault());
        }
    }

    private static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }

    /// What a thread needs to name messages.
    private static final class Hasher {

        final MessageDigest sha256 = newSha256();
        final Encoder encoder = new Encoder();
        private final byte[] hash = new byte[MessageId.BYTES];

        /// What was encoded for [#idOfRoot] last; nothing before the first.
        private byte[] latestRoot = {};

        private MessageId latestRootId = MessageId.NONE;

        /// The same, for what many conversations may begin with at once: they share one id, and it
        /// is hashed once.
        MessageId idOfRoot() {
            if (Arrays.equals(latestRoot, 0, latestRoot.length, encoder.buffer, 0, encoder.size)) {
                encoder.clear();
                return latestRootId;
            }
            if (encoder.size > Encoder.BYTES_KEPT_MAX) {
                return id();
            }
            latestRoot = encoder.toBytes();
            latestRootId = id();
            return latestRootId;
        }

        /// Of what was encoded since the last.
        MessageId id() {
            sha256.update(encoder.buffer, 0, encoder.size);
            encoder.clear();
            try {
                sha256.digest(hash, 0, hash.length);
            } catch (DigestException impossible) {
                throw new IllegalStateException("the hash fits", impossible);
            }
            return MessageId.of(hash);
        }
    }

    /// Length-prefixed fields into one growing array.
    private static final class Encoder {

        private static final VarHandle INT =
                MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

        private static final int BYTES_MIN = 1024;
        private static final int BYTES_KEPT_MAX = 1 << 16;

        /// Texts shorter than this are encoded sooner one character after another than as a whole.
        private static final int SHORT_CHARS_MAX = 32;

        /// Of the smallest long.
        private static final int DECIMAL_CHARS_MAX = 20;

        private byte[] buffer = new byte[BYTES_MIN];
        private int size;

        private @Nullable ModelId model;

        /// Of the last [#model].
        private byte[] modelBytes = {};

        private long time;

        /// Of the last [#time]; nothing before the first.
        private byte[] timeBytes = {};

        Encoder count(int value) {
            room(4);
            putCount(size, value);
            size += 4;
            return this;
        }

        /// Its length and its bytes.
        Encoder id(MessageId value) {
            room(4 + MessageId.BYTES);
            putCount(size, MessageId.BYTES);
            value.put(buffer, size + 4);
            size += 4 + MessageId.BYTES;
            return this;
        }

        /// As [#text] of its name: most often the last one again.
        @SuppressWarnings("ReferenceEquality") // others are encoded
        Encoder model(@Nullable ModelId value) {
            if (value == null) {
                return count(-1);
            }
            if (value == model) {
                return raw(modelBytes);
            }
            int from = size;
            text(value.value());
            model = value;
            modelBytes = Arrays.copyOfRange(buffer, from, size);
            return this;
        }

        Encoder raw(byte[] value) {
            room(value.length);
            System.arraycopy(value, 0, buffer, size, value.length);
            size += value.length;
            return this;
        }

        /// As [#decimal]: most often the last one again, which many messages share.
        Encoder time(long millis) {
            if (millis == time && timeBytes.length > 0) {
                return raw(timeBytes);
            }
            int from = size;
            decimal(millis);
            time = millis;
            timeBytes = Arrays.copyOfRange(buffer, from, size);
            return this;
        }

        /// The text of a number.
        Encoder decimal(long value) {
            room(4 + DECIMAL_CHARS_MAX);
            // From the negative, because there is one more of those.
            long left = value < 0 ? value : -value;
            int from = size + 4 + DECIMAL_CHARS_MAX;
            do {
                buffer[--from] = (byte) ('0' - left % 10);
                left /= 10;
            } while (left != 0);
            if (value < 0) {
                buffer[--from] = '-';
            }
            int length = size + 4 + DECIMAL_CHARS_MAX - from;
            System.arraycopy(buffer, from, buffer, size + 4, length);
            putCount(size, length);
            size += 4 + length;
            return this;
        }

        /// In UTF-8, which for most texts is a byte a character.
        @SuppressWarnings(
                "deprecation") // it loses what is above a byte, of which ASCII has nothing
        Encoder text(@Nullable String value) {
            if (value == null) {
                return count(-1);
            }
            int length = value.length();
            if (length < SHORT_CHARS_MAX) {
                return shortText(value, length);
            }
            if (!Texts.isAscii(value)) {
                return bytes(value.getBytes(StandardCharsets.UTF_8));
            }
            room(4 + length);
            value.getBytes(0, length, buffer, size + 4);
            putCount(size, length);
            size += 4 + length;
            return this;
        }

        private Encoder shortText(String value, int length) {
            room(4 + length);
            int at = size + 4;
            for (int i = 0; i < length; i++) {
                char c = value.charAt(i);
                if (c >= 0x80) {
                    return bytes(value.getBytes(StandardCharsets.UTF_8));
                }
                buffer[at + i] = (byte) c;
            }
            putCount(size, length);
            size = at + length;
            return this;
        }

        private Encoder bytes(byte[] value) {
            return count(value.length).raw(value);
        }

        byte[] toBytes() {
            return Arrays.copyOf(buffer, size);
        }

        void clear() {
            size = 0;
            if (buffer.length > BYTES_KEPT_MAX) {
                buffer = new byte[BYTES_MIN];
            }
        }

        private void putCount(int at, int value) {
            INT.set(buffer, at, value);
        }

        private void room(int more) {
            if (size + more > buffer.length) {
                buffer = Arrays.copyOf(buffer, Math.max(size + more, 2 * buffer.length));
            }
        }
    }
}
